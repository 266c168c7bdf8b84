package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.routing.ServerClock.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the events that follow from calls: ends, and alerts of missed calls. Competing ends of a
/// call get the same key, so that the journal accepts only the first one. Pure functions.
final class CallEvents {
  private static final Duration MISSED_ALERTS_FOR = TimeScale.divide(Duration.ofHours(24));
  private static final int LONGEST_NAME_IN_KEY = 200;

  private CallEvents() {}

  /// The event that an end is. Its key says with what it competes: with every other end of the
  /// call; or, for a user who declines (or had declined) alone, with what that user said before.
  static CallEnded end(final CallView view, final CallEnd how, final Reading now) {
    return switch (how) {
      case CallEnd.Declined(var by) when view.recipients().size() > 1 && mayDecline(view, by) ->
          forOne(view, by, how, now);
      case CallEnd.Answered(var by, _) when view.declinedBy().contains(by) ->
          forOne(view, by, how, now);
      case CallEnd.Answered _,
          CallEnd.Declined _,
          CallEnd.Cancelled _,
          CallEnd.TimedOut _,
          CallEnd.AnsweredElsewhere _ ->
          forAll(view, how, now);
    };
  }

  private static boolean mayDecline(final CallView view, final UserId by) {
    return view.isRinging() || view.declinedBy().contains(by);
  }

  static CallEnded forAll(final CallView view, final CallEnd how, final Reading now) {
    final var key = new EventKey(view.organisation(), Calls.SOURCE, view.call().toString());
    return new CallEnded(key, view.recipients(), "call-end", view.call(), how, lifeOfAnEnd(now));
  }

  /// Whether this is [#forAll]: it competes with every end of the call.
  static boolean isForAll(final CallEnded ended) {
    return ended.key().source().equals(Calls.SOURCE)
        && ended.key().id().equals(ended.call().toString());
  }

  private static CallEnded forOne(
      final CallView view, final UserId by, final CallEnd how, final Reading now) {
    final var name = by.name();
    final var shortened =
        name.length() <= LONGEST_NAME_IN_KEY
            ? name
            : name.substring(0, LONGEST_NAME_IN_KEY)
                + Long.toHexString(new ContentHash().add(name).value());
    final var key = new EventKey(view.organisation(), Calls.SOURCE, view.call() + "/" + shortened);
    return new CallEnded(key, List.of(by), "call-end", view.call(), how, lifeOfAnEnd(now));
  }

  /// An end of a call that is not known: it concerns no user yet. Each has a key of its own,
  /// because a key is remembered for longer than such an end waits; [PendingCallEnds] knows which
  /// of them compete.
  static CallEnded early(final CallKey call, final CallEnd how, final Reading now) {
    final var key =
        new EventKey(
            call.organisation(),
            Calls.SOURCE + ":early",
            call.call() + "/" + now.now().toEpochMilli() + "/" + Long.toHexString(hash(how)));
    return new CallEnded(
        key,
        List.of(),
        "call-end",
        call.call(),
        how,
        now.life(PendingCallEnds.KEPT, PendingCallEnds.KEPT));
  }

  /// An end matters as long as a phone could still be ringing.
  private static Life lifeOfAnEnd(final Reading now) {
    final var life = TimeScale.divide(Calls.LONGEST_RINGING);
    return now.life(life, life);
  }

  static long hash(final CallEnd how) {
    final var hash = new ContentHash().add(how.word());
    switch (how) {
      case CallEnd.Answered(var by, var on) -> hash.add(by.name()).add(on.value());
      case CallEnd.Declined(var by) -> hash.add(by.name());
      case CallEnd.AnsweredElsewhere(var where) -> hash.add(where);
      case CallEnd.Cancelled _, CallEnd.TimedOut _ -> {}
    }
    return hash.value();
  }

  /// The user who ended it, where one of the recipients did.
  static Optional<UserId> recipient(final CallEnd how) {
    return switch (how) {
      case CallEnd.Answered(var by, _) -> Optional.of(by);
      case CallEnd.Declined(var by) -> Optional.of(by);
      case CallEnd.Cancelled _, CallEnd.TimedOut _, CallEnd.AnsweredElsewhere _ -> Optional.empty();
    };
  }

  static EventKey missedKey(final CallView view) {
    return new EventKey(view.organisation(), Calls.SOURCE + ":missed", view.call().toString());
  }

  /// The alert that a missed call leaves, for those who did not decline.
  static Event missed(final CallView view, final Caller caller, final Reading now) {
    final var wanted =
        view.recipients().stream().filter(user -> !view.declinedBy().contains(user)).toList();
    return new Event.Other(
        missedKey(view),
        wanted.isEmpty() ? view.recipients() : wanted,
        "missed-call",
        EventClass.ALERT,
        view.call().toString(),
        new Content(
            "Missed call",
            caller.name().isEmpty() ? caller.address() : caller.name(),
            Map.of("call", view.call().toString(), "caller", caller.address())),
        now.life(MISSED_ALERTS_FOR, TimeScale.divide(Life.LONGEST)));
  }
}
