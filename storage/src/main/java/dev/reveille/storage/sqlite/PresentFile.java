package dev.reveille.storage.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/// The file `present.db`: the projections that belong to no day, such as waiting work and open
/// events. The projector and maintenance write, by the lock of the writer's connection; readers
/// have a connection of their own. Blocks on the disk.
final class PresentFile implements AutoCloseable {
  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
          CREATE TABLE open_event(seq INTEGER PRIMARY KEY, state BLOB NOT NULL);
          CREATE TABLE waiting(
            event INTEGER NOT NULL, device TEXT NOT NULL, way INTEGER NOT NULL,
            lane INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL,
            deadline INTEGER NOT NULL, why TEXT NOT NULL,
            PRIMARY KEY(event, device, way)) WITHOUT ROWID;
          CREATE INDEX waiting_due ON waiting(lane, not_before, event, device, way);
          CREATE TABLE cursor(
            user INTEGER NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
            PRIMARY KEY(user, device)) WITHOUT ROWID;
          CREATE TABLE read_up_to(
            user INTEGER NOT NULL, conv INTEGER NOT NULL, seq INTEGER NOT NULL,
            PRIMARY KEY(user, conv)) WITHOUT ROWID;
          CREATE TABLE hint(
            user INTEGER NOT NULL, folder INTEGER NOT NULL, seq INTEGER NOT NULL,
            marks INTEGER NOT NULL, keep INTEGER NOT NULL,
            PRIMARY KEY(user, folder)) WITHOUT ROWID;
          """,
          """
          ALTER TABLE waiting ADD COLUMN behind TEXT NOT NULL DEFAULT '';
          DROP INDEX waiting_due;
          CREATE INDEX waiting_due ON waiting(behind, lane, not_before, event, device, way);
          CREATE INDEX waiting_overdue ON waiting(deadline) WHERE behind > '';
          """,
          """
          CREATE TABLE send(
            job INTEGER PRIMARY KEY, goes_on INTEGER NOT NULL, progress BLOB NOT NULL);
          CREATE INDEX send_goes_on ON send(job) WHERE goes_on = 1;
          """,
          // `told_in` is the day of the lines of a send that lay far ahead, since 1970; 0 for other
          // sends. `ended`: 0 as it was accepted, 1 over but for rows, 2 without content.
          """
          ALTER TABLE send ADD COLUMN told_in INTEGER NOT NULL DEFAULT 0;
          CREATE INDEX send_told_in ON send(told_in) WHERE told_in > 0;
          CREATE TABLE far_ahead(
            job INTEGER PRIMARY KEY, ended INTEGER NOT NULL, record BLOB NOT NULL);
          CREATE INDEX far_ahead_ends ON far_ahead(job) WHERE ended = 1;
          """);

  private static final long WRITER_CACHE_KIB = 16_384;

  private final Database writer;
  private final Database reader;

  /// The last event that left a hint: what was on disk at the first question, and what came since
  /// this process began. Who has seen that far need not look for hints.
  private volatile long hintsFound = -1;

  private volatile long hintsNoted;
  private volatile boolean linesElsewhere;

  PresentFile(final Path file) {
    this.writer = Database.open(file, Database.Durability.NORMAL, STEPS);
    try {
      writer.cache(WRITER_CACHE_KIB);
      this.reader = Database.openForReading(file, STEPS.size());
      this.linesElsewhere =
          reader.locked(() -> reader.number("SELECT max(told_in) FROM send WHERE told_in > 0")) > 0;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  Database writer() {
    return writer;
  }

  Database reader() {
    return reader;
  }

  /// Whether there may be a hint after this sequence. Under the read side of the history's lock.
  boolean mayHaveHintAfter(final long sequence) {
    if (hintsFound < 0) {
      hintsFound = reader.locked(() -> reader.number("SELECT coalesce(max(seq), 0) FROM hint"));
    }
    return sequence < Math.max(hintsFound, hintsNoted);
  }

  /// Whether it is known without reading that no hint is there, or about to be, after this
  /// sequence.
  boolean hasSurelyNoHintAfter(final long sequence) {
    return hintsFound >= 0 && sequence >= Math.max(hintsFound, hintsNoted);
  }

  /// Whether a send may have its lines in another day than its own: few servers know such sends,
  /// and trails are asked for often.
  boolean hasLinesElsewhere() {
    return linesElsewhere;
  }

  /// A send has its lines elsewhere; by the projector, before that is committed.
  void noteLinesElsewhere() {
    linesElsewhere = true;
  }

  /// A hint is about to be committed; by the projector.
  void noteHint(final long sequence) {
    hintsNoted = Math.max(hintsNoted, sequence);
  }

  long fact(final String name) {
    return writer.locked(() ->
        writer.query("SELECT value FROM fact WHERE name = ?", row -> row.getLong(1), name).stream()
            .findFirst()
            .orElse(0L));
  }

  /// Inside the open transaction, or alone.
  void keepFact(final String name, final long value) throws SQLException {
    writer.update(
        "INSERT INTO fact(name, value) VALUES(?,?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        name,
        value);
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
