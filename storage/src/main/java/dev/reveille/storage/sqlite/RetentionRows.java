package dev.reveille.storage.sqlite;

import dev.reveille.model.InstallationId;
import dev.reveille.routing.port.HubJobs;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Removes rows older than the retention from tables that are in no day's file.
///
/// Such a table is looked through whole, a part at a time: the lock is given away after each part,
/// because there may be as many rows as ever were devices, or users times conversations, and what
/// phones say meanwhile must not wait for all of them.
final class RetentionRows {
  /// Rows that are looked at, and at most removed, at once.
  private static final int CHUNK = 500;

  /// So many chunks of what hubs held.
  private static final int CHUNKS_OF_HUBS = 20;

  private final PresentFile present;
  private final MainDatabase database;

  RetentionRows(final PresentFile present, final MainDatabase database) {
    this.present = present;
    this.database = database;
  }

  /// What belongs to jobs before this sequence. Of sends that lay far ahead, those whose trail is
  /// gone.
  ///
  /// @param first the first day that is kept
  void removeBefore(final long oldest, final LocalDate first) throws SQLException {
    final Database writer = present.writer();
    final long day = first.toEpochDay();
    writer.transaction(() ->
        writer.update("DELETE FROM open_event WHERE seq < ?", oldest) // by their keys
            + writer.update(
                "DELETE FROM far_ahead WHERE job < ? AND ended = 2 AND coalesce("
                    + "(SELECT told_in FROM send WHERE send.job = far_ahead.job), 0) < ?",
                oldest,
                day)
            + writer.update(
                "DELETE FROM send WHERE job < ? AND told_in < ?"
                    + " AND job NOT IN (SELECT job FROM far_ahead)",
                oldest,
                day));
    remove("hint", "folder", oldest);
    remove("read_up_to", "conv", oldest);
    removeCursors(oldest);
  }

  // ---- of a user and something of the user's ---------------------------------------------------

  /// A row whose key are a user and one more number.
  private record Row(long user, long other, long sequence) {
    static final Row NONE = new Row(Long.MIN_VALUE, Long.MIN_VALUE, 0);
  }

  private void remove(final String table, final String other, final long oldest) {
    for (List<Row> some = rowsAfter(Row.NONE, table, other);
        !some.isEmpty();
        some = rowsAfter(some.getLast(), table, other)) {
      final List<Row> old = some.stream().filter(row -> row.sequence() < oldest).toList();
      change(
          old,
          row -> {
            present
                .writer()
                .update(
                    "DELETE FROM " + table + " WHERE user = ? AND " + other + " = ? AND seq < ?",
                    row.user(),
                    row.other(),
                    oldest);
          });
    }
  }

  private List<Row> rowsAfter(final Row last, final String table, final String other) {
    return present
        .reader()
        .locked(() ->
            present
                .reader()
                .query(
                    "SELECT user, "
                        + other
                        + ", seq FROM "
                        + table
                        + " WHERE (user, "
                        + other
                        + ") > (?, ?) ORDER BY user, "
                        + other
                        + " LIMIT ?",
                    row -> new Row(row.getLong(1), row.getLong(2), row.getLong(3)),
                    last.user(),
                    last.other(),
                    CHUNK));
  }

  // ---- of devices ------------------------------------------------------------------------------

  /// How far a device has come in a user's inbox.
  private record Cursor(long user, String device, long sequence) {
    static final Cursor NONE = new Cursor(Long.MIN_VALUE, "", 0);
  }

  /// How far devices had come that are not registered any more.
  private void removeCursors(final long oldest) throws SQLException {
    for (List<Cursor> some = cursorsAfter(Cursor.NONE);
        !some.isEmpty();
        some = cursorsAfter(some.getLast())) {
      final List<Cursor> old = some.stream().filter(one -> one.sequence() < oldest).toList();
      if (old.isEmpty()) {
        continue;
      }
      change(
          database.read(db -> withoutDevice(db, old)),
          cursor -> {
            present
                .writer()
                .update(
                    "DELETE FROM cursor WHERE user = ? AND device = ? AND seq < ?",
                    cursor.user(),
                    cursor.device(),
                    oldest);
          });
    }
  }

