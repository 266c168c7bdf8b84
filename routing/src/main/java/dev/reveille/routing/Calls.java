package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.EventJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The life of calls: ringing, then answered, declined, cancelled or timed out.
///
/// A call's end is an event like any other, and every end of one call has the same key. So the
/// journal's own rule makes the first committed end win: a second, different one is a conflict. No
/// race is decided here, and nothing is remembered that the journal does not hold.
///
/// ```
///   IncomingCall ──committed──► ringing ──CallEnded committed──► over ──► missed-call alert
///        ▲                         │                                      (cancelled, timed out)
///        │                         └── ringsUntil passes: we hand in the end ourselves
///   PendingCallEnds: an end that came first waits; its call is over from the beginning
/// ```
///
/// A recipient of a call to several people declines for themselves: that is an end with a key of
/// its own, the call rings on, and the last decline ends it.
///
/// Committed events are applied on the journal's thread, in order, before any device is told of
/// them. All methods are thread-safe. [#view], [#answer], [#decline] and [#end] read the disk for
/// calls that are not in memory; what they tell may come on the caller's thread or the journal's.
public final class Calls implements ClockSteps.Waits {
  /// The source under which ends are kept; senders may not use it.
  public static final String SOURCE = Intake.RESERVED + "call";

  /// The longest ringing that is accepted.
  public static final Duration LONGEST_RINGING = Duration.ofMinutes(10);

  private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(100);
  private static final Duration LONGEST_BETWEEN_SWEEPS = Duration.ofSeconds(1);
  private static final Duration UNTIL_ASKED_AGAIN = TimeScale.divide(Duration.ofSeconds(5));
  private static final Duration UNTIL_EARLY_ENDS_GO = TimeScale.divide(Duration.ofSeconds(60));

  /// The answer to a change of a call; possibly on the journal's thread.
  public sealed interface Outcome {
    /// It is so now, and this one made it so (or repeated what it had done).
    record Done(long sequence) implements Outcome {}

    /// There is no such call yet; the end waits for it.
    record Early(long sequence) implements Outcome {}

    /// The call had ended before; the event with `sequence` says how.
    record Over(long sequence) implements Outcome {}

    record No(Reason why, String detail, Duration retryAfter) implements Outcome {}
  }

  private final Intake intake;
  private final CallLog log;
  private final ServerClock clock;
  private final ActiveCalls book;
  private final CallFollowUps following;
  private final PendingCallEnds early;
  private final CallWatchers watchers;

  Calls(
      final Intake intake,
      final CallLog log,
      final ActiveCalls book,
      final CallWatchers watchers,
      final ServerClock clock) {
    this.intake = intake;
    this.book = book;
    this.watchers = watchers;
    this.following = new CallFollowUps(intake, book, clock);
    this.log = log;
    this.clock = clock;
    this.early = new PendingCallEnds(clock);
  }

  /// Answers on an installation; the ring ends everywhere else.
  public void answer(
      final OrganisationId organisation,
      final CallId call,
      final UserId by,
      final InstallationId on,
      final Consumer<Outcome> told) {
    end(organisation, call, new CallEnd.Answered(by, on), false, told);
  }

  /// Declines for this user on all of their devices. A call to several people goes on for the
  /// others until the last one declined.
  public void decline(
      final OrganisationId organisation,
      final CallId call,
      final UserId by,
      final Consumer<Outcome> told) {
    end(organisation, call, new CallEnd.Declined(by), false, told);
  }

  /// Ends a call for its sender: cancelled, answered outside, or what the sender knows of its
  /// users. Of a call that is not known the end waits for it, as [PendingCallEnds] says.
  public void end(
      final OrganisationId organisation,
      final CallId call,
      final CallEnd how,
      final Consumer<Outcome> told) {
    end(organisation, call, how, true, told);
  }

  /// @param mayBeEarly whether an end of a call that is not known waits for it
  private void end(
      final OrganisationId organisation,
      final CallId call,
      final CallEnd how,
      final boolean mayBeEarly,
      final Consumer<Outcome> told) {
    final var view = view(organisation, call).orElse(null);
    if (view == null) {
      if (mayBeEarly) {
        endEarly(new CallKey(organisation, call), how, told);
      } else {
        told.accept(new Outcome.No(Reason.CALL_UNKNOWN, call.toString(), Duration.ZERO));
      }
      return;
    }
    final var recipient = CallEvents.recipient(how);
    if (recipient.isPresent() && !view.recipients().contains(recipient.get())) {
      told.accept(new Outcome.No(Reason.NOT_RUNG, recipient.get().name(), Duration.ZERO));
      return;
    }
    final var ended = CallEvents.end(view, how, clock.read());
    final var inMemory = book.find(organisation, call);
    if (inMemory != null && inMemory.isOverEarly() && CallEvents.isForAll(ended)) {
      told.accept(afterEarly(inMemory, how));
      return;
    }
    intake.submitEnd(
        new HandIn(ended, CallEvents.hash(how), answer -> told.accept(of(answer, ended))));
  }

