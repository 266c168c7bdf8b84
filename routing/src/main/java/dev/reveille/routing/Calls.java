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
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.CallLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

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
/// Committed events are applied on the journal's thread, in order, before anybody is told of them.
/// All methods are thread-safe; [#view] and [#answer] may read the disk for calls that are not in
/// memory.
public final class Calls {
  /// The source under which ends are kept; nobody outside may use it.
  public static final String SOURCE = "reveille:call";

  /// The longest ringing that is accepted.
  public static final Duration LONGEST_RINGING = Duration.ofMinutes(10);

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final Duration MISSED_ALERTS_FOR = Duration.ofHours(24);

  /// What the one who wants to change a call is told; possibly on the journal's thread.
  public sealed interface Outcome {
    /// It is so now, and this one made it so (or repeated what it had done).
    record Done(long sequence) implements Outcome {}

    /// The call had ended before; the event with `sequence` says how.
    record Over(long sequence) implements Outcome {}

    record No(Reason why, String detail, Duration retryAfter) implements Outcome {}
  }

  private record Key(OrganisationId organisation, CallId call) {}

  private final Intake intake;
  private final CallLog log;
  private final InstantSource clock;
  private final Map<Key, Ringing> known = new ConcurrentHashMap<>();
  private final Map<Key, List<Consumer<CallView>>> watchers = new ConcurrentHashMap<>();

  /// A call in memory. Its view is replaced whole; what was rung is only added to.
  private static final class Ringing {
    private volatile CallView view;
    private volatile Instant endedAt = Instant.MAX;
    private final Caller caller;
    private final boolean recovered;
    private final Set<InstallationId> rung = ConcurrentHashMap.newKeySet();

    Ringing(final CallView view, final Caller caller, final boolean recovered) {
      this.view = view;
      this.caller = caller;
      this.recovered = recovered;
    }
  }

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

  /// Declines for this user on all of their devices. A call to several people goes on for the others
  /// until the last one declined.
  public void decline(
      final OrganisationId organisation, final CallId call, final UserId by, final Consumer<Outcome> told) {
    end(organisation, call, new CallEnd.Declined(by), Optional.of(by), told);
  }

  /// Ends a call from the caller's side: cancelled, or answered outside.
  public void end(
      final OrganisationId organisation, final CallId call, final CallEnd how, final Consumer<Outcome> told) {
    end(organisation, call, how, Optional.empty(), told);
  }

