package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Registry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rows of organisations, and the names of removed ones, which cannot be used until their last
/// events are gone (`rest` after the removal). Static; each method runs inside the caller's
/// transaction and blocks on the disk. Throws [Registry.Taken] where a name or what an organisation
/// holds is in the way.
final class OrganisationRows {
  private OrganisationRows() {}

  /// Makes sure that it exists; answers whether it is new.
  ///
  /// @throws Registry.Taken when it was removed: a request that was on its way then must not bring
  ///   it back
  static boolean keep(final Database db, final OrganisationId id) throws SQLException {
    refuseRemoved(db, id);
    return db.update("INSERT INTO organisation(name) VALUES(?) ON CONFLICT DO NOTHING", id.value())
        > 0;
  }

  /// @throws Registry.Taken when the organisation was removed
  static void refuseRemoved(final Database db, final OrganisationId id) throws SQLException {
    if (removedAt(db, id).isPresent()) {
      throw new Registry.Taken("the organisation " + id + " was removed");
    }
  }

  static Optional<Instant> removedAt(final Database db, final OrganisationId id)
      throws SQLException {
    return db
        .query(
            "SELECT at FROM removed_organisation WHERE name = ?",
            row -> Instant.parse(row.getString(1)),
            id.value())
        .stream()
        .findFirst();
  }

  /// Makes a new one. Who made it may use the name of one whose events are gone, but must not read
  /// what that one's operators did. The line of its first key, which was kept a moment before,
  /// stays.
  ///
  /// @throws Registry.Taken when it exists
  static void make(final Database db, final OrganisationId id) throws SQLException {
    if (!keep(db, id)) {
      throw new Registry.Taken("organisation " + id);
    }
    db.update(
        "DELETE FROM audit WHERE organisation = ? AND NOT EXISTS (SELECT 1 FROM api_key"
            + " WHERE organisation = audit.organisation AND what LIKE 'keep key ' || id || ': %')",
        id.value());
  }

  static Registry.Holdings holdings(final Database db, final OrganisationId id)
      throws SQLException {
    return new Registry.Holdings(
        count(db, "SELECT count(*) FROM app_user WHERE organisation = ?", id),
        count(db, "SELECT count(*) FROM installation WHERE organisation = ?", id),
        count(db, "SELECT count(*) FROM app WHERE publisher = ?", id),
        count(db, "SELECT count(*) FROM api_key WHERE organisation = ?", id));
  }

  private static long count(final Database db, final String query, final OrganisationId id)
      throws SQLException {
    return db.query(query, row -> row.getLong(1), id.value()).getFirst();
  }

  /// Removes it with its keys, secrets, codes, hubs, domains and settings; answers these, without
  /// values.
  ///
  /// @throws Registry.Taken when there are users, installations or apps of it
  static List<Setting> remove(final Database db, final OrganisationId id, final Instant now)
      throws SQLException {
    final Registry.Holdings holdings = holdings(db, id);
    if (holdings.isAny()) {
      throw new Registry.Taken("the organisation has " + holdings);
    }
    final List<Setting> settings =
        db.query(
            "DELETE FROM setting WHERE organisation = ? RETURNING collection, identity, version",
            row ->
                new Setting(id, row.getString(1), row.getString(2), row.getLong(3) + 1, Map.of()),
            id.value());
    for (final String table :
        List.of(
            "api_key",
            "one_time_code",
            "event_given_up",
            "sealed_secret",
            "hub_job",
            "organisation_domain",
            "handle",
            "handle_claim",
            "handle_count",
            "handle_code",
            "open_report")) {
      db.update("DELETE FROM " + table + " WHERE organisation = ?", id.value());
    }
    HubNames.detachAll(db, id); // what they hold goes in parts, later
    db.update("DELETE FROM organisation WHERE name = ?", id.value());
    db.update(
        "INSERT INTO removed_organisation(name, at) VALUES(?,?)"
            + " ON CONFLICT(name) DO UPDATE SET at = excluded.at",
        id.value(),
        now.toString());
    return settings;
  }

  /// Frees the names of those that were removed so long ago.
  static void forget(final Database db, final Instant now, final Duration rest)
      throws SQLException {
    for (final String name :
        db
            .query(
                "SELECT name, at FROM removed_organisation",
                row ->
                    Instant.parse(row.getString(2)).plus(rest).isAfter(now) ? "" : row.getString(1))
            .stream()
            .filter(name -> !name.isEmpty())
            .toList()) {
      db.update("DELETE FROM removed_organisation WHERE name = ?", name);
    }
  }
}
