package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Stores settings as rows of JSON, each change with its audit entry in one commit. Thread-safe;
/// blocks on the disk.
final class SqliteSettings implements SettingsStore {
  private final MainDatabase database;
  private final List<Consumer<Setting>> listeners = new CopyOnWriteArrayList<>();

  SqliteSettings(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public Optional<Setting> get(
      final OrganisationId organisation, final String collection, final String identity) {
    return database.read(db -> find(db, organisation, collection, identity));
  }

  private static Optional<Setting> find(
      final Database db,
      final OrganisationId organisation,
      final String collection,
      final String identity)
      throws SQLException {
    return db
        .query(
            "SELECT version, named FROM setting"
                + " WHERE organisation = ? AND collection = ? AND identity = ?",
            row ->
                new Setting(
                    organisation,
                    collection,
                    identity,
                    row.getLong(1),
                    MainDatabase.lists(row.getString(2))),
            organisation.value(),
            collection,
            identity)
        .stream()
        .findFirst();
  }

  @Override
  public List<Setting> all(final OrganisationId organisation, final String collection) {
    return database.read(db ->
        db.query(
            "SELECT identity, version, named FROM setting"
                + " WHERE organisation = ? AND collection = ? ORDER BY identity",
            row ->
                new Setting(
                    organisation,
                    collection,
                    row.getString(1),
                    row.getLong(2),
                    MainDatabase.lists(row.getString(3))),
            organisation.value(),
            collection));
  }

  @Override
  public Setting put(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final Map<String, List<String>> values,
      final long expected,
      final String who) {
    final Setting now =
        database.change(db -> {
          OrganisationRows.refuseRemoved(db, organisation);
          final Optional<Setting> before = find(db, organisation, collection, identity);
          final long version = before.map(Setting::version).orElse(0L);
          if (expected >= 0 && expected != version) {
            throw new Stale(
                collection + "/" + identity + " has version " + version + ", not " + expected);
          }
          // A removed object that comes back must not repeat a version that a client has read.
          final long next = Math.max(version, lastVersion(db, organisation)) + 1;
          db.update(
              "INSERT INTO setting(organisation, collection, identity, version, named)"
                  + " VALUES(?,?,?,?,?) ON CONFLICT(organisation, collection, identity)"
                  + " DO UPDATE SET version = excluded.version, named = excluded.named",
              organisation.value(),
              collection,
              identity,
              next,
              MainDatabase.json(new TreeMap<>(values)));
          keepLastVersion(db, organisation, next);
          final String changed = changed(before.map(Setting::values).orElse(Map.of()), values);
          database.audit(db, organisation, who, "set " + collection + "/" + identity + changed);
          return new Setting(organisation, collection, identity, next, values);
        });
    tell(now);
    return now;
  }

  private static long lastVersion(final Database db, final OrganisationId organisation)
      throws SQLException {
    return db
        .query(
            "SELECT value FROM fact WHERE name = ?",
            row -> Long.parseLong(row.getString(1)),
            "settings-version/" + organisation.value())
        .stream()
        .findFirst()
        .orElse(0L);
  }

  private static void keepLastVersion(
      final Database db, final OrganisationId organisation, final long version)
      throws SQLException {
    db.update(
        "INSERT INTO fact(name, value) VALUES(?,?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        "settings-version/" + organisation.value(),
        Long.toString(version));
  }

  /// Names only: a value may be a secret.
  private static String changed(
      final Map<String, List<String>> before, final Map<String, List<String>> after) {
    final var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    return names.isEmpty() ? "" : ": " + String.join(", ", names);
  }

  @Override
  public boolean remove(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final String who) {
    final Optional<Setting> gone =
        database.change(db -> {
          final Optional<Setting> before = find(db, organisation, collection, identity);
          if (before.isPresent()) {
            db.update(
                "DELETE FROM setting"
                    + " WHERE organisation = ? AND collection = ? AND identity = ?",
                organisation.value(),
                collection,
                identity);
            database.audit(db, organisation, who, "remove " + collection + "/" + identity);
          }
          return before;
        });
    gone.ifPresent(before -> {
      final Setting empty =
          new Setting(organisation, collection, identity, before.version() + 1, Map.of());
      tell(empty);
    });
    return gone.isPresent();
  }

  /// A setting changed, in this or in another's transaction.
  void tell(final Setting now) {
    listeners.forEach(listener -> listener.accept(now));
  }

  @Override
  public void onChange(final Consumer<Setting> listener) {
    listeners.add(listener);
  }

  @Override
  public List<Audit> audit(
      final OrganisationId organisation, final AuditFilter wanted, final int most) {
    return database.read(db -> AuditRows.find(db, organisation, wanted, most));
  }
}