  private void end(
      final OrganisationId organisation,
      final CallId call,
      final CallEnd how,
      final Optional<UserId> recipient,
      final Consumer<Outcome> told) {
    final var found = view(organisation, call);
    if (found.isEmpty()) {
      told.accept(new Outcome.No(Reason.CALL_UNKNOWN, call.toString(), Duration.ZERO));
      return;
    }
    final var view = found.get();
    if (recipient.isPresent() && !view.recipients().contains(recipient.get())) {
      told.accept(new Outcome.No(Reason.NOT_RUNG, recipient.get().name(), Duration.ZERO));
      return;
    }
    final boolean forOneOfMany = how instanceof CallEnd.Declined && view.recipients().size() > 1;
    final var event = forOneOfMany ? partial(view, recipient.orElseThrow()) : whole(view, how);
    intake.submit(
        new HandIn(
            event,
            hash(how),
            answer ->
                told.accept(
                    switch (answer) {
                      case Intake.Answer.Stored(var sequence) -> new Outcome.Done(sequence);
                      case Intake.Answer.Repeat(var sequence) -> new Outcome.Done(sequence);
                      case Intake.Answer.Conflict(var sequence, _) -> new Outcome.Over(sequence);
                      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
                          new Outcome.No(why, detail, retryAfter);
                    })));
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

  private CallEnded whole(final CallView view, final CallEnd how) {
    final var key = new EventKey(view.organisation(), SOURCE, view.call().toString());
    return new CallEnded(key, view.recipients(), "call-end", view.call(), how, lifeOfAnEnd());
  }

  private CallEnded partial(final CallView view, final UserId by) {
    final var key = new EventKey(view.organisation(), SOURCE, view.call() + "/" + by.name());
    return new CallEnded(key, List.of(by), "call-end", view.call(), new CallEnd.Declined(by), lifeOfAnEnd());
  }

  /// An end matters as long as a phone could still be ringing.
  private Life lifeOfAnEnd() {
    final var until = clock.instant().plus(LONGEST_RINGING);
    return new Life(until, until);
  }

  /// How a call stands; empty when there is no such call.
  public Optional<CallView> view(final OrganisationId organisation, final CallId call) {
    final var inMemory = known.get(new Key(organisation, call));
    return inMemory != null ? Optional.of(inMemory.view) : fromLog(organisation, call);
  }

  private Optional<CallView> fromLog(final OrganisationId organisation, final CallId call) {
    CallView view = null;
    for (final var kept : log.of(organisation, call)) {
      if (kept.event() instanceof IncomingCall incoming && view == null) {
        view = viewOf(kept.sequence(), incoming);
      } else if (kept.event() instanceof CallEnded ended && view != null) {
        view = after(view, ended);
      }
    }
    return Optional.ofNullable(view);
  }

  /// Tells `changed` of every change until closed; the present state is not told.
  public AutoCloseable watch(
      final OrganisationId organisation, final CallId call, final Consumer<CallView> changed) {
    final var key = new Key(organisation, call);
    watchers.computeIfAbsent(key, _ -> new CopyOnWriteArrayList<>()).add(changed);
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
    final var now = clock.instant();
    final var ringing = new ArrayList<CallView>();
    for (final var call : known.values()) {
      final var view = call.view;
      if (view.isRinging()
          && now.isBefore(view.ringsUntil())
          && view.recipients().contains(user)
          && !view.declinedBy().contains(user)) {
        ringing.add(view);
      }
    }
    return ringing;
  }

  /// Who calls, for a call in memory.
  public Optional<Caller> caller(final OrganisationId organisation, final CallId call) {
    return Optional.ofNullable(known.get(new Key(organisation, call))).map(ringing -> ringing.caller);
  }

  // ---- the journal's side -------------------------------------------------------------------

  /// Takes a committed event into account; anything but a call or its end changes nothing.
  void apply(final Kept kept, final boolean recovered) {
    switch (kept.event()) {
      case IncomingCall call -> {
        final var key = new Key(call.key().organisation(), call.call());
        known.putIfAbsent(key, new Ringing(viewOf(kept.sequence(), call), call.caller(), recovered));
      }
      case CallEnded ended -> {
        final var key = new Key(ended.key().organisation(), ended.call());
        final var ringing = known.get(key);
        if (ringing != null) {
          ringing.view = after(ringing.view, ended);
          if (!ringing.view.isRinging()) {
            ringing.endedAt = kept.at();
          }
          watchers.getOrDefault(key, List.of()).forEach(watcher -> watcher.accept(ringing.view));
        }
      }
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> {}
    }
  }

  private static CallView viewOf(final long sequence, final IncomingCall call) {
    return new CallView(
        call.key().organisation(),
        call.call(),
        sequence,
        call.recipients(),
        call.life().alertBefore(),
        List.of(),
        Optional.empty());
  }

  private static CallView after(final CallView view, final CallEnded ended) {
    final boolean forOne =
        ended.how() instanceof CallEnd.Declined && ended.recipients().size() < view.recipients().size();
    if (forOne && !view.declinedBy().containsAll(ended.recipients())) {
      final var declined = new ArrayList<>(view.declinedBy());
      declined.addAll(ended.recipients());
      return new CallView(
          view.organisation(), view.call(), view.sequence(), view.recipients(), view.ringsUntil(), declined, view.end());
    }
    return forOne || !view.isRinging()
        ? view
        : new CallView(
            view.organisation(),
            view.call(),
            view.sequence(),
            view.recipients(),
            view.ringsUntil(),
            view.declinedBy(),
            Optional.of(ended.how()));
  }

  // ---- the dispatcher's side ----------------------------------------------------------------

  /// Whether a ring may still leave us for this user.
  boolean stillRings(final OrganisationId organisation, final CallId call, final UserId user) {
    final var ringing = known.get(new Key(organisation, call));
    return ringing != null && ringing.view.isRinging() && !ringing.view.declinedBy().contains(user);
  }

  /// Remembers that a ring left for this device.
  void rang(final OrganisationId organisation, final CallId call, final InstallationId device) {
    final var ringing = known.get(new Key(organisation, call));
    if (ringing != null) {
      ringing.rung.add(device);
    }
  }

  /// Whether this device was told of the call; after a restart nobody knows, so it counts as told.
  boolean mayHaveRung(final OrganisationId organisation, final CallId call, final InstallationId device) {
    final var ringing = known.get(new Key(organisation, call));
    return ringing == null || ringing.recovered || ringing.rung.contains(device);
  }

  /// What follows from an end: the last decline of many ends the call, an end without an answer
  /// makes one missed-call alert. Repeating it changes nothing: the keys are the same.
  void follow(final CallEnded ended) {
    final var ringing = known.get(new Key(ended.key().organisation(), ended.call()));
    if (ringing == null) {
      return;
    }
    final var view = ringing.view;
    if (view.isRinging() && view.declinedBy().size() == view.recipients().size()) {
      final var last = view.declinedBy().getLast();
      intake.submit(new HandIn(whole(view, new CallEnd.Declined(last)), hash(new CallEnd.Declined(last)), _ -> {}));
    }
    if (view.end().isPresent() && view.end().get().isMissed()) {
      intake.submit(new HandIn(missed(view, ringing.caller), 0, _ -> {}));
    }
  }

  private Event missed(final CallView view, final Caller caller) {
    final var now = clock.instant();
    final var wanted = view.recipients().stream().filter(user -> !view.declinedBy().contains(user)).toList();
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

  /// Ends calls whose ringing time is over and forgets those that ended long ago. Cheap: the number
  /// of calls ringing at once is small against everything else. Answers when it wants to be called
  /// again at the latest.
  Instant sweep(final Instant now) {
    var next = now.plus(Duration.ofSeconds(1));
    for (final var entry : known.entrySet()) {
      final var call = entry.getValue();
      final var view = call.view;
      if (view.isRinging()) {
        if (!now.isBefore(view.ringsUntil())) {
          final var how = new CallEnd.TimedOut();
          intake.submit(new HandIn(whole(view, how), hash(how), _ -> {}));
        } else if (view.ringsUntil().isBefore(next)) {
          next = view.ringsUntil();
        }
      } else if (call.endedAt.plus(REMEMBERED).isBefore(now)) {
        known.remove(entry.getKey());
      }
    }
    return next;
  }
}
