package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A day's history that a former version wrote.
final class HistoryFormatTest {
  /// The schema of format 1, as that version had it.
  private static final String FORMAT_1 =
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
      PRAGMA journal_mode=WAL;
      PRAGMA application_id=1381387333;
      PRAGMA user_version=1
      """;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private Path history() {
    return store.directory().resolve("days/2026-11-21.history.db");
  }

  /// Puts a file of format 1 with the same rows in the place of the day's history.
  ///
  /// @param lastEntry what it says of its last entry, -1 when it says nothing
  private void writeFormat1(final long lastEntry) throws IOException, SQLException {
    final Path old = store.directory().resolve("old.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + old);
        var run = connection.createStatement()) {
      for (final String statement : FORMAT_1.split(";\\s*\n", -1)) {
        run.execute(statement);
      }
      run.execute("ATTACH '" + history() + "' AS now");
      for (final String table : List.of("entry", "call_event", "trail", "fact")) {
        run.execute("INSERT INTO main." + table + " SELECT * FROM now." + table);
      }
      run.execute("DELETE FROM main.fact WHERE name = 'last_entry'");
      if (lastEntry >= 0) {
        run.execute("INSERT INTO main.fact VALUES('last_entry', " + lastEntry + ")");
      }
    }
    for (final String ending : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(Path.of(history() + ending));
    }
    Files.move(old, history());
  }

  private long number(final String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + history());
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  /// -1: before that fact was written; 0 and 1: left behind by such a version, which then wrote on.
  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1})
  void entries_that_a_former_version_wrote_are_not_hidden(final long lastEntry)
      throws IOException, SQLException {
    final StoredJob first = store.keep(Samples.message("first"));
    final StoredJob second = store.keep(Samples.message("second"));
    store.project();
    final Position afterFirst = new Position(store.journal().epoch(), first.sequence());
    store.sqlite().close();
    writeFormat1(lastEntry);

    store.open();
    assertEquals(
        List.of(second),
        store.inbox().after(Samples.ANNA, afterFirst, 10).entries().stream()
            .map(entry -> entry.stored())
            .toList());
    assertEquals(2, store.inbox().unread(Samples.ANNA));

    store.sqlite().close();
    assertEquals(2, number("PRAGMA user_version"));
    assertEquals(second.sequence(), number("SELECT value FROM fact WHERE name = 'last_entry'"));
    store.open();
  }

  @Test
  void a_former_file_without_entries_takes_the_next_ones() throws IOException, SQLException {
    final StoredJob hint = store.keep(Samples.changeHint("hint", java.util.Set.of("mail")));
    store.note(Samples.told(hint.sequence(), 1, Samples.PHONE, true));
    store.project();
    store.sqlite().close();
    writeFormat1(-1);

    store.open();
    final StoredJob message = store.keep(Samples.message("message"));
    store.project();
    assertEquals(1, store.inbox().unread(Samples.ANNA));
    store.sqlite().close();
    assertEquals(message.sequence(), number("SELECT value FROM fact WHERE name = 'last_entry'"));
    store.open();
  }
}
