package dev.reveille.storage.sqlite;

import dev.reveille.model.ClockGeneration;
import dev.reveille.routing.port.ClockLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The rows of the server's clock generations in the main database. Thread-safe; blocks on the
/// disk.
final class SqliteClockLog implements ClockLog {
  private record Step(Instant since, Duration by) {}

  private final MainDatabase database;

  SqliteClockLog(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public List<ClockGeneration> generations() {
    final List<Step> steps =
        database.read(db ->
            db.query(
                "SELECT since, step FROM clock_generation ORDER BY number",
                row ->
                    new Step(Instant.parse(row.getString(1)), Duration.parse(row.getString(2)))));
    final var all = new ArrayList<ClockGeneration>();
    var last = ClockGeneration.FIRST;
    for (final Step step : steps) {
      last = last.next(step.since, step.by);
      all.add(last);
    }
    return all;
  }

  @Override
  public void begin(final ClockGeneration next) {
    database.change(db ->
        db.update(
            "INSERT INTO clock_generation(number, since, step) VALUES(?,?,?)"
                + " ON CONFLICT(number) DO UPDATE SET since = excluded.since,"
                + " step = excluded.step",
            next.number(),
            next.since().toString(),
            next.step().toString()));
  }
}