  private static List<Cursor> withoutDevice(final Database db, final List<Cursor> cursors)
      throws SQLException {
    final List<Cursor> gone = new ArrayList<>();
    for (final Cursor one : cursors) {
      if (db.query("SELECT 1 FROM installation WHERE id = ?", row -> true, one.device())
          .isEmpty()) {
        gone.add(one);
      }
    }
    return gone;
  }

  private List<Cursor> cursorsAfter(final Cursor last) {
    return present
        .reader()
        .locked(() ->
            present
                .reader()
                .query(
                    "SELECT user, device, seq FROM cursor WHERE (user, device) > (?, ?)"
                        + " ORDER BY user, device LIMIT ?",
                    row -> new Cursor(row.getLong(1), row.getString(2), row.getLong(3)),
                    last.user(),
                    last.device(),
                    CHUNK));
  }

  @FunctionalInterface
  private interface Change<T> {
    void of(T row) throws SQLException;
  }

  private <T> void change(final List<T> rows, final Change<T> change) {
    if (rows.isEmpty()) {
      return;
    }
    present
        .writer()
        .transaction(() -> {
          for (final T row : rows) {
            change.of(row);
          }
          return true;
        });
  }

  // ---- of the main database --------------------------------------------------------------------

  /// Installations that have had no user since before this day. Answers how many there were.
  int removeWithoutUser(final LocalDate first) {
    int all = 0;
    int removed;
    do {
      removed = database.change(db -> InstallationRows.removeWithoutUser(db, first, CHUNK));
      all += removed;
    } while (removed == CHUNK);
    return all;
  }

  /// Some of what hubs held that are removed. So much at once that checkpoints do not wait for
  /// long; the rest goes next time.
  void sweepHubs() {
    for (int chunk = 0; chunk < CHUNKS_OF_HUBS; chunk++) {
      final OptionalLong hub = database.read(HubNames::removed);
      if (hub.isEmpty()) {
        return;
      }
      database.change(db -> {
        HubNames.sweep(db, hub.getAsLong(), CHUNK);
        return true;
      });
    }
  }

  /// Registrations whose time is over, as many as [#sweepHubs].
  void removeEndedRegistrations(final Instant now) {
    final var hubs = new SqliteHubRegistrations(database);
    for (int chunk = 0; chunk < CHUNKS_OF_HUBS; chunk++) {
      if (hubs.removeEnded(now, CHUNK) < CHUNK) {
        return;
      }
    }
  }

  /// Claims of handles whose time is over, and handles that were over for long enough.
  void removeEndedHandles(final Instant now) {
    while (SqliteHandles.removeEnded(database, now, CHUNK)) {
      // there may be more
    }
  }

  /// Jobs of hubs that ended so long ago that they are kept no longer.
  void removeEndedJobs(final Instant now) {
    final Instant before = now.minus(HubJobs.KEPT);
    while (database.change(db -> SqliteHubJobs.removeEnded(db, before, CHUNK)) == CHUNK) {
      // there may be more
    }
  }

  /// Push addresses whose registration has ended. Nothing is sent to them from that moment on,
  /// whether they are here or not.
  void removeEndedAddresses(final Instant now) {
    for (List<InstallationId> some = ended(now); !some.isEmpty(); some = ended(now)) {
      final List<InstallationId> these = some;
      database.change(db -> {
        InstallationRows.removeEnded(db, these, now);
        return true;
      });
    }
  }

  private List<InstallationId> ended(final Instant now) {
    return database.read(db -> InstallationRows.withEnded(db, now, CHUNK));
  }

  /// What is in the audit log from before this day.
  void removeAuditBefore(final LocalDate first) {
    for (List<AuditRows.Dated> some = auditAfter(0);
        !some.isEmpty();
        some = auditAfter(some.getLast().id())) {
      final List<AuditRows.Dated> old = some.stream().filter(one -> one.isBefore(first)).toList();
      if (!old.isEmpty()) {
        database.change(db -> {
          for (final AuditRows.Dated one : old) {
            db.update("DELETE FROM audit WHERE id = ?", one.id());
          }
          return true;
        });
      }
    }
  }

  private List<AuditRows.Dated> auditAfter(final long last) {
    return database.read(db -> AuditRows.dated(db, last, CHUNK));
  }
}
