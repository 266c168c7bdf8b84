package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import java.util.Optional;

/// Finds jobs by their sequence: in memory while they are not folded yet, else in the journal's
/// files, or beside the files for sends that were scheduled far ahead. Thread-safe; may block on
/// the disk.
final class JobBodies {
  private final Unfolded unfolded;
  private final JournalDays days;
  private final Erasures erasures;
  private final ScheduledSendRows farAhead;
  private final SendStates sends;

  JobBodies(
      final Unfolded unfolded,
      final JournalDays days,
      final Erasures erasures,
      final ScheduledSendRows farAhead,
      final SendStates sends) {
    this.farAhead = farAhead;
    this.sends = sends;
    this.unfolded = unfolded;
    this.days = days;
    this.erasures = erasures;
  }

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
