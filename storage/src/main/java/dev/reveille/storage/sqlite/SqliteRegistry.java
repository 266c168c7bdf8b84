package dev.reveille.storage.sqlite;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Setting;
import dev.reveille.model.TargetKey;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Stores organisations, users, apps and installations, a change in one transaction. Thread-safe;
/// blocks on the disk, and throws [dev.reveille.routing.port.StoreException] when that fails and
/// [Registry.Taken] when a name or a token is in use. A function given to a `change…` method runs
/// inside the transaction: it must be quick and must not use the registry. Listeners are called
/// after the commit, on the thread that made the change; what one throws reaches the caller.
final class SqliteRegistry implements Registry {
  private final MainDatabase database;
  private final Erasures erasures;
  private final LongSupplier lastSequence;
  private final Duration rest;
  private final Consumer<List<Setting>> removed;
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

  /// @param erasures hides what concerned a removed user, up to the journal's `lastSequence`
  /// @param rest how long the name of a removed organisation is not free
  /// @param removed told after an organisation was removed, with its settings as they are then
  SqliteRegistry(
      final MainDatabase database,
      final Erasures erasures,
      final LongSupplier lastSequence,
      final Duration rest,
      final Consumer<List<Setting>> removed) {
    this.database = database;
    this.erasures = erasures;
    this.lastSequence = lastSequence;
    this.rest = rest;
    this.removed = removed;
  }

  @Override
  public void onChange(final Consumer<Change> listener) {
    listeners.add(listener);
  }

