package dev.reveille.storage.sqlite;

/// The state that a store holds in memory beside its files: groups that are not folded yet, and
/// what is computed from groups as they are committed.
///
/// @param bodies events and sends by their sequence, from memory or files
record StoreMemory(
    Unfolded unfolded,
    ScheduledSendRows farAhead,
    SendStates sends,
    JobBodies bodies,
    UnreadCounts counts,
    SqliteWaitingRoom waiting,
    Erasures erasures,
    Hashes hashes) {

  static StoreMemory of(final StoreFiles files, final StoreSettings how) {
    final Erasures erasures = new Erasures(files.database());
    final Hashes hashes = new Hashes(files.identity().seed());
    final Unfolded unfolded = new Unfolded(how.unfoldedBytes());
    final ScheduledSendRows farAhead = new ScheduledSendRows(files.present());
    final SendStates sends = new SendStates(unfolded, files.history(), files.present());
    return new StoreMemory(
        unfolded,
        farAhead,
        sends,
        new JobBodies(unfolded, files.days(), erasures, farAhead, sends),
        new UnreadCounts(hashes),
        new SqliteWaitingRoom(new WaitingRows(files.present().reader())),
        erasures,
        hashes);
  }

  /// A group was committed; on the writer's thread.
  void committed(final CommittedGroup group) {
    unfolded.add(group);
    waiting.noted(group);
    farAhead.noted(group);
    counts.noted(group);
  }
}
