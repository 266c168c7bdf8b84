package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StartLog;
import java.util.Set;

/// Starts that have not stood, as rows of the main database: each with the event that it works on.
final class SqliteStartLog implements StartLog {
  /// Older starts that fell say nothing new.
  private static final int MOST = 100;

  private final MainDatabase database;

  SqliteStartLog(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public int begins() {
    return database.change(db -> {
      final int fallen = (int) db.number("SELECT count(*) FROM start_that_fell");
      db.update("INSERT INTO start_that_fell(at, event) VALUES(?,0)", database.now().toString());
      db.update(
          "DELETE FROM start_that_fell"
              + " WHERE number <= (SELECT max(number) FROM start_that_fell) - ?",
          MOST);
      return fallen;
    });
  }

  @Override
  public Set<Long> suspects() {
    return Set.copyOf(
        database.read(db ->
            db.query(
                "SELECT DISTINCT event FROM start_that_fell WHERE event > 0"
                    + " AND number < (SELECT max(number) FROM start_that_fell)",
                row -> row.getLong(1))));
  }

  @Override
  public int worksOn(final long event) {
    return database.change(db -> {
      final int fallen =
          db.query(
                  "SELECT count(*) FROM start_that_fell WHERE event = ?"
                      + " AND number < (SELECT max(number) FROM start_that_fell)",
                  row -> row.getInt(1),
                  event)
              .getFirst();
      db.update(
          "UPDATE start_that_fell SET event = ?"
              + " WHERE number = (SELECT max(number) FROM start_that_fell)",
          event);
      return fallen;
    });
  }

  @Override
  public void stands() {
    database.change(db -> db.update("DELETE FROM start_that_fell"));
  }
}
