package dev.reveille.storage.sqlite;

import java.sql.SQLException;

/// Gives numbers to entries and targets within one transaction. The last numbers are in a table of
/// their own, so that a number is not given again after its entry was removed.
///
/// Belongs to the thread of the transaction.
final class HubCounters {
  private static final String ENTRY = "entry";
  private static final String TARGET = "target";

  private final long entriesBefore;
  private final long targetsBefore;
  private long entries;
  private long targets;

  private HubCounters(final long entries, final long targets) {
    this.entriesBefore = entries;
    this.targetsBefore = targets;
    this.entries = entries;
    this.targets = targets;
  }

  static HubCounters read(final Database db) throws SQLException {
    return new HubCounters(last(db, ENTRY), last(db, TARGET));
  }

  /// The last number that a target was given.
  static long lastTarget(final Database db) throws SQLException {
    return last(db, TARGET);
  }

  private static long last(final Database db, final String of) throws SQLException {
    return db.query("SELECT last FROM hub_counter WHERE name = ?", row -> row.getLong(1), of)
        .getFirst();
  }

  long nextEntry() {
    return ++entries;
  }

  long nextTarget() {
    return ++targets;
  }

  /// At the end of the transaction.
  void write(final Database db) throws SQLException {
    write(db, ENTRY, entriesBefore, entries);
    write(db, TARGET, targetsBefore, targets);
  }

  private static void write(final Database db, final String of, final long before, final long now)
      throws SQLException {
    if (now > before) {
      db.update("UPDATE hub_counter SET last = ? WHERE name = ?", now, of);
    }
  }
}