  /// The end of a call that was over before it began, or while its first end was on the way.
  private static Outcome afterEarly(final Ringing call, final CallEnd how) {
    return call.view().end().filter(how::equals).isPresent()
        ? new Outcome.Done(call.endedBy())
        : new Outcome.Over(call.endedBy());
  }

  private void endEarly(final CallKey call, final CallEnd how, final Consumer<Outcome> told) {
    final var now = clock.read();
    final var rival = early.rivalOf(call, how, now.now());
    if (rival != null) {
      told.accept(
          rival.how().equals(how)
              ? new Outcome.Early(rival.sequence())
              : new Outcome.Over(rival.sequence()));
      return;
    }
    if (!early.reserve(call.organisation())) {
      told.accept(
          new Outcome.No(
              Reason.TOO_MANY_EARLY_ENDS,
              "at most " + PendingCallEnds.MOST + " wait at once",
              UNTIL_EARLY_ENDS_GO));
      return;
    }
    final var ended = CallEvents.early(call, how, now);
    intake.submitEnd(
        new HandIn(
            ended,
            CallEvents.hash(how),
            answer -> {
              if (!(answer instanceof Intake.Answer.Stored)) {
                early.release(call.organisation());
              }
              told.accept(
                  of(answer, ended) instanceof Outcome.Done(var sequence)
                      ? new Outcome.Early(sequence)
                      : of(answer, ended));
            }));
  }

  private Outcome of(final Intake.Answer answer, final CallEnded ended) {
    return switch (answer) {
      case Intake.Answer.Stored(var sequence) -> {
        final var call = book.find(ended.key().organisation(), ended.call());
        // an early end was faster, which has another key
        yield call != null && call.isOverEarly() && CallEvents.isForAll(ended)
            ? afterEarly(call, ended.how())
            : new Outcome.Done(sequence);
      }
      case Intake.Answer.Repeat(var sequence) -> new Outcome.Done(sequence);
      case Intake.Answer.Conflict(var sequence, _) -> new Outcome.Over(sequence);
      case Intake.Answer.CallKnown(var first) -> new Outcome.Over(first.sequence());
      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
          new Outcome.No(why, detail, retryAfter);
    };
  }

  // ---- questions ------------------------------------------------------------------------------

  /// How a call stands; empty when there is no such call.
  public Optional<CallView> view(final OrganisationId organisation, final CallId call) {
    final var inMemory = book.find(organisation, call);
    return inMemory != null ? Optional.of(inMemory.view()) : fromLog(organisation, call);
  }

  private Optional<CallView> fromLog(final OrganisationId organisation, final CallId call) {
    CallView view = null;
    for (final var stored : log.of(organisation, call)) {
      if (clock.present(stored.event()) instanceof final IncomingCall incoming && view == null) {
        view = CallViews.viewOf(stored.sequence(), incoming);
      } else if (stored.event() instanceof CallEnded ended && view != null) {
        view = CallViews.after(view, ended);
      }
    }
    return Optional.ofNullable(view);
  }

  /// Tells `changed` of every change until closed; the present state is not told. It is told on a
  /// thread of all watchers, a moment after the change: must not block.
  public AutoCloseable watch(
      final OrganisationId organisation, final CallId call, final Consumer<CallView> changed) {
    return watchers.watch(organisation, call, changed);
  }

  /// The calls of a user that ring now: what a phone that connects is told first.
  public List<CallView> ringingFor(final UserId user) {
    return book.ringingFor(user, clock.instant());
  }

  /// Whether a call rings; memory knows all that do.
  public boolean isRinging(final OrganisationId organisation, final CallId call) {
    final var known = book.find(organisation, call);
    return known != null && known.view().isRinging();
  }

  /// The events of the calls that ring for any of these users.
  List<Long> ringingFor(final List<UserId> users) {
    return users.stream()
        .flatMap(user -> ringingFor(user).stream())
        .map(CallView::sequence)
        .distinct()
        .toList();
  }

  /// Who calls, for a call in memory.
  public Optional<Caller> caller(final OrganisationId organisation, final CallId call) {
    return Optional.ofNullable(book.find(organisation, call)).map(ringing -> ringing.caller);
  }

  // ---- the journal's side ---------------------------------------------------------------------

  /// Takes a committed event into account; anything but a call or its end changes nothing.
  void apply(final StoredJob stored, final boolean recovered) {
    switch (stored.event()) {
      case IncomingCall call -> {
        final var key = new CallKey(call.key().organisation(), call.call());
        final var shared = recovered ? book.shared(call) : call;
        final var begun =
            recovered ? new StoredJob(stored.sequence(), stored.at(), shared) : stored;
        final var present = (IncomingCall) clock.present(shared);
        book.begin(begun, present, early.take(key, at(stored, recovered)), recovered);
      }
      case CallEnded ended -> {
        final var key = new CallKey(ended.key().organisation(), ended.call());
        if (ended.isEarly() && book.find(key.organisation(), key.call()) == null) {
          early.add(stored.sequence(), ended, recovered);
          return;
        }
        if (ended.isEarly() && !recovered) {
          early.release(key.organisation());
        }
        final var call = book.end(ended, stored.sequence(), at(stored, recovered));
        if (call != null) {
          watchers.changed(call.key, call.view());
        }
      }
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> {}
    }
  }

