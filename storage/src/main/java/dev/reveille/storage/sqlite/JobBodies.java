package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import java.util.Optional;

/// Finds jobs by their sequence: in memory while they are not folded yet, else in the journal's
/// files, or beside the files for sends that were scheduled far ahead. Thread-safe; may block on
/// the disk.
record JobBodies(
    Unfolded unfolded,
    JournalDays days,
    Erasures erasures,
    ScheduledSendRows farAhead,
    SendStates sends) {
  Optional<StoredJob> find(final long sequence) {
    return unfolded.find(sequence).or(() -> onDisk(sequence)).flatMap(this::visible);
  }

  /// Without those who were erased, and without the content of what lay far ahead and was
  /// cancelled.
  Optional<StoredJob> visible(final StoredJob stored) {
    return erasures
        .visible(stored)
        .map(seen ->
            ScheduledSendRows.isFarAhead(seen) && sends.isCancelled(seen.sequence())
                ? SendLog.withoutContent(seen)
                : seen);
  }

  private Optional<StoredJob> onDisk(final long sequence) {
    return days.event(sequence).or(() -> farAhead.find(sequence));
  }
}
