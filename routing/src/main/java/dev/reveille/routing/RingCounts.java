package dev.reveille.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.Event;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Other;
import dev.reveille.model.Folded;
import dev.reveille.model.Preferences.RingLimit;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TimeScale;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.RingHistory.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts how often each caller rang each user lately, for users who set a ring limit.
///
/// Nothing of it is stored: the count of a user who is not in memory (after a restart, after a long
/// silence) is read by [RingHistory], before the event is dispatched, and learned here. What was
/// counted here stays when more is learned: the trail may not have it yet. Memory is bounded by
/// forgetting users and, of one user, the oldest calls.
///
/// A caller without an address, or with one that stands for no person (RFC 3323), has no limit: it
/// may be another person each time.
///
/// Belongs to the dispatcher's thread, except for [#historyFrom].
final class RingCounts {
  private static final int MOST_USERS = 50_000;
  private static final int MOST_CALLS_OF_A_USER = 500;

  /// A missed-call alert comes when the call is over, and no call rings longer.
  private static final Duration LONGEST_CALL = TimeScale.divide(Duration.ofMinutes(15));

  /// What is known of one user.
  private static final class Known {
    /// Calls before this moment are not in it.
    Instant since = Instant.MAX;

    /// Oldest first.
    final List<Call> calls = new ArrayList<>();

    boolean holds(final long sequence) {
      return calls.stream().anyMatch(call -> call.sequence() == sequence);
    }

    void add(final Call call) {
      int place = calls.size();
      while (place > 0 && calls.get(place - 1).sequence() > call.sequence()) {
        place--;
      }
      calls.add(place, call);
      if (calls.size() > MOST_CALLS_OF_A_USER) {
        calls.removeFirst();
      }
    }
  }

  private final Cache<UserId, Known> users =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumSize(MOST_USERS)
          .expireAfterAccess(RingLimit.LONGEST_WINDOW)
          .build();

  /// Since when the user's calls must be known to judge this event; null when no limit applies to
  /// it. From any thread.
  static @Nullable Instant historyFrom(final StoredJob stored, final User user, final Instant now) {
    final var limit = user.preferences().ringLimit();
    if (limit.isEmpty()) {
      return null;
    }
    final var longestCall = now.minus(LONGEST_CALL);
    return switch (stored.event()) {
      case IncomingCall call when isLimited(call, user, now) -> {
        final var window = now.minus(TimeScale.divide(limit.get().window()));
        yield window.isBefore(longestCall) ? window : longestCall;
      }
      case Other alert when !alert.collapse().isEmpty() -> longestCall;
      case IncomingCall _, Event.CallEnded _, Event.Message _, Event.ChangeHint _, Other _ -> null;
    };
  }

  /// A call that does not ring at all does not count, and some callers have no limit.
  private static boolean isLimited(final IncomingCall call, final User user, final Instant now) {
    final var wishes = user.preferences();
    return !wishes.letsThrough(call.caller())
        && wishes.silence(now).isEmpty()
        && !Folded.isWithheld(call.caller().address());
  }

  /// Whether the event can be judged from memory.
  boolean isReadyFor(final StoredJob stored, final User user, final Instant now) {
    final var from = historyFrom(stored, user, now);
    if (from == null) {
      return true;
    }
    final var known = users.getIfPresent(user.id());
    return known != null && !known.since.isAfter(from);
  }

  /// Takes in what was read of a user's calls.
  void learn(final RingHistory.Calls read) {
    final var known = of(read.user());
    for (final var call : read.calls()) {
      if (!known.holds(call.sequence())) {
        known.add(call);
      }
    }
    if (read.from().isBefore(known.since)) {
      known.since = read.from();
    }
  }

  private Known of(final UserId user) {
    return users.get(user, _ -> new Known());
  }

  /// Whether the user's ring limit silences this event: a call too many, or the missed-call alert
  /// of one. A call that may ring is counted once, however often this is called.
  boolean silences(final StoredJob stored, final User user, final Instant now) {
    if (historyFrom(stored, user, now) == null) {
      return false;
    }
    return switch (stored.event()) {
      case IncomingCall call ->
          isTooMany(stored, call, user, user.preferences().ringLimit().orElseThrow(), now);
      case Other alert -> belongsToSilenced(alert, user);
      case Event.CallEnded _, Event.Message _, Event.ChangeHint _ -> false;
    };
  }

  private boolean isTooMany(
      final StoredJob stored,
      final IncomingCall call,
      final User user,
      final RingLimit limit,
      final Instant now) {
    final var caller = Folded.of(call.caller().address());
    final var from = now.minus(TimeScale.divide(limit.window()));
    final var known = of(user.id());
    int rings = 0;
    for (final var one : known.calls) {
      if (one.sequence() == stored.sequence()) {
        return !one.rang(); // decided before
      }
      if (one.rang()
          && one.at().isAfter(from)
          && !one.at()
              .isAfter(now.plus(ServerClock.TOLERANCE)) // else before the clock was set back
          && one.caller().equals(caller)) {
        rings++;
      }
    }
    final boolean mayRing = rings < limit.rings();
    known.add(new Call(stored.sequence(), call.call(), caller, stored.at(), mayRing));
    return !mayRing;
  }

  private boolean belongsToSilenced(final Other alert, final User user) {
    return of(user.id()).calls.stream()
        .anyMatch(one -> !one.rang() && one.id().toString().equals(alert.collapse()));
  }
}
