package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One day's projections of the journal: which events concern whom (without hints), which belong to
/// a call, and the trail. They go with the day. Keys begin with the *part*: 2^18 events whose pages
/// fit into the writer's cache. A reader looks into each part, about a microsecond each.
///
/// Blocks on the disk. The projector writes, one fold at a time; recovery does before it runs. All
/// readers share one connection, and must hold the read side of [HistoryDays#lock].
final class HistoryDay implements AutoCloseable {
  /// So many events share a row of the trail.
  static final int BUCKET_BITS = 7;

  /// So many events share a part.
  private static final int PART_BITS = 18;

  private static final long WRITER_CACHE_KIB = 32_768;

  /// Begins a query that looks into the parts from the first to the last value given to it.
  private static final String EACH_PART =
      "WITH RECURSIVE part_number(n) AS"
          + " (SELECT ? UNION ALL SELECT n + 1 FROM part_number WHERE n < ?) ";

  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE entry(
            part INTEGER NOT NULL, user INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
            marks INTEGER NOT NULL, conv INTEGER NOT NULL, keep INTEGER NOT NULL,
            PRIMARY KEY(part, user, seq)) WITHOUT ROWID;
          CREATE TABLE call_event(
            part INTEGER NOT NULL, call INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(part, call, seq)) WITHOUT ROWID;
          CREATE TABLE trail(
            bucket INTEGER NOT NULL, fold INTEGER NOT NULL, lines BLOB NOT NULL,
            PRIMARY KEY(bucket, fold)) WITHOUT ROWID;
          CREATE TABLE fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
          """,
          // Programs that knew one step only did not write `last_entry`, or left it behind: the
          // true value is read once, and they refuse the file from now on. Later parts have the
          // later entries.
          """
          INSERT INTO fact(name, value)
            SELECT 'last_entry', coalesce(max(seq), 0) FROM entry
            WHERE part = (SELECT max(part) FROM entry)
            ON CONFLICT(name) DO UPDATE SET value = excluded.value;
          """);

  private final LocalDate date;
  private final Path file;
  private final Database writer;
  private final Database reader;

  /// Where entries and events of calls are, so that a reader who has seen them all need not look:
  /// the parts, and the last sequence. Raised before the commit that makes it true.
  private volatile long firstPart;

  private volatile long lastPart;
  private volatile long lastEntry;

  private @Nullable PreparedStatement insertEntry;
  private @Nullable PreparedStatement insertCall;
  private @Nullable PreparedStatement insertTrail;
  private @Nullable PreparedStatement mark;

  HistoryDay(final LocalDate date, final Path file) {
    this.date = date;
    this.file = file;
    this.writer = Database.open(file, Database.Durability.NORMAL, STEPS);
    try {
      writer.cache(WRITER_CACHE_KIB);
      this.reader = Database.openForReading(file, STEPS.size());
      firstPart = Math.min(leastPart("entry"), leastPart("call_event"));
      lastPart = Math.max(greatestPart("entry"), greatestPart("call_event"));
      lastEntry = reader.number("SELECT value FROM fact WHERE name = 'last_entry'");
    } catch (SQLException e) {
      writer.close();
      throw Database.failed(file, e);
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private long leastPart(final String table) throws SQLException {
    return reader.number("SELECT coalesce(min(part), " + Long.MAX_VALUE + ") FROM " + table);
  }

  private long greatestPart(final String table) throws SQLException {
    return reader.number("SELECT coalesce(max(part), -1) FROM " + table);
  }

  static long partOf(final long sequence) {
    return sequence >> PART_BITS;
  }

  /// Entries of a user after a sequence in order (newest first when `backwards`), those that are
  /// kept beyond a moment (in seconds) and for which `condition` holds: a constant text, in which
  /// each question mark stands for one of `values`.
  <T> List<T> entries(
      final String columns,
      final String condition,
      final long user,
      final long after,
      final long keptAfter,
      final int most,
      final boolean backwards,
      final Database.Row<T> row,
      final long... values) {
    if (!mayHaveEntryAfter(after)) {
      return List.of();
    }
    return reader.locked(() -> {
      final long[] parts = parts(after);
      if (parts.length == 0) {
        return List.of();
      }
      final PreparedStatement rows =
          reader.kept(
              EACH_PART
                  + "SELECT "
                  + columns
                  + " FROM part_number CROSS JOIN entry ON part = n AND user = ?"
                  + " WHERE seq > ? AND keep > ? AND "
                  + condition
                  + " ORDER BY seq"
                  + (backwards ? " DESC" : "")
                  + " LIMIT ?");
      rows.setLong(1, parts[0]);
      rows.setLong(2, parts[1]);
      rows.setLong(3, user);
      rows.setLong(4, after);
      rows.setLong(5, keptAfter);
      int place = 6;
      for (final long value : values) {
        rows.setLong(place++, value);
      }
      rows.setInt(place, most);
      return Database.all(rows, row);
    });
  }

  /// Whether an entry after this sequence is here, or is about to be committed.
  boolean mayHaveEntryAfter(final long sequence) {
    return sequence < lastEntry;
  }

  /// The events of a call.
  List<Long> callEvents(final long call) {
    return reader.locked(() -> {
      final long[] parts = parts(0);
      if (parts.length == 0) {
        return List.of();
      }
      final PreparedStatement rows =
          reader.kept(
              EACH_PART
                  + "SELECT seq FROM part_number CROSS JOIN call_event ON part = n AND call = ?");
      rows.setLong(1, parts[0]);
      rows.setLong(2, parts[1]);
      rows.setLong(3, call);
      return Database.all(rows, row -> row.getLong(1));
    });
  }

  /// The first and last part that may hold something after this sequence; nothing when none does.
  private long[] parts(final long after) {
    final long last = lastPart;
    final long from = Math.max(firstPart, partOf(after + 1));
    return from > last ? new long[0] : new long[] {from, last};
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
    writer.transaction(() -> {
      if (writer.number("SELECT value FROM fact WHERE name = 'folded'") > safe) {
        writer.update("DELETE FROM trail WHERE fold > ?", safe);
      }
      return true;
    });
  }

  /// Writes the rows of one fold inside the open transaction.
  void write(final DayRows rows, final long fold) throws SQLException {
    rows.sort();
    if (!rows.entries().isEmpty()) {
      noteEntries(rows.entries());
      if (insertEntry == null) {
        insertEntry =
            writer.prepare(
                "INSERT INTO entry(part, user, seq, kind, conv, keep, marks)"
                    + " VALUES(?,?,?,?,?,?,?) ON CONFLICT(part, user, seq)"
                    + " DO UPDATE SET marks = marks | excluded.marks");
      }
      for (final DayRows.Entry entry : rows.entries()) {
        insertEntry.setLong(1, partOf(entry.sequence()));
        insertEntry.setLong(2, entry.user());
        insertEntry.setLong(3, entry.sequence());
        insertEntry.setInt(4, entry.kind());
        insertEntry.setLong(5, entry.conversation());
        insertEntry.setLong(6, entry.keepUntil());
        insertEntry.setInt(7, rows.takeMarks(entry));
        insertEntry.addBatch();
      }
      insertEntry.executeBatch();
    }
    writeCalls(rows);
    writeTrail(rows, fold);
    writeMarks(rows);
    keepFact("folded", fold);
  }

  private void noteEntries(final List<DayRows.Entry> entries) throws SQLException {
    for (final DayRows.Entry entry : entries) {
      noteParts(entry.sequence());
      lastEntry = Math.max(lastEntry, entry.sequence());
    }
    keepFact("last_entry", lastEntry);
  }

  private void noteParts(final long sequence) {
    firstPart = Math.min(firstPart, partOf(sequence));
    lastPart = Math.max(lastPart, partOf(sequence));
  }

  private void keepFact(final String name, final long value) throws SQLException {
    writer.update(
        "INSERT INTO fact(name, value) VALUES(?, ?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        name,
        value);
  }

  private void writeCalls(final DayRows rows) throws SQLException {
    if (rows.calls().isEmpty()) {
      return;
    }
    if (insertCall == null) {
      insertCall =
          writer.prepare("INSERT OR IGNORE INTO call_event(part, call, seq) VALUES(?,?,?)");
    }
    for (final DayRows.Pair call : rows.calls()) {
      noteParts(call.sequence()); // an end that came before its call is no entry of a user
      insertCall.setLong(1, partOf(call.sequence()));
      insertCall.setLong(2, call.key());
      insertCall.setLong(3, call.sequence());
      insertCall.addBatch();
    }
    insertCall.executeBatch();
  }

  private void writeTrail(final DayRows rows, final long fold) throws SQLException {
    if (rows.trail().isEmpty()) {
      return;
    }
    if (insertTrail == null) {
      insertTrail =
          writer.prepare("INSERT OR REPLACE INTO trail(bucket, fold, lines) VALUES(?,?,?)");
    }
    for (final var bucket : rows.trail().entrySet()) {
      insertTrail.setLong(1, bucket.getKey());
      insertTrail.setLong(2, fold);
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
      mark =
          writer.prepare(
              "UPDATE entry SET marks = marks | ? WHERE part = ? AND user = ? AND seq = ?");
    }
    for (final Map.Entry<DayRows.Pair, Integer> marked : new TreeMap<>(rows.marks()).entrySet()) {
      mark.setInt(1, marked.getValue());
      mark.setLong(2, partOf(marked.getKey().sequence()));
      mark.setLong(3, marked.getKey().key());
      mark.setLong(4, marked.getKey().sequence());
      mark.addBatch();
    }
    mark.executeBatch();
  }

  /// After a fold that failed: the next one prepares its statements anew.
  void forgetStatements() {
    insertEntry = null;
    insertCall = null;
    insertTrail = null;
    mark = null;
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
