package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One day's projections of the journal: which events concern whom, which belong to a call, and the
/// trail. What concerns an event is in the file of the event's day and goes with it.
///
/// The folder's thread writes; readers have a connection of their own.
final class HistoryDay implements AutoCloseable {
  /// So many events share a row of the trail.
  static final int BUCKET_BITS = 7;

  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE entry(
            user INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
            marks INTEGER NOT NULL, conv INTEGER NOT NULL, keep INTEGER NOT NULL,
            PRIMARY KEY(user, seq)) WITHOUT ROWID;
          CREATE TABLE call_event(
            call INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(call, seq)) WITHOUT ROWID;
          CREATE TABLE trail(
            bucket INTEGER NOT NULL, part INTEGER NOT NULL, lines BLOB NOT NULL,
            PRIMARY KEY(bucket, part)) WITHOUT ROWID;
          CREATE TABLE fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
          """);

  private final LocalDate date;
  private final Path file;
  private final Database writer;
  private final Database reader;
  private @Nullable PreparedStatement insertEntry;
  private @Nullable PreparedStatement insertCall;
  private @Nullable PreparedStatement insertTrail;
  private @Nullable PreparedStatement mark;

  HistoryDay(final LocalDate date, final Path file) {
    this.date = date;
    this.file = file;
    this.writer = Database.open(file, Database.Durability.NORMAL, STEPS);
    try {
      this.reader = Database.openForReading(file, STEPS.size());
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  LocalDate date() {
    return date;
  }

  Database reader() {
    return reader;
  }

  Database writer() {
    return writer;
  }

  /// Takes back lines of the trail that were folded after `safe`: they come again.
  void takeBackAfter(final long safe) {
    writer.transaction(
        () -> {
          if (writer.number("SELECT value FROM fact WHERE name = 'folded'") > safe) {
            writer.update("DELETE FROM trail WHERE part > ?", safe);
          }
          return true;
        });
  }

  /// Writes the rows of one fold inside the open transaction.
  void write(final DayRows rows, final long part) throws SQLException {
    rows.sort();
    if (!rows.entries().isEmpty()) {
      if (insertEntry == null) {
        insertEntry =
            writer.prepare(
                "INSERT OR IGNORE INTO entry(user, seq, kind, marks, conv, keep)"
                    + " VALUES(?,?,?,?,?,?)");
      }
      for (final DayRows.Entry entry : rows.entries()) {
        insertEntry.setLong(1, entry.user());
        insertEntry.setLong(2, entry.sequence());
        insertEntry.setInt(3, entry.kind());
        insertEntry.setInt(4, 0);
        insertEntry.setLong(5, entry.conversation());
        insertEntry.setLong(6, entry.keepUntil());
        insertEntry.addBatch();
      }
      insertEntry.executeBatch();
    }
    writeCalls(rows);
    writeTrail(rows, part);
    writeMarks(rows);
    writer.update(
        "INSERT INTO fact(name, value) VALUES('folded', ?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        part);
  }

  private void writeCalls(final DayRows rows) throws SQLException {
    if (rows.calls().isEmpty()) {
      return;
    }
    if (insertCall == null) {
      insertCall = writer.prepare("INSERT OR IGNORE INTO call_event(call, seq) VALUES(?,?)");
    }
    for (final DayRows.Pair call : rows.calls()) {
      insertCall.setLong(1, call.key());
      insertCall.setLong(2, call.sequence());
      insertCall.addBatch();
    }
    insertCall.executeBatch();
  }

  private void writeTrail(final DayRows rows, final long part) throws SQLException {
    if (rows.trail().isEmpty()) {
      return;
    }
    if (insertTrail == null) {
      insertTrail =
          writer.prepare("INSERT OR REPLACE INTO trail(bucket, part, lines) VALUES(?,?,?)");
    }
    for (final var bucket : rows.trail().entrySet()) {
      insertTrail.setLong(1, bucket.getKey());
      insertTrail.setLong(2, part);
      insertTrail.setBytes(3, bucket.getValue().copy());
      insertTrail.addBatch();
    }
    insertTrail.executeBatch();
  }

  private void writeMarks(final DayRows rows) throws SQLException {
    if (rows.marks().isEmpty()) {
      return;
    }
    if (mark == null) {
      mark = writer.prepare("UPDATE entry SET marks = marks | ? WHERE user = ? AND seq = ?");
    }
    for (final Map.Entry<DayRows.Pair, Integer> marked : rows.marks().entrySet()) {
      mark.setInt(1, marked.getValue());
      mark.setLong(2, marked.getKey().key());
      mark.setLong(3, marked.getKey().sequence());
      mark.addBatch();
    }
    mark.executeBatch();
  }

  void delete() throws IOException {
    close();
    JournalDay.deleteDatabase(file);
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