  private void tell(final Change change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  @Override
  public void keepOrganisation(final OrganisationId organisation, final String who) {
    database.change(db -> {
      if (OrganisationRows.keep(db, organisation)) {
        database.audit(db, organisation, who, "keep organisation");
      }
      return true;
    });
  }

  @Override
  public List<OrganisationId> organisations() {
    return database.read(db ->
        db.query(
            "SELECT name FROM organisation ORDER BY name",
            row -> SharedNames.organisation(row.getString(1))));
  }

  @Override
  public void makeOrganisation(
      final OrganisationId organisation, final OrganisationId by, final String who) {
    database.change(db -> {
      OrganisationRows.make(db, organisation);
      database.audit(db, organisation, "organisation " + by + ", " + who, "make organisation");
      database.audit(db, by, who, "make organisation " + organisation);
      return true;
    });
  }

  @Override
  public Optional<Instant> restsUntil(final OrganisationId organisation) {
    return database
        .read(db -> OrganisationRows.removedAt(db, organisation))
        .map(at -> at.plus(rest));
  }

  @Override
  public Holdings holdings(final OrganisationId organisation) {
    return database.read(db -> OrganisationRows.holdings(db, organisation));
  }

  @Override
  public boolean removeOrganisation(
      final OrganisationId organisation, final OrganisationId by, final String who) {
    if (!organisations().contains(organisation)) {
      return false;
    }
    final List<AppId> closed = new ArrayList<>();
    removed.accept(
        database.change(db -> {
          database.audit(db, by, who, "remove organisation " + organisation);
          closed.addAll(AppRows.close(db, organisation));
          return OrganisationRows.remove(db, organisation, database.now());
        }));
    closed.forEach(app -> tell(new Change.AppChanged(app)));
    return true;
  }

  @Override
  public User changeUser(
      final UserId id, final Function<Optional<User>, User> change, final String who) {
    final User changed =
        database.change(db -> {
          final User user = change.apply(UserRows.find(db, id));
          keep(db, user, who);
          return user;
        });
    tell(new Change.UserChanged(id));
    return changed;
  }

  private void keep(final Database db, final User user, final String who) throws SQLException {
    OrganisationRows.keep(db, user.id().organisation());
    UserRows.write(db, user);
    database.audit(db, user.id().organisation(), who, "keep user " + user.id().name());
  }

  @Override
  public Optional<User> changePreferences(
      final UserId id, final UnaryOperator<Preferences> change, final String who) {
    final Optional<User> changed =
        database.change(db -> {
          final Optional<User> now =
              UserRows.find(db, id)
                  .map(user ->
                      new User(
                          id, user.site(), user.addresses(), change.apply(user.preferences())));
          if (now.isPresent()) {
            db.update(
                "UPDATE app_user SET preferences = ? WHERE organisation = ? AND name = ?",
                UserRows.preferences(now.get().preferences()),
                id.organisation().value(),
                id.name());
            database.audit(db, id.organisation(), who, "change preferences of user " + id.name());
          }
          return now;
        });
    changed.ifPresent(_ -> tell(new Change.UserChanged(id)));
    return changed;
  }

  @Override
  public Optional<User> user(final UserId user) {
    return database.read(db -> UserRows.find(db, user));
  }

  @Override
  public List<SignedIn> people(final OrganisationId organisation, final Set<String> names) {
    return database.read(db -> UserBatchRows.find(db, organisation, names));
  }

  @Override
  public Optional<User> findUser(final OrganisationId organisation, final String nameOrAddress) {
    if (nameOrAddress.isEmpty() || nameOrAddress.length() > 4096) {
      return Optional.empty();
    }
    return database.read(db -> {
      final Optional<UserId> found = UserIdentifiers.find(db, organisation, nameOrAddress);
      return found.isEmpty() ? Optional.empty() : UserRows.find(db, found.get());
    });
  }

  @Override
  public List<Alike> alike(final OrganisationId organisation, final int most) {
    return database.read(db -> UserIdentifiers.alike(db, organisation, most));
  }

  @Override
  public List<User> users(final OrganisationId organisation, final String after, final int most) {
    return database.read(db -> UserRows.page(db, organisation, after, most));
  }

  @Override
  public boolean removeUser(final UserId user, final String who) {
    final String organisation = user.organisation().value();
    final long upTo = lastSequence.getAsLong();
    final List<InstallationId> bound = new ArrayList<>();
    final List<TargetKey> targets = new ArrayList<>();
    final boolean removed =
        database.change(db -> {
          final int rows =
              db.update(
                  "DELETE FROM app_user WHERE organisation = ? AND name = ?",
                  organisation,
                  user.name());
          if (rows == 0) {
            return false;
          }
          db.update(
              "DELETE FROM user_address WHERE organisation = ? AND name = ?",
              organisation,
              user.name());
          SqliteUserPasswords.forget(db, user);
          bound.addAll(
              db.query(
                  "DELETE FROM binding WHERE organisation = ? AND name = ?"
                      + " RETURNING installation",
                  row -> new InstallationId(row.getString(1)),
                  organisation,
                  user.name()));
          for (final InstallationId installation : bound) {
            targets.addAll(InstallationRows.forgetUser(db, installation, database.now()));
          }
          Erasures.write(db, user, targets, upTo);
          database.audit(db, user.organisation(), who, "remove user " + user.name());
          return true;
        });
    if (removed) {
      erasures.erase(user, targets, upTo);
      tell(new Change.UserChanged(user));
      bound.forEach(
          installation -> tell(new Change.InstallationChanged(installation, List.of(user))));
    }
    return removed;
  }

  @Override
  public void keepApp(final App app, final String who) {
    database.change(db -> {
      OrganisationRows.keep(db, app.publisher());
      AppRows.write(db, app, database.now());
      database.audit(db, app.publisher(), who, "keep app " + app.id());
      return true;
    });
    tell(new Change.AppChanged(app.id()));
  }

  @Override
  public boolean removeApp(final AppId app, final String who) {
    final boolean removed =
        database.change(db -> {
          final Optional<App> before = AppRows.remove(db, app);
          if (before.isPresent()) {
            database.audit(db, before.get().publisher(), who, "remove app " + app);
          }
          return before.isPresent();
        });
    if (removed) {
      tell(new Change.AppChanged(app));
    }
    return removed;
  }

  /// The app's credentials changed, in a transaction of others.
  void credentialsChanged(final AppId app) {
    tell(new Change.AppChanged(app));
  }

  @Override
  public Optional<App> app(final AppId app) {
    return database.read(db -> AppRows.find(db, app));
  }

  @Override
  public List<App> apps(final OrganisationId publisher) {
    return database.read(db -> AppRows.of(db, publisher));
  }

  @Override
  public void keepInstallation(final Installation installation, final String who) {
    final List<UserId> before = database.change(db -> keep(db, installation, who));
    tell(new Change.InstallationChanged(installation.id(), union(before, installation.users())));
  }

  /// Answers whose it was before.
  private List<UserId> keep(final Database db, final Installation installation, final String who)
      throws SQLException {
    OrganisationRows.keep(db, installation.organisation());
    final List<UserId> bound = InstallationRows.users(db, installation.id());
    InstallationRows.write(db, installation, database.now());
    database.audit(db, installation.organisation(), who, "keep installation " + installation.id());
    return bound;
  }

  @Override
  public Optional<Installation> changeInstallation(
      final InstallationId id, final UnaryOperator<Installation> change, final String who) {
    final List<UserId> before = new ArrayList<>();
    final Optional<Installation> changed =
        database.change(db -> {
          final Optional<Installation> now = InstallationRows.find(db, id).map(change);
          if (now.isPresent()) {
            before.addAll(keep(db, now.get(), who));
          }
          return now;
        });
    changed.ifPresent(now -> tell(new Change.InstallationChanged(id, union(before, now.users()))));
    return changed;
  }

  @Override
  public Optional<Installation> takeAddresses(
      final InstallationId id,
      final Predicate<PushAddress> replaced,
      final List<PushAddress> addresses,
      final Set<InstallationId> yielding,
      final String who) {
    final List<Change> changes = new ArrayList<>();
    final Optional<Installation> changed =
        database.change(db -> {
          final Optional<Installation> self =
              InstallationRows.find(db, id).filter(it -> !it.users().isEmpty());
          if (self.isEmpty()) {
            return self;
          }
          for (final InstallationId one : yielding) {
            final Optional<Installation> holder = InstallationRows.find(db, one);
            if (holder.isPresent() && !one.equals(id)) {
              keep(db, holder.get().without(addresses), who);
              changes.add(new Change.InstallationChanged(one, holder.get().users()));
            }
          }
          final Installation now = self.get().replacing(replaced, addresses);
          keep(db, now, who);
          changes.add(new Change.InstallationChanged(id, now.users()));
          return Optional.of(now);
        });
    changes.forEach(this::tell);
    return changed;
  }

  private static List<UserId> union(final List<UserId> some, final List<UserId> others) {
    final List<UserId> all = new ArrayList<>(some);
    others.stream().filter(user -> !some.contains(user)).forEach(all::add);
    return all;
  }

  @Override
  public Optional<Installation> installation(final InstallationId id) {
    return database.read(db -> InstallationRows.find(db, id));
  }

  @Override
  public List<Installation> installationsOf(final UserId user) {
    return database.read(db -> InstallationRows.of(db, user));
  }

  @Override
  public List<Installation> installations(
      final OrganisationId organisation, final String after, final int most) {
    return database.read(db -> InstallationRows.page(db, organisation, after, most));
  }

  @Override
  public List<InstallationId> installationsOf(
      final AppId app, final OrganisationId organisation, final int most) {
    return database.read(db -> InstallationRows.ids(db, app, organisation, most));
  }

  @Override
  public boolean isUsedBeside(final OrganisationId organisation, final AppId app) {
    return database.read(db -> InstallationRows.areBeside(db, organisation, app));
  }

  @Override
  public boolean removeInstallation(final InstallationId id, final String who) {
    final Optional<List<UserId>> bound =
        database.change(db -> {
          final Optional<Installation> before = InstallationRows.find(db, id);
          if (before.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(remove(db, before.get(), who, "remove installation " + id));
        });
    bound.ifPresent(users -> tell(new Change.InstallationChanged(id, users)));
    return bound.isPresent();
  }

  @Override
  public List<Installation> foreignInstallations(
      final App app, final String after, final int most) {
    return database.read(db -> InstallationRows.foreign(db, app, after, most));
  }

  @Override
  public boolean removeForeignInstallation(
      final App app, final InstallationId id, final String who) {
    final Optional<List<UserId>> bound =
        database.change(db -> {
          final Optional<Installation> before =
              InstallationRows.find(db, id)
                  .filter(found -> found.app().equals(app.id()))
                  .filter(found -> !found.organisation().equals(app.publisher()));
          if (before.isEmpty()) {
            return Optional.empty();
          }
          final OrganisationId theirs = before.get().organisation();
          final String what = "remove installation " + id + " of app " + app.id();
          database.audit(db, app.publisher(), who, what + " and organisation " + theirs);
          return Optional.of(remove(db, before.get(), "publisher " + app.publisher(), what));
        });
    bound.ifPresent(users -> tell(new Change.InstallationChanged(id, users)));
    return bound.isPresent();
  }

  /// Answers whose it was.
  private List<UserId> remove(
      final Database db, final Installation installation, final String who, final String what)
      throws SQLException {
    InstallationRows.delete(db, installation.id());
    db.update("DELETE FROM device_token WHERE installation = ?", installation.id().value());
    database.audit(db, installation.organisation(), who, what);
    return installation.users();
  }

  @Override
  public Optional<InstallationId> holder(final PushService service, final PushToken token) {
    return database.read(db -> InstallationRows.holder(db, service, token, database.now()));
  }

  @Override
  public boolean retire(
      final InstallationId installation,
      final PushAddress.Direct address,
      final Instant invalidSince) {
    return changeAddress(
        installation,
        address,
        each -> each.registeredAt().isAfter(invalidSince) ? Optional.of(each) : Optional.empty());
  }

  @Override
  public boolean doubt(
      final InstallationId installation,
      final PushAddress.Direct address,
      final PushAddress.Doubt doubt) {
    return changeAddress(
        installation,
        address,
        each ->
            Optional.of(
                each.registeredAt().equals(address.registeredAt()) ? each.doubted(doubt) : each));
  }

  @Override
  public boolean prove(
      final InstallationId installation,
      final PushAddress.Direct address,
      final boolean inSandbox) {
    return changeAddress(
        installation,
        address,
        each ->
            Optional.of(
                each.registeredAt().equals(address.registeredAt())
                    ? each.proven(inSandbox)
                    : each));
  }

  private boolean changeAddress(
      final InstallationId installation,
      final PushAddress.Direct address,
      final Function<PushAddress.Direct, Optional<PushAddress.Direct>> change) {
    final Optional<List<UserId>> users =
        database.change(db ->
            InstallationRows.change(db, installation, address, change)
                ? Optional.of(InstallationRows.users(db, installation))
                : Optional.empty());
    users.ifPresent(bound -> tell(new Change.InstallationChanged(installation, bound)));
    return users.isPresent();
  }
}
