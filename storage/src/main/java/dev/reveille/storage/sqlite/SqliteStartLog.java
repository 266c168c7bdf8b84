package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.StartLog;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Stores starts that crashed or are under way, each with the events that it worked on, and the
/// newest 10,000 events that were given up. Thread-safe; blocks on the disk.
final class SqliteStartLog implements StartLog {
  /// Older crashed starts say nothing new.
  private static final int MOST = 100;

  /// Each cost three starts; so many are more than a person looks at.
  private static final int MOST_GIVEN_UP = 10_000;

  private final MainDatabase database;

  SqliteStartLog(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public int begins() {
    return database.change(db -> {
      final int fallen = (int) db.number("SELECT count(*) FROM start_that_fell");
      db.update("INSERT INTO start_that_fell(at) VALUES(?)", database.now().toString());
      db.update(
          "DELETE FROM start_that_fell"
              + " WHERE number <= (SELECT max(number) FROM start_that_fell) - ?",
          MOST);
      db.update(
          "DELETE FROM event_of_start WHERE start NOT IN (SELECT number FROM start_that_fell)");
      return fallen;
    });
  }

  @Override
  public Map<Long, Integer> suspects() {
    final Map<Long, Integer> suspects = new HashMap<>();
    database.read(db ->
        db.query(
            "SELECT event, count(*) OVER (PARTITION BY start) FROM event_of_start"
                + " WHERE start < (SELECT max(number) FROM start_that_fell)",
            row -> suspects.merge(row.getLong(1), row.getInt(2), Math::min)));
    return Map.copyOf(suspects);
  }

  @Override
  public int worksOn(final Set<Long> events) {
    return database.change(db -> {
      final int fallen = events.isEmpty() ? 0 : startsThatWorkedOn(db, events);
      db.update(
          "DELETE FROM event_of_start WHERE start = (SELECT max(number) FROM start_that_fell)");
      for (final long event : events) {
        db.update(
            "INSERT INTO event_of_start(start, event)"
                + " SELECT max(number), ? FROM start_that_fell HAVING max(number) > 0",
            event);
      }
      return fallen;
    });
  }

  /// How many of those before this one worked on all of them.
  private static int startsThatWorkedOn(final Database db, final Set<Long> events)
      throws SQLException {
    Set<Long> starts = null;
    for (final long event : events) {
      final Set<Long> ofThis =
          Set.copyOf(
              db.query(
                  "SELECT start FROM event_of_start WHERE event = ?"
                      + " AND start < (SELECT max(number) FROM start_that_fell)",
                  row -> row.getLong(1),
                  event));
      final Set<Long> both = new HashSet<>(starts == null ? ofThis : starts);
      both.retainAll(ofThis);
      starts = both;
    }
    return starts == null ? 0 : starts.size();
  }

  @Override
  public void givesUp(final OrganisationId organisation, final long event, final Instant at) {
    database.change(db -> {
      db.update(
          "INSERT INTO event_given_up(event, organisation, at) VALUES(?,?,?)"
              + " ON CONFLICT(event) DO NOTHING",
          event,
          organisation.value(),
          text(at));
      return db.update(
          "DELETE FROM event_given_up WHERE event IN (SELECT event FROM event_given_up"
              + " ORDER BY at DESC, event DESC LIMIT -1 OFFSET ?)",
          MOST_GIVEN_UP);
    });
  }

  @Override
  public Optional<GivenUp> givenUp(final OrganisationId organisation, final Instant from) {
    return database.read(db ->
        db
            .query(
                "SELECT count(*) OVER (), min(at) OVER (), event, at FROM event_given_up"
                    + " WHERE organisation = ? AND at >= ? ORDER BY at DESC, event DESC LIMIT 1",
                row ->
                    new GivenUp(
                        row.getInt(1),
                        Instant.parse(row.getString(2)),
                        row.getLong(3),
                        Instant.parse(row.getString(4))),
                organisation.value(),
                text(from))
            .stream()
            .findFirst());
  }

  /// All as long as each other, so that their order is that of time.
  private static String text(final Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public void stands() {
    database.change(db -> {
      db.update("DELETE FROM event_of_start");
      return db.update("DELETE FROM start_that_fell");
    });
  }
}
