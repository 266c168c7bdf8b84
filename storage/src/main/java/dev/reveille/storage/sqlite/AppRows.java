package dev.reveille.storage.sqlite;

import dev.reveille.model.App;
import dev.reveille.model.AppAccess;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Registry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of apps, with the number that grows when an app's credentials or bundle id change.
/// Called within a transaction or a read of the caller.
final class AppRows {
  private static final String APP =
      "SELECT id, publisher, name, bundle_id, pushless, credentials, credentials_changed FROM app";

  private AppRows() {}

  static Optional<App> find(final Database db, final AppId id) throws SQLException {
    final List<String> access = access(db, id.value());
    return db.query(APP + " WHERE id = ?", row -> read(row, access), id.value()).stream()
        .findFirst();
  }

  static List<App> of(final Database db, final OrganisationId publisher) throws SQLException {
    final List<App> apps = new ArrayList<>();
    for (final String id :
        db.query(
            "SELECT id FROM app WHERE publisher = ? ORDER BY id",
            row -> row.getString(1),
            publisher.value())) {
      find(db, SharedNames.app(id)).ifPresent(apps::add);
    }
    return apps;
  }

  private static List<String> access(final Database db, final String app) throws SQLException {
    return db.query(
        "SELECT organisation FROM app_organisation WHERE app = ? ORDER BY organisation",
        row -> row.getString(1),
        app);
  }

  /// Takes an organisation off the lists of all apps, so that a later one of the same name is not
  /// on them; answers which apps these are.
  static List<AppId> close(final Database db, final OrganisationId organisation)
      throws SQLException {
    return db.query(
        "DELETE FROM app_organisation WHERE organisation = ? RETURNING app",
        row -> SharedNames.app(row.getString(1)),
        organisation.value());
  }

  private static App read(final ResultSet row, final List<String> access) throws SQLException {
    return new App(
        SharedNames.app(row.getString(1)),
        SharedNames.organisation(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        AppAccess.of(access),
        row.getLong(6),
        Instant.parse(row.getString(7)));
  }

  static void write(final Database db, final App app, final Instant now) throws SQLException {
    final boolean moves =
        find(db, app.id()).filter(before -> !before.bundleId().equals(app.bundleId())).isPresent();
    db.update(
        "INSERT INTO app(id, publisher, name, bundle_id, pushless) VALUES(?,?,?,?,?)"
            + " ON CONFLICT(id) DO UPDATE SET publisher = excluded.publisher,"
            + " name = excluded.name, bundle_id = excluded.bundle_id,"
            + " pushless = excluded.pushless",
        app.id().value(),
        app.publisher().value(),
        app.name(),
        app.bundleId(),
        app.pushlessGenerations());
    db.update("DELETE FROM app_organisation WHERE app = ?", app.id().value());
    for (final String organisation : app.access().words()) {
      db.update(
          "INSERT INTO app_organisation(app, organisation) VALUES(?,?)",
          app.id().value(),
          organisation);
    }
    if (moves) {
      credentialsChanged(db, app.id(), now);
    }
  }

  /// The app is known to a push service by something else than before.
  static void credentialsChanged(final Database db, final AppId app, final Instant now)
      throws SQLException {
    db.update(
        "UPDATE app SET credentials = credentials + 1, credentials_changed = ? WHERE id = ?",
        now.toString(),
        app.value());
  }

  /// Removes an app with all that belongs to it; answers how it was, empty when there was none.
  ///
  /// @throws Registry.Taken when there are installations or active handles of it
  static Optional<App> remove(final Database db, final AppId app) throws SQLException {
    final Optional<App> before = find(db, app);
    if (before.isEmpty()) {
      return before;
    }
    final long devices =
        db.query(
                "SELECT count(*) FROM installation WHERE app = ?",
                row -> row.getLong(1),
                app.value())
            .getFirst();
    if (devices > 0) {
      throw new Registry.Taken("the app has " + devices + " installations");
    }
    final long handles = HandleRows.activeOf(db, app);
    if (handles > 0) {
      throw new Registry.Taken("the app has " + handles + " handles of partners");
    }
    db.update("DELETE FROM app WHERE id = ?", app.value());
    for (final String table :
        List.of(
            "credential",
            "named_credential",
            "statement_key",
            "one_time_code",
            "app_organisation",
            "handle",
            "handle_claim")) {
      db.update("DELETE FROM " + table + " WHERE app = ?", app.value());
    }
    db.update(
        "DELETE FROM setting WHERE organisation = ? AND collection = ? AND identity = ?",
        before.get().publisher().value(),
        Setting.PRESENTATION,
        Setting.ofApp(app));
    db.update(
        "DELETE FROM setting WHERE organisation = ? AND collection = ? AND identity = ?",
        before.get().publisher().value(),
        Setting.COMMUNICATION_APP,
        app.value());
    return before;
  }
}