  /// When it was committed, by the present time.
  private Instant at(final StoredJob stored, final boolean recovered) {
    return recovered ? clock.committed(stored) : clock.instant();
  }

  /// Takes up what rang when the last run ended, however long ago that was, and what follows from
  /// ends but was not kept any more.
  void takeUp(final EventJournal journal) {
    final var now = clock.instant();
    final var ended = journal.find(journal.lastSequence()).map(StoredJob::at).orElse(now);
    final var owing = new LinkedHashSet<Ringing>();
    journal.eachCallSince(
        clock.back(ended.isBefore(now) ? ended : now, LONGEST_RINGING),
        stored -> {
          apply(stored, true);
          if (following.mayBeOwed(stored, journal) instanceof final Ringing call) {
            owing.add(call);
          } else {
            book.forgetOver();
          }
        });
    owing.addAll(book.declinedByAll());
    owing.forEach(following::takeUp);
  }

  /// The same event as memory holds it already, where it is that of a call that rings: what is read
  /// from disk again has names of its own.
  StoredJob asHeld(final StoredJob stored) {
    final var call = book.ringing(stored.sequence());
    return call == null ? stored : call.begun;
  }

  /// How much calls take of what memory has for them, in units of [RoutingOptions#BYTES_PER_UNIT].
  public long roomTaken() {
    return book.roomTaken();
  }

  // ---- the dispatcher's side ------------------------------------------------------------------

  /// Whether a ring may still leave us for this user. Senders ask right before they write.
  boolean stillRings(final OrganisationId organisation, final CallId call, final UserId user) {
    return book.stillRings(organisation, call, user);
  }

  /// Remembers that a ring left for this device, or that it is told of the call as state: it must
  /// be told of its end. Look at the call again afterwards: an end that was committed before is not
  /// told.
  public void rang(
      final OrganisationId organisation, final CallId call, final InstallationId device) {
    book.rang(organisation, call, device);
  }

  /// Whether this end must be told on this device.
  boolean mayHaveRung(final CallEnded end, final InstallationId device, final UserId user) {
    return book.mayHaveRung(end, device, user);
  }

  /// A phone is told of the call as state, because it connected while it rings. As [#rang].
  public void told(
      final OrganisationId organisation, final CallId call, final InstallationId device) {
    book.told(organisation, call, device);
  }

  /// Whether a call's end, or this user's part of it, had come before the call.
  boolean isEndedEarlyFor(final OrganisationId organisation, final CallId call, final UserId user) {
    return book.isEndedEarlyFor(organisation, call, user);
  }

  /// Whether an end waits for a call that would be handed in now.
  boolean wouldBeOver(final IncomingCall call) {
    final var key = new CallKey(call.key().organisation(), call.call());
    return early.waitingFor(key, clock.instant()).stream()
        .anyMatch(end ->
            CallEvents.recipient(end.how()).map(call.recipients()::contains).orElse(true)
                && (!(end.how() instanceof CallEnd.Declined) || call.recipients().size() == 1));
  }

  /// The call that this event began, null when it does not ring (any more).
  @Nullable Ringing ringing(final long event) {
    return book.ringing(event);
  }

  /// The call was declined on this device only.
  void declinedOn(final long event, final InstallationId device) {
    book.declinedOn(event, device);
  }

  /// Nothing rings any more, and nothing can: the call is declined.
  void isSilent(final Ringing call, final UserId by) {
    final var how = new CallEnd.Declined(by);
    if (call.view().isRinging()) {
      following.owe(CallEvents.forAll(call.view(), how, clock.read()), CallEvents.hash(how));
    }
  }

  /// What follows from a call or an end that was dispatched.
  void follow(final Event event) {
    following.follow(event);
  }

  @Override
  public void clockSet(final Duration step) {
    book.clockSet(step, clock);
    early.clockSet();
  }

  /// Ends calls whose ringing time is over, hands in again what could not be kept, and forgets
  /// calls that ended long ago. Answers when it wants to be called again at the latest.
  Instant sweep(final Instant now) {
    final var again = now.plus(UNTIL_ASKED_AGAIN);
    while (following.hasRoomForTimeOuts()) {
      final var call = book.nextOverdue(clock, now, again);
      if (call == null) {
        break;
      }
      following.timedOut(call);
    }
    following.handInAgain();
    book.forgetOld(now);
    early.forgetOld(now);
    final var latest = now.plus(LONGEST_BETWEEN_SWEEPS);
    final var next = book.nextMoment(clock);
    final var soonest = now.plus(BETWEEN_SWEEPS);
    return next.isBefore(soonest) ? soonest : next.isBefore(latest) ? next : latest;
  }
}
