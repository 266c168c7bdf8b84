package dev.reveille.storage.sqlite;

import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.SettingsStore.Stale;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Stores organisations' domains as rows, each change with its audit entry in one commit. Look-ups
/// read an index of all of them, which is made anew after each change. Thread-safe; changes and the
/// first look-up block on the disk.
final class SqliteOrganisationDomains implements OrganisationDomains {
  private static final String SELECT =
      "SELECT organisation, name, netbios, version FROM organisation_domain ";

  private final MainDatabase database;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /// Null until it is asked for. Written under this object's lock.
  private volatile @Nullable DomainIndex index;

  SqliteOrganisationDomains(final MainDatabase database) {
    this.database = database;
  }

  private static Domain domain(final ResultSet row) throws SQLException {
    return new Domain(
        SharedNames.organisation(row.getString(1)),
        new DomainName(row.getString(2)),
        Optional.of(row.getString(3)).filter(name -> !name.isEmpty()).map(NetbiosName::new),
        row.getLong(4));
  }

  private static Optional<Domain> holder(final Database db, final String column, final String value)
      throws SQLException {
    return db
        .query(SELECT + "WHERE " + column + " = ?", SqliteOrganisationDomains::domain, value)
        .stream()
        .findFirst();
  }

  @Override
  public Domain put(
      final OrganisationId organisation,
      final DomainName name,
      final Optional<NetbiosName> netbios,
      final long expected,
      final By by) {
    final Domain now =
        database.change(db -> {
          OrganisationRows.refuseRemoved(db, organisation);
          final Optional<Domain> before = holder(db, "name", name.value());
          judge(db, organisation, name, netbios, before, expected);
          final long next = SqliteSettings.nextVersion(db, organisation);
          db.update(
              "INSERT INTO organisation_domain(name, organisation, netbios, version)"
                  + " VALUES(?,?,?,?) ON CONFLICT(name) DO UPDATE SET netbios = excluded.netbios,"
                  + " version = excluded.version",
              name.value(),
              organisation.value(),
              text(netbios),
              next);
          database.audit(db, organisation, by, words(name, before, netbios));
          return new Domain(organisation, name, netbios, next);
        });
    readAgain();
    return now;
  }

  private static void judge(
      final Database db,
      final OrganisationId organisation,
      final DomainName name,
      final Optional<NetbiosName> netbios,
      final Optional<Domain> before,
      final long expected)
      throws SQLException {
    if (before.isPresent() && !before.get().organisation().equals(organisation)) {
      throw new Taken("the domain " + name, before.get());
    }
    final long version = before.map(Domain::version).orElse(0L);
    if (expected >= 0 && expected != version) {
      throw new Stale("domain " + name + " has version " + version + ", not " + expected);
    }
    if (netbios.isPresent()) {
      final Optional<Domain> holder = holder(db, "netbios", netbios.get().value());
      if (holder.isPresent() && !holder.get().name().equals(name)) {
        throw new Taken("the NetBIOS name " + netbios.get(), holder.get());
      }
    }
    if (before.isEmpty() && count(db, organisation) >= MOST) {
      throw new Full();
    }
  }

  private static long count(final Database db, final OrganisationId organisation)
      throws SQLException {
    return db.query(
            "SELECT count(*) FROM organisation_domain WHERE organisation = ?",
            row -> row.getLong(1),
            organisation.value())
        .getFirst();
  }

  private static String text(final Optional<NetbiosName> netbios) {
    return netbios.map(NetbiosName::value).orElse("");
  }

  /// For the audit log: the old and the new value.
  private static String words(
      final DomainName name, final Optional<Domain> before, final Optional<NetbiosName> netbios) {
    return "keep domain "
        + name
        + (before.isEmpty()
            ? ": new, netbios " + shown(netbios)
            : ": netbios from " + shown(before.get().netbios()) + " to " + shown(netbios));
  }

  private static String shown(final Optional<NetbiosName> netbios) {
    return netbios.map(NetbiosName::value).orElse("nothing");
  }

  @Override
  public boolean remove(final OrganisationId organisation, final DomainName name, final By by) {
    final boolean removed =
        database.change(db -> {
          final Optional<Domain> before =
              holder(db, "name", name.value())
                  .filter(found -> found.organisation().equals(organisation));
          if (before.isPresent()) {
            db.update("DELETE FROM organisation_domain WHERE name = ?", name.value());
            database.audit(
                db,
                organisation,
                by,
                "remove domain " + name + " (netbios was " + shown(before.get().netbios()) + ")");
          }
          return before.isPresent();
        });
    readAgain();
    return removed;
  }

  @Override
  public Optional<Domain> find(final OrganisationId organisation, final DomainName name) {
    return database
        .read(db -> holder(db, "name", name.value()))
        .filter(found -> found.organisation().equals(organisation));
  }

  @Override
  public List<Domain> all(final OrganisationId organisation) {
    return database.read(db ->
        db.query(
            SELECT + "WHERE organisation = ? ORDER BY name",
            SqliteOrganisationDomains::domain,
            organisation.value()));
  }

  /// After a change in this or in another's transaction. Each reading begins after the change that
  /// it is for, and one at a time: an older state never takes the place of a newer one.
  void readAgain() {
    synchronized (this) {
      if (index != null) {
        index = read();
      }
    }
    listeners.forEach(Runnable::run);
  }

  @Override
  public void onChange(final Runnable listener) {
    listeners.add(listener);
  }

  private DomainIndex read() {
    return new DomainIndex(
        database.read(db -> db.query(SELECT + "ORDER BY name", SqliteOrganisationDomains::domain)));
  }

  private DomainIndex index() {
    final DomainIndex now = index;
    return now != null ? now : firstIndex();
  }

  private synchronized DomainIndex firstIndex() {
    DomainIndex now = index;
    if (now == null) {
      now = read();
      index = now;
    }
    return now;
  }

  @Override
  public Optional<OrganisationId> organisationOf(final String domain) {
    return index().organisationOf(domain);
  }

  @Override
  public Optional<OrganisationId> organisationOfNetbios(final String name) {
    return index().organisationOfNetbios(name);
  }

  @Override
  public List<DomainName> domainsOf(final OrganisationId organisation) {
    return index().domainsOf(organisation);
  }
}
