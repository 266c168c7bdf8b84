package dev.reveille.storage.sqlite;

import dev.reveille.model.Kept;
import dev.reveille.routing.port.Note;
import java.time.Instant;
import java.util.List;

/// What one commit put into the journal. A group without events takes one sequence for itself, so
/// that every group has a number of its own.
///
/// @param noteOffsets where the records of the notes begin in `body`
record CommittedGroup(
    long first, Instant at, List<Kept> events, List<Note> notes, byte[] body, int[] noteOffsets) {
  long last() {
    return events.isEmpty() ? first : first + events.size() - 1;
  }

  /// About how much heap this takes: records become objects several times their size, and each
  /// recipient beyond the first has news and a row of its own.
  long weight() {
    return 2L * body.length + 400L * (events.size() + notes.size()) + 250L * furtherRecipients();
  }

  private long furtherRecipients() {
    long all = 0;
    for (int i = 0; i < events.size(); i++) {
      all += Math.max(0, events.get(i).event().recipients().size() - 1);
    }
    return all;
  }
}
