package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.OpenReports;
import java.util.Collection;
import java.util.List;

/// Stores which pushes of partners have to be reported. Thread-safe; blocks on the disk.
final class SqliteOpenReports implements OpenReports {
  private final MainDatabase database;

  SqliteOpenReports(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public List<Open> list(final long after, final int most) {
    return database.read(db ->
        db.query(
            "SELECT send, organisation FROM open_report WHERE send > ? ORDER BY send LIMIT ?",
            row -> new Open(row.getLong(1), SharedNames.organisation(row.getString(2))),
            after,
            most));
  }

  @Override
  public long upTo() {
    return database.read(db ->
        db.query("SELECT up_to FROM reported_up_to WHERE one = 1", row -> row.getLong(1)).stream()
            .findFirst()
            .orElse(NONE));
  }

  @Override
  public void keep(final long upTo, final List<Open> opened, final Collection<Long> closed) {
    final int _ =
        database.change(db -> {
          for (final var one : opened) {
            db.update(
                "INSERT OR IGNORE INTO open_report(send, organisation)"
                    + " SELECT ?1, ?2 WHERE NOT EXISTS"
                    + " (SELECT 1 FROM removed_organisation WHERE name = ?2)",
                one.send(),
                one.organisation().value());
          }
          for (final var send : closed) {
            db.update("DELETE FROM open_report WHERE send = ?", send);
          }
          return upTo == NONE
              ? 0
              : db.update(
                  "INSERT INTO reported_up_to(one, up_to) VALUES(1, ?)"
                      + " ON CONFLICT(one) DO UPDATE SET up_to = max(up_to, excluded.up_to)",
                  upTo);
        });
  }
}
