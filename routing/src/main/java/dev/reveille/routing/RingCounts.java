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
import java.util.ArrayList;
import java.util.List;

/// How often each caller rang each user a moment ago, for users who set a limit.
///
/// Nothing of it is stored: the journal holds the calls and the trail what became of them, so the
/// count of a user who is not in memory (after a restart, after a long silence) is read from there.
/// Memory is bounded by forgetting users and, of one user, the oldest calls.
///
/// Belongs to the dispatcher's thread. Reads the disk for a user who is not in memory.
final class RingCounts {
  private static final int MOST_USERS = 50_000;
  private static final int MOST_CALLS_OF_A_USER = 500;

  /// So many of a user's newest events are looked at when the count is read anew.
  private static final int MOST_EVENTS_READ = 500;

  /// @param rang false when it was refused for the limit
  private record Call(long sequence, CallId id, String caller, Instant at, boolean rang) {}

  /// @param since calls before this moment are not in it
  private record Calls(Instant since, List<Call> calls) {}

  private final EventJournal journal;
  private final TrailStore trail;
  private final Cache<UserId, Calls> users =
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
    final var from = now.minus(limit.window());
    final var calls = callsOf(user.id(), from, kept.sequence());
    final var caller = call.caller().address();
    int rings = 0;
    for (final var one : calls) {
      if (one.sequence == kept.sequence()) {
        return !one.rang; // decided before
      }
      if (one.rang && one.at.isAfter(from) && one.caller.equalsIgnoreCase(caller)) {
        rings++;
      }
    }
    final boolean mayRing = rings < limit.rings();
    calls.add(new Call(kept.sequence(), call.call(), caller, kept.at(), mayRing));
    if (calls.size() > MOST_CALLS_OF_A_USER) {
      calls.removeFirst();
    }
    return !mayRing;
  }

  private boolean belongsToSilenced(final Other alert, final User user, final Instant now) {
    final var from = now.minus(Duration.ofMinutes(15)); // no call rings longer
    for (final var one : callsOf(user.id(), from, Long.MAX_VALUE)) {
      if (!one.rang && one.id.toString().equals(alert.collapse())) {
        return true;
      }
    }
    return false;
  }

  private List<Call> callsOf(final UserId user, final Instant from, final long before) {
    var known = users.getIfPresent(user);
    if (known == null || known.since.isAfter(from)) {
      known = new Calls(from, read(user, from, before));
      users.put(user, known);
    }
    return known.calls;
  }

  /// The user's calls since then, oldest first.
  private List<Call> read(final UserId user, final Instant from, final long before) {
    final var calls = new ArrayList<Call>();
    for (final long sequence : trail.recent(user, from, MOST_EVENTS_READ).reversed()) {
      final var kept = sequence >= before ? null : journal.find(sequence).orElse(null);
      if (kept != null && kept.event() instanceof IncomingCall call) {
        final var became = became(sequence, user);
        if (became != Became.SILENT) {
          calls.add(
              new Call(
                  sequence,
                  call.call(),
                  call.caller().address(),
                  kept.at(),
                  became == Became.RANG));
        }
      }
    }
    return calls;
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
