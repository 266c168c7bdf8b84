package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.SettingsStore.Audit;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// The rows of the audit log, newest last: searches them, and lists old ones for [RetentionRows].
/// The kind of an entry is derived from its text.
final class AuditRows {
  /// A setting is the only thing that is `set`, and the only one whose removal names no kind.
  private static final String KIND =
      """
      CASE
        WHEN what LIKE 'set %/%' THEN 'setting'
        WHEN what LIKE '%organisation' OR what LIKE 'make organisation %'
          OR what LIKE 'remove organisation %' THEN 'organisation'
        WHEN what LIKE 'keep user %' OR what LIKE 'remove user %'
          OR what LIKE 'change preferences of user %' OR what LIKE 'keep password of user %'
          OR what LIKE 'remove password of user %' THEN 'user'
        WHEN what LIKE 'keep installation %' OR what LIKE 'remove installation %' THEN 'installation'
        WHEN what LIKE 'keep domain %' OR what LIKE 'remove domain %' THEN 'domain'
        WHEN what LIKE 'keep app %' OR what LIKE 'remove app %' THEN 'app'
        WHEN what LIKE 'keep key %' OR what LIKE 'remove key %' THEN 'key'
        WHEN what LIKE 'keep credential %' OR what LIKE 'remove credential %' THEN 'credential'
        WHEN what LIKE 'keep statement key %' THEN 'statement-key'
        WHEN what LIKE 'keep handle code %' OR what LIKE 'remove handle code %'
          OR what LIKE 'revoke handle %' THEN 'handle'
        ELSE 'setting' END\
      """;

  private AuditRows() {}

  static List<Audit> find(
      final Database db,
      final OrganisationId organisation,
      final AuditFilter wanted,
      final int most)
      throws SQLException {
    return db.query(
        "SELECT id, at, who, origin, what FROM audit WHERE organisation = ? AND id < ?"
            + " AND (? = '' OR who = ?) AND (? = '' OR "
            + KIND
            + " = ?) AND (? = '' OR substr(at, 1, 19) >= ?) AND (? = '' OR substr(at, 1, 19) < ?)"
            + " ORDER BY id DESC LIMIT ?",
        row ->
            new Audit(
                row.getLong(1),
                Instant.parse(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5)),
        organisation.value(),
        wanted.before(),
        wanted.who(),
        wanted.who(),
        wanted.kind(),
        wanted.kind(),
        second(wanted.since(), Instant.MIN),
        second(wanted.since(), Instant.MIN),
        second(wanted.until(), Instant.MAX),
        second(wanted.until(), Instant.MAX),
        most);
  }

  /// Texts of moments compare like the moments as far as they all have the same length.
  private static String second(final Instant moment, final Instant none) {
    return moment.equals(none) ? "" : moment.toString().substring(0, 19);
  }

  /// A row and its day.
  record Dated(long id, String day) {
    boolean isBefore(final LocalDate other) {
      return day.compareTo(other.toString()) < 0;
    }
  }

  /// The next rows after this one.
  static List<Dated> dated(final Database db, final long after, final int most)
      throws SQLException {
    return db.query(
        "SELECT id, substr(at, 1, 10) FROM audit WHERE id > ? ORDER BY id LIMIT ?",
        row -> new Dated(row.getLong(1), row.getString(2)),
        after,
        most);
  }
}
