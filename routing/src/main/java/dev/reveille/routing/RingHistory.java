package dev.reveille.routing;

import dev.reveille.model.CallId;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Folded;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads which calls a user had lately and which of them rang: the journal holds the calls, the
/// trail their outcomes.
///
/// Thread-safe. Blocks on the disk.
final class RingHistory {
  /// So many of a user's newest events are looked at.
  private static final int MOST_EVENTS_READ = 500;

  /// A call of a user.
  ///
  /// @param caller the caller's address as it is compared; see [Folded]
  /// @param rang false when it was refused for the ring limit
  record Call(long sequence, CallId id, String caller, Instant at, boolean rang) {}

  /// @param from calls before this moment are not in it
  /// @param calls oldest first
  record Calls(UserId user, Instant from, List<Call> calls) {}

  private final EventJournal journal;
  private final TrailStore trail;

  RingHistory(final EventJournal journal, final TrailStore trail) {
    this.journal = journal;
    this.trail = trail;
  }

  /// The user's calls since `from` whose sequence is below `before`.
  Calls read(final UserId user, final Instant from, final long before) {
    final var calls = new ArrayList<Call>();
    for (final long sequence : trail.recent(user, from, MOST_EVENTS_READ)) {
      if (sequence < before
          && journal.find(sequence).orElse(null) instanceof final StoredJob stored
          && stored.event() instanceof IncomingCall call) {
        final var became = became(sequence, user);
        if (became != Became.SILENT) {
          calls.add(
              new Call(
                  sequence,
                  call.call(),
                  Folded.of(call.caller().address()),
                  stored.at(),
                  became == Became.RANG));
        }
      }
    }
    return new Calls(user, from, calls.reversed());
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
