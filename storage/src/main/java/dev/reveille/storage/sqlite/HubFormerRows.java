package dev.reveille.storage.sqlite;

import dev.reveille.model.PushService;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Former;
import dev.reveille.storage.codec.Numbers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Targets of hubs that were removed, as rows: so that who asks for a handle learns what became of
/// it when nothing is registered at it any more. No handle stands in them, only half a hash.
final class HubFormerRows {
  private HubFormerRows() {}

  static void insert(
      final Database db,
      final HubTargetRows.Row row,
      final HubRegistrations.Entry entry,
      final Instant now)
      throws SQLException {
    db.update(
        "INSERT INTO hub_former(hub, target, handle, id, kind, since) VALUES(?,?,?,?,?,?)"
            + " ON CONFLICT(hub, target) DO UPDATE SET handle = excluded.handle,"
            + " id = excluded.id, kind = excluded.kind, since = excluded.since",
        row.hub(),
        row.target().key().value(),
        HubTargetRows.handle(row.target()),
        entry.id(),
        entry.kind().number(),
        now.getEpochSecond());
  }

  /// @param after only those that were removed later than this second
  static List<Former> find(
      final Database db,
      final long hub,
      final String id,
      final String handle,
      final long after,
      final int most)
      throws SQLException {
    return db.query(
        "SELECT id, kind, target, since FROM hub_former"
            + " WHERE hub = ? AND (id = ? OR handle IN (?, ?)) AND since > ?"
            + " ORDER BY since DESC, target LIMIT ?",
        row ->
            new Former(
                row.getString(1),
                Numbers.HUB_ENTRIES.constant(row.getInt(2)),
                new TargetKey(row.getString(3)),
                Instant.ofEpochSecond(row.getLong(4))),
        hub,
        id,
        HubTargetRows.handle(PushService.APNS, handle),
        HubTargetRows.handle(PushService.FCM, handle),
        after,
        most);
  }

  /// Forgets what was removed long enough ago; answers how many.
  static int forget(final Database db, final long until, final int most) throws SQLException {
    return db.update(
        "DELETE FROM hub_former WHERE (hub, target) IN"
            + " (SELECT hub, target FROM hub_former WHERE since <= ? ORDER BY since LIMIT ?)",
        until,
        most);
  }
}
