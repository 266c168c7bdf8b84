package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    return database.read(db -> all(db, organisation, collection));
  }

  private static List<Setting> all(
      final Database db, final OrganisationId organisation, final String collection)
      throws SQLException {
    return db.query(
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
        collection);
  }

  /// The rows as the connection that writes sees them.
  private record SettingsView(Database db, OrganisationId organisation) implements View {
    @Override
    public Optional<Setting> get(final String collection, final String identity) {
      return asked(() -> find(db, organisation, collection, identity));
    }

    @Override
    public List<Setting> all(final String collection) {
      return asked(() -> SqliteSettings.all(db, organisation, collection));
    }

    @Override
    public int count(final String collection) {
      return asked(() ->
          db.query(
                  "SELECT count(*) FROM setting WHERE organisation = ? AND collection = ?",
                  row -> row.getInt(1),
                  organisation.value(),
                  collection)
              .getFirst());
    }

    private interface Query<T> {
      T run() throws SQLException;
    }

    /// An edit knows nothing of SQL.
    private static <T> T asked(final Query<T> query) {
      try {
        return query.run();
      } catch (SQLException failed) {
        throw new StoreException(
            "the settings cannot be read: " + failed.getMessage() + ".", "Check the disk.", failed);
      }
    }
  }

  @Override
  public Setting change(final Place place, final long expected, final By by, final Edit edit) {
    final Setting now =
        database.change(db -> {
          OrganisationRows.refuseRemoved(db, place.organisation());
          final Optional<Setting> before =
              find(db, place.organisation(), place.collection(), place.identity());
          final long version = before.map(Setting::version).orElse(0L);
          if (expected >= 0 && expected != version) {
            throw new Stale(place + " has version " + version + ", not " + expected);
          }
          final Map<String, List<String>> values =
              edit.values(before, new SettingsView(db, place.organisation()));
          // A removed object that comes back must not repeat a version that a client has read.
          final long next = nextVersion(db, place.organisation(), version);
          db.update(
              "INSERT INTO setting(organisation, collection, identity, version, named)"
                  + " VALUES(?,?,?,?,?) ON CONFLICT(organisation, collection, identity)"
                  + " DO UPDATE SET version = excluded.version, named = excluded.named",
              place.organisation().value(),
              place.collection(),
              place.identity(),
              next,
              MainDatabase.json(new TreeMap<>(values)));
          final String changed = edit.inWords(before.map(Setting::values).orElse(Map.of()), values);
          database.audit(
              db,
              place.organisation(),
              by,
              "set " + place + (changed.isEmpty() ? "" : ": " + changed));
          return new Setting(
              place.organisation(), place.collection(), place.identity(), next, values);
        });
    tell(now);
    return now;
  }

  /// The next version of anything in an organisation that has one, kept as given from then on.
  static long nextVersion(final Database db, final OrganisationId organisation)
      throws SQLException {
    return nextVersion(db, organisation, 0);
  }

  private static long nextVersion(
      final Database db, final OrganisationId organisation, final long before) throws SQLException {
    final String name = "settings-version/" + organisation.value();
    final long last =
        db
            .query(
                "SELECT value FROM fact WHERE name = ?",
                row -> Long.parseLong(row.getString(1)),
                name)
            .stream()
            .findFirst()
            .orElse(0L);
    final long next = Math.max(before, last) + 1;
    db.update(
        "INSERT INTO fact(name, value) VALUES(?,?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        name,
        Long.toString(next));
    return next;
  }

  @Override
  public boolean remove(final Place place, final By by, final Consent consent) {
    final Optional<Setting> gone =
        database.change(db -> {
          final Optional<Setting> before =
              find(db, place.organisation(), place.collection(), place.identity());
          if (before.isPresent()) {
            consent.judge(before.get(), new SettingsView(db, place.organisation()));
            db.update(
                "DELETE FROM setting"
                    + " WHERE organisation = ? AND collection = ? AND identity = ?",
                place.organisation().value(),
                place.collection(),
                place.identity());
            final String lost = consent.inWords(before.get().values());
            database.audit(
                db,
                place.organisation(),
                by,
                "remove " + place + (lost.isEmpty() ? "" : " (" + lost + ")"));
          }
          return before;
        });
    gone.ifPresent(before -> {
      final Setting empty =
          new Setting(
              place.organisation(),
              place.collection(),
              place.identity(),
              before.version() + 1,
              Map.of());
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
