package dev.reveille.storage.sqlite;

import dev.reveille.model.Kept;
import java.util.Optional;

/// Events by their sequence: from memory while they are fresh, else from the journal's files.
final class Bodies {
  private final Fresh fresh;
  private final JournalDays days;
  private final Erasures erasures;

  Bodies(final Fresh fresh, final JournalDays days, final Erasures erasures) {
    this.fresh = fresh;
    this.days = days;
    this.erasures = erasures;
  }

  Optional<Kept> find(final long sequence) {
    return fresh.find(sequence).or(() -> onDisk(sequence)).flatMap(this::visible);
  }

  /// Without those who were erased.
  Optional<Kept> visible(final Kept kept) {
    return erasures.visible(kept);
  }

  private Optional<Kept> onDisk(final long sequence) {
    return days.event(sequence);
  }
}
