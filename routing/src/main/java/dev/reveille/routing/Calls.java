package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.CallBook.Ringing;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.EventJournal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of calls: ringing, then answered, declined, cancelled or timed out.
///
/// A call's end is an event like any other, and every end of one call has the same key. So the
/// journal's own rule makes the first committed end win: a second, different one is a conflict.
/// Nothing here decides a race, and nothing is remembered that the journal does not hold.
///
/// ```
///   IncomingCall ──committed──► ringing ──CallEnded committed──► over ──► missed-call alert
///                                  │                                      (cancelled, timed out)
///                                  └── ringsUntil passes: we hand in the end ourselves
/// ```
///
/// A recipient of a call to several people declines for themselves: that is an end with a key of
/// its own, the call rings on, and the last decline ends it.
///
/// Committed events are applied on the journal's thread, in order, before anybody is told of them.
/// All methods are thread-safe; [#view] and [#answer] may read the disk for calls that are not in
/// memory.
public final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  /// The source under which ends are kept; nobody outside may use it.
  public static final String SOURCE = Intake.RESERVED + "call";

  /// The longest ringing that is accepted.
  public static final Duration LONGEST_RINGING = Duration.ofMinutes(10);

  private static final Duration MISSED_ALERTS_FOR = Duration.ofHours(24);
  private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(100);
  private static final Duration LONGEST_BETWEEN_SWEEPS = Duration.ofSeconds(1);
  private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(5);
  private static final int LONGEST_NAME_IN_KEY = 200;

  /// What the one who wants to change a call is told; possibly on the journal's thread.
  public sealed interface Outcome {
    /// It is so now, and this one made it so (or repeated what it had done).
    record Done(long sequence) implements Outcome {}

    /// The call had ended before; the event with `sequence` says how.
    record Over(long sequence) implements Outcome {}

    record No(Reason why, String detail, Duration retryAfter) implements Outcome {}
  }

  private final Intake intake;
  private final CallLog log;
  private final InstantSource clock;
  private final CallBook book = new CallBook();
  private final Map<CallBook.Key, List<Consumer<CallView>>> watchers = new ConcurrentHashMap<>();

  /// What follows from ends and is not in the journal yet, because it could not be kept.
  private final Map<EventKey, HandIn> owed = new ConcurrentHashMap<>();

  Calls(final Intake intake, final CallLog log, final InstantSource clock) {
    this.intake = intake;
    this.log = log;
    this.clock = clock;
  }

  /// Answers on an installation; the ring ends everywhere else.
  public void answer(
      final OrganisationId organisation,
      final CallId call,
      final UserId by,
      final InstallationId on,
      final Consumer<Outcome> told) {
    end(organisation, call, new CallEnd.Answered(by, on), Optional.of(by), told);
  }

  /// Declines for this user on all of their devices. A call to several people goes on for the
  /// others until the last one declined.
  public void decline(
      final OrganisationId organisation,
      final CallId call,
      final UserId by,
      final Consumer<Outcome> told) {
    end(organisation, call, new CallEnd.Declined(by), Optional.of(by), told);
  }

  /// Ends a call from the caller's side: cancelled, or answered outside.
  public void end(
      final OrganisationId organisation,
      final CallId call,
      final CallEnd how,
      final Consumer<Outcome> told) {
    end(organisation, call, how, Optional.empty(), told);
  }

  private void end(
      final OrganisationId organisation,
      final CallId call,
      final CallEnd how,
      final Optional<UserId> recipient,
      final Consumer<Outcome> told) {
    final var view = view(organisation, call).orElse(null);
    if (view == null) {
      told.accept(new Outcome.No(Reason.CALL_UNKNOWN, call.toString(), Duration.ZERO));
      return;
    }
    if (recipient.isPresent() && !view.recipients().contains(recipient.get())) {
      told.accept(new Outcome.No(Reason.NOT_RUNG, recipient.get().name(), Duration.ZERO));
      return;
    }
    intake.submitEnd(new HandIn(event(view, how), hash(how), answer -> told.accept(of(answer))));
  }

  private static Outcome of(final Intake.Answer answer) {
    return switch (answer) {
      case Intake.Answer.Stored(var sequence) -> new Outcome.Done(sequence);
      case Intake.Answer.Repeat(var sequence) -> new Outcome.Done(sequence);
      case Intake.Answer.Conflict(var sequence, _) -> new Outcome.Over(sequence);
      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
          new Outcome.No(why, detail, retryAfter);
    };
  }

  /// The event that an end is. Its key says with what it competes: with every other end of the
  /// call; or, for somebody who declines (or had declined) alone, with what they themselves said.
  private CallEnded event(final CallView view, final CallEnd how) {
    return switch (how) {
      case CallEnd.Declined(var by) when view.recipients().size() > 1 && mayDecline(view, by) ->
          forOne(view, by, how);
      case CallEnd.Answered(var by, _) when view.declinedBy().contains(by) -> forOne(view, by, how);
      case CallEnd.Answered _,
          CallEnd.Declined _,
          CallEnd.Cancelled _,
          CallEnd.TimedOut _,
          CallEnd.AnsweredElsewhere _ ->
          forAll(view, how);
    };
  }

  private static boolean mayDecline(final CallView view, final UserId by) {
    return view.isRinging() || view.declinedBy().contains(by);
  }

  private CallEnded forAll(final CallView view, final CallEnd how) {
    final var key = new EventKey(view.organisation(), SOURCE, view.call().toString());
    return new CallEnded(key, view.recipients(), "call-end", view.call(), how, lifeOfAnEnd());
  }

  private CallEnded forOne(final CallView view, final UserId by, final CallEnd how) {
    final var name = by.name();
    final var shortened =
        name.length() <= LONGEST_NAME_IN_KEY
            ? name
            : name.substring(0, LONGEST_NAME_IN_KEY)
                + Long.toHexString(new ContentHash().add(name).value());
    final var key = new EventKey(view.organisation(), SOURCE, view.call() + "/" + shortened);
    return new CallEnded(key, List.of(by), "call-end", view.call(), how, lifeOfAnEnd());
  }

  /// An end matters as long as a phone could still be ringing.
  private Life lifeOfAnEnd() {
    final var until = clock.instant().plus(LONGEST_RINGING);
    return new Life(until, until);
  }

  private static long hash(final CallEnd how) {
    final var hash = new ContentHash().add(how.word());
    switch (how) {
      case CallEnd.Answered(var by, var on) -> hash.add(by.name()).add(on.value());
      case CallEnd.Declined(var by) -> hash.add(by.name());
      case CallEnd.AnsweredElsewhere(var where) -> hash.add(where);
      case CallEnd.Cancelled _, CallEnd.TimedOut _ -> {}
    }
    return hash.value();
  }

  // ---- questions ------------------------------------------------------------------------------

  /// How a call stands; empty when there is no such call.
  public Optional<CallView> view(final OrganisationId organisation, final CallId call) {
    final var inMemory = book.find(organisation, call);
    return inMemory != null ? Optional.of(inMemory.view()) : fromLog(organisation, call);
  }

  private Optional<CallView> fromLog(final OrganisationId organisation, final CallId call) {
    CallView view = null;
    for (final var kept : log.of(organisation, call)) {
      if (kept.event() instanceof IncomingCall incoming && view == null) {
        view = CallBook.viewOf(kept.sequence(), incoming);
      } else if (kept.event() instanceof CallEnded ended && view != null) {
        view = CallBook.after(view, ended);
      }
    }
    return Optional.ofNullable(view);
  }

  /// Tells `changed` of every change until closed; the present state is not told. It is told on the
  /// journal's thread: must be quick and must not block.
  public AutoCloseable watch(
      final OrganisationId organisation, final CallId call, final Consumer<CallView> changed) {
    final var key = new CallBook.Key(organisation, call);
    watchers.compute(
        key,
        (_, list) -> {
          final var all = list == null ? new CopyOnWriteArrayList<Consumer<CallView>>() : list;
          all.add(changed);
          return all;
        });
    return () ->
        watchers.computeIfPresent(
            key,
            (_, list) -> {
              list.remove(changed);
              return list.isEmpty() ? null : list;
            });
  }

  /// The calls of a user that ring now: what a phone that connects is told first.
  public List<CallView> ringingFor(final UserId user) {
    return book.ringingFor(user, clock.instant());
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
  void apply(final Kept kept, final boolean recovered) {
    switch (kept.event()) {
      case IncomingCall call -> book.begin(kept.sequence(), call, recovered);
      case CallEnded ended -> {
        final var call = book.end(ended, kept.at());
        if (call != null) {
          watchers.getOrDefault(call.key, List.of()).forEach(each -> tell(each, call.view()));
        }
      }
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> {}
    }
  }

  /// A watcher's fault must not stop the journal.
  private static void tell(final Consumer<CallView> watcher, final CallView view) {
    try {
      watcher.accept(view);
    } catch (final RuntimeException fault) {
      LOG.error("a watcher of call {} failed", view.call(), fault);
    }
  }

  /// Takes up what rang when the last run ended, however long ago that was, and what follows from
  /// ends but was not kept any more.
  void takeUp(final EventJournal journal) {
    final var now = clock.instant();
    final var ended = journal.find(journal.lastSequence()).map(Kept::at).orElse(now);
    final var calls =
        journal.callsSince((ended.isBefore(now) ? ended : now).minus(LONGEST_RINGING));
    calls.forEach(kept -> apply(kept, true));
    for (final var kept : calls) {
      if (kept.event() instanceof CallEnded end) {
        follow(end);
      }
    }
  }

  // ---- the dispatcher's side ------------------------------------------------------------------

  /// Whether a ring may still leave us for this user. Senders ask right before they write.
  boolean stillRings(final OrganisationId organisation, final CallId call, final UserId user) {
    return book.stillRings(organisation, call, user);
  }

  /// Remembers that a ring left for this device, or that it is told of the call as state: it must
  /// hear of its end. Look at the call again afterwards: an end that was committed before is not
  /// told.
  public void rang(
      final OrganisationId organisation, final CallId call, final InstallationId device) {
    book.rang(organisation, call, device);
  }

  /// Whether this end must be told on this device.
  boolean mayHaveRung(final CallEnded end, final InstallationId device, final UserId user) {
    return book.mayHaveRung(end, device, user);
  }

  /// What follows from an end: the last decline of many ends the call, an end without an answer
  /// makes one missed-call alert. Repeating it changes nothing: the keys are the same.
  void follow(final CallEnded ended) {
    final var call = book.find(ended.key().organisation(), ended.call());
    if (call == null) {
      return;
    }
    final var view = call.view();
    if (view.isRinging() && view.declinedBy().size() == view.recipients().size()) {
      final var last = new CallEnd.Declined(view.declinedBy().getLast());
      owe(forAll(view, last), hash(last));
    }
    if (view.end().isPresent() && view.end().get().isMissed()) {
      owe(missed(view, call.caller), 0);
    }
  }

  /// Hands in what we owe. It passes the limits at the door, and is tried again until it is kept.
  private void owe(final Event event, final long contentHash) {
    final var key = event.key();
    final var handIn =
        new HandIn(
            event,
            contentHash,
            answer -> {
              if (!(answer instanceof Intake.Answer.NotKept)) {
                owed.remove(key);
              }
            });
    owed.put(key, handIn);
    intake.submitOwed(handIn);
  }

  private Event missed(final CallView view, final Caller caller) {
    final var now = clock.instant();
    final var wanted =
        view.recipients().stream().filter(user -> !view.declinedBy().contains(user)).toList();
    return new Event.Other(
        new EventKey(view.organisation(), SOURCE + ":missed", view.call().toString()),
        wanted.isEmpty() ? view.recipients() : wanted,
        "missed-call",
        EventClass.ALERT,
        view.call().toString(),
        new Content(
            "Missed call",
            caller.name().isEmpty() ? caller.address() : caller.name(),
            Map.of("call", view.call().toString(), "caller", caller.address())),
        new Life(now.plus(MISSED_ALERTS_FOR), now.plus(Life.LONGEST)));
  }

  /// Ends calls whose ringing time is over, hands in again what could not be kept, and forgets
  /// calls that ended long ago. Answers when it wants to be called again at the latest.
  Instant sweep(final Instant now) {
    var next = now.plus(LONGEST_BETWEEN_SWEEPS);
    for (final var call : book.ringing()) {
      final var until = call.view().ringsUntil();
      if (now.isBefore(until)) {
        next = until.isBefore(next) ? until : next;
      } else if (!now.isBefore(call.endAskedAt.plus(UNTIL_ASKED_AGAIN))) {
        call.endAskedAt = now;
        timedOut(call);
      }
    }
    if (!owed.isEmpty()) {
      List.copyOf(owed.values()).forEach(intake::submitOwed);
    }
    book.forgetOld(now);
    final var soonest = now.plus(BETWEEN_SWEEPS);
    return next.isBefore(soonest) ? soonest : next;
  }

  private void timedOut(final Ringing call) {
    final var how = new CallEnd.TimedOut();
    intake.submitOwed(
        new HandIn(
            forAll(call.view(), how),
            hash(how),
            answer -> {
              if (call.view().isRinging() && isKnownToJournal(answer)) {
                // its UUID was used before, and the end of that call counts for this one, too
                book.forget(call);
              }
            }));
  }

  private static boolean isKnownToJournal(final Intake.Answer answer) {
    return switch (answer) {
      case Intake.Answer.Repeat _, Intake.Answer.Conflict _ -> true;
      case Intake.Answer.Stored _, Intake.Answer.NotKept _ -> false;
    };
  }
}
