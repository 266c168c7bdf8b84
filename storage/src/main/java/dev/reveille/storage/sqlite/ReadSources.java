package dev.reveille.storage.sqlite;

/// Where the readers of what was accepted look: the groups in memory that are not folded yet, the
/// files of the days, `present.db`, the journal's files, who was erased, and under which hashes
/// users and calls stand there. Each is as thread-safe as it says itself.
record ReadSources(
    Unfolded unfolded,
    HistoryDays history,
    PresentFile present,
    JournalDays journal,
    Erasures erasures,
    Hashes hashes) {
  static ReadSources of(final StoreFiles files, final StoreMemory memory) {
    return new ReadSources(
        memory.unfolded(),
        files.history(),
        files.present(),
        files.days(),
        memory.erasures(),
        memory.hashes());
  }
}
