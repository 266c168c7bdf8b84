package dev.reveille.storage.sqlite;

/// Brings the projections up to the journal when the store is opened: the journal is complete, they
/// may be behind. Runs on the opening thread.
final class Recovery {
  private final JournalDays journal;
  private final long safe;

  Recovery(final JournalDays journal, final HistoryDays history, final PresentFile present) {
    this.journal = journal;
    long upTo = present.fact("safe");
    for (final JournalDay day : journal.days()) {
      if (!history.has(day.date()) && day.first() <= upTo) {
        upTo = day.first() - 1; // an operator deleted the projection
      }
    }
    this.safe = upTo;
    history.all().forEach(day -> day.takeBackAfter(safe));
    // Each day of the journal has its file from now on, so that a missing one tells something.
    journal.days().stream().map(JournalDay::date).forEach(history::day);
  }

  /// Up to which sequence the projections hold everything, whatever happened to the machine.
  long safe() {
    return safe;
  }

  /// Reads the keys that no segment has.
  void readKeys(final RecentKeys keys, final long seed) {
    final long known = keys.knownUpTo();
    journal.scan(
        known + 1,
        group ->
            group.keys(
                seed,
                (fingerprint, ofCall, sequence, keepUntil) -> {
                  if (sequence > known) {
                    keys.put(fingerprint, ofCall, sequence, keepUntil.getEpochSecond());
                  }
                }));
  }

  /// Folds what the last run did not fold, as if it had been committed just now.
  void foldTail(
      final Unfolded unfolded, final SqliteWaitingRoom waiting, final Projector projector) {
    journal.scan(
        safe + 1,
        group -> {
          if (group.first() > safe) {
            final CommittedGroup again =
                new CommittedGroup(
                    group.first(),
                    group.at(),
                    group.stored(),
                    group.notes(),
                    group.bytes(),
                    group.noteOffsets());
            unfolded.add(again);
            waiting.noted(again);
            if (unfolded.isWorthFolding()) {
              projector.foldAll();
            }
          }
        });
    projector.foldAll();
  }
}
