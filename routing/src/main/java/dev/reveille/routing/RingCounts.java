package dev.reveille.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Other;
import dev.reveille.model.Kept;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.RingLimit;
import dev.reveille.model.Reason;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// How often each caller rang each user a moment ago, for users who set a limit.
///
/// Nothing of it is stored: the journal holds the calls and the trail what became of them, so the
/// count of a user who is not in memory (after a restart, after a long silence) is read from there.
/// What was counted here stays when more is read: the trail may not have it yet. Memory is bounded
/// by forgetting users and, of one user, the oldest calls.
///
/// A caller without an address, or with one that stands for nobody (RFC 3323), has no limit: it may
/// be somebody else each time.
///
/// Belongs to the dispatcher's thread. Reads the disk for a user who is not in memory, a little at
/// each look, because every other phone waits meanwhile: of a very busy user the first calls after
/// a restart may be compared with the newest events only.
final class RingCounts {
  private static final int MOST_USERS = 50_000;
  private static final int MOST_CALLS_OF_A_USER = 500;

  /// So many of a user's newest events are looked at when the count is read anew.
  private static final int MOST_EVENTS_READ = 500;

  /// So many of them in one look.
  private static final int EVENTS_PER_LOOK = 50;

  /// A missed-call alert comes when the call is over, and no call rings longer.
  private static final Duration LONGEST_CALL = Duration.ofMinutes(15);

  /// What stands in the place of an address that is withheld.
  private static final String NOBODY = ".invalid";

  /// @param rang false when it was refused for the limit
  private record Call(long sequence, CallId id, String caller, Instant at, boolean rang) {}

  /// What is known of one user.
  private static final class Known {
    /// Calls before this moment are not in it.
    Instant since = Instant.MAX;

    /// Oldest first.
    final List<Call> calls = new ArrayList<>();

    /// Events since then that were not looked at yet, newest first.
    final Deque<Long> unread = new ArrayDeque<>();

    boolean holds(final long sequence) {
      return calls.stream().anyMatch(call -> call.sequence == sequence);
    }

    void add(final Call call) {
      int place = calls.size();
      while (place > 0 && calls.get(place - 1).sequence > call.sequence) {
        place--;
      }
      calls.add(place, call);
      if (calls.size() > MOST_CALLS_OF_A_USER) {
        calls.removeFirst();
      }
    }
  }

  private final EventJournal journal;
  private final TrailStore trail;
  private final Cache<UserId, Known> users =
      Caffeine.newBuilder()
          .maximumSize(MOST_USERS)
          .expireAfterAccess(RingLimit.LONGEST_WINDOW)
          .build();

  RingCounts(final EventJournal journal, final TrailStore trail) {
    this.journal = journal;
    this.trail = trail;
  }

  /// Whether the user's ring limit silences this event: a call too many, or the missed-call alert
  /// of one. A call that may ring is counted, once however often it is asked about.
  boolean silences(final Kept kept, final User user, final Instant now) {
    final var limit = user.preferences().ringLimit();
    if (limit.isEmpty()) {
      return false;
    }
    return switch (kept.event()) {
      case IncomingCall call -> isTooMany(kept, call, user, limit.get(), now);
      case Other alert when !alert.collapse().isEmpty() -> belongsToSilenced(alert, user, now);
      case Event.CallEnded _, Event.Message _, Event.ChangeHint _, Other _ -> false;
    };
  }

  private boolean isTooMany(
      final Kept kept,
      final IncomingCall call,
      final User user,
      final RingLimit limit,
      final Instant now) {
    final Preferences wishes = user.preferences();
    if (wishes.letsThrough(call.caller()) || wishes.silence(now).isPresent()) {
      return false; // has no limit; or does not ring at all, so it does not count
    }
    final var caller = call.caller().address();
    if (isNobody(caller)) {
      return false;
    }
    final var from = now.minus(limit.window());
    final var known = known(user.id(), earlier(from, now.minus(LONGEST_CALL)), kept.sequence());
    int rings = 0;
    for (final var one : known.calls) {
      if (one.sequence == kept.sequence()) {
        return !one.rang; // decided before
      }
      if (one.rang && one.at.isAfter(from) && one.caller.equalsIgnoreCase(caller)) {
        rings++;
      }
    }
    final boolean mayRing = rings < limit.rings();
    known.add(new Call(kept.sequence(), call.call(), caller, kept.at(), mayRing));
    return !mayRing;
  }

  private boolean belongsToSilenced(final Other alert, final User user, final Instant now) {
    for (final var one : known(user.id(), now.minus(LONGEST_CALL), Long.MAX_VALUE).calls) {
      if (!one.rang && one.id.toString().equals(alert.collapse())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNobody(final String caller) {
    return caller.isEmpty()
        || caller.regionMatches(
            true, caller.length() - NOBODY.length(), NOBODY, 0, NOBODY.length());
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private Known known(final UserId user, final Instant from, final long before) {
    var known = users.getIfPresent(user);
    if (known == null) {
      known = new Known();
      users.put(user, known);
    }
    if (known.since.isAfter(from)) {
      known.unread.clear();
      for (final long sequence : trail.recent(user, from, MOST_EVENTS_READ)) {
        if (sequence < before && !known.holds(sequence)) {
          known.unread.add(sequence);
        }
      }
      known.since = from;
    }
    for (int looks = 0; looks < EVENTS_PER_LOOK && !known.unread.isEmpty(); looks++) {
      look(known, user, known.unread.element());
      known.unread.remove(); // now, because what cannot be read is to be looked at again
    }
    return known;
  }

  private void look(final Known known, final UserId user, final long sequence) {
    final var kept = journal.find(sequence).orElse(null);
    if (kept != null && kept.event() instanceof IncomingCall call && !known.holds(sequence)) {
      final var became = became(sequence, user);
      if (became != Became.SILENT) {
        known.add(
            new Call(
                sequence, call.call(), call.caller().address(), kept.at(), became == Became.RANG));
      }
    }
  }

  private enum Became {
    RANG,
    REFUSED,
    SILENT
  }

  /// What the trail says of a call. One without a line yet is about to be dispatched and counts
  /// then.
  private Became became(final long sequence, final UserId user) {
    var became = Became.SILENT;
    for (final var line : trail.of(sequence)) {
      if (line instanceof TrailEntry.Opening opening && opening.user().equals(user)) {
        if (!opening.decision().equals("suppress")) {
          return Became.RANG;
        }
        if (opening.why() == Reason.TOO_MANY_RINGS) {
          became = Became.REFUSED;
        }
      }
    }
    return became;
  }
}
