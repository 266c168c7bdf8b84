package dev.reveille.storage.sqlite;

import dev.reveille.model.Event;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import java.time.Instant;
import java.util.List;

/// The jobs and notes that one commit put into the journal. A group without jobs takes one sequence
/// for itself, so that every group has a number of its own.
///
/// @param noteOffsets where the records of the notes begin in `body`
/// @param weight about how much heap this takes: records become objects several times their size,
///   and each recipient beyond the first has news and a row of its own
record CommittedGroup(
    long first,
    Instant at,
    List<StoredJob> jobs,
    List<Note> notes,
    byte[] body,
    int[] noteOffsets,
    long weight) {
  CommittedGroup(
      final long first,
      final Instant at,
      final List<StoredJob> jobs,
      final List<Note> notes,
      final byte[] body,
      final int[] noteOffsets) {
    this(
        first,
        at,
        jobs,
        notes,
        body,
        noteOffsets,
        2L * body.length + 400L * (jobs.size() + notes.size()) + 250L * furtherRecipients(jobs));
  }

  long last() {
    return jobs.isEmpty() ? first : first + jobs.size() - 1;
  }

  private static long furtherRecipients(final List<StoredJob> jobs) {
    long all = 0;
    for (int i = 0; i < jobs.size(); i++) {
      all += Math.max(0, recipientsOf(jobs.get(i)).size() - 1);
    }
    return all;
  }

  /// Whose inbox shows it; a send is in none.
  static List<UserId> recipientsOf(final StoredJob stored) {
    return switch (stored.job()) {
      case Event event -> event.recipients();
      case Send _ -> List.of();
    };
  }
}
