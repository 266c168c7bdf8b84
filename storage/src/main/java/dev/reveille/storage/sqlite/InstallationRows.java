package dev.reveille.storage.sqlite;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The rows of installations, their users and their push addresses. Called within a transaction or
/// a read of the caller.
final class InstallationRows {
  /// What [#installation] reads.
  static final String INSTALLATION =
      "organisation, app, platform, os_major, generation, attributes, registered_at, last_seen";

  /// What [#address] reads.
  static final String ADDRESS =
      "service, channel, app, sandbox, token, registered_at, doubted_since, doubted_why,"
          + " doubted_credentials, scope, p256dh, auth, until";

  private InstallationRows() {}

  /// Former versions let two installations hold one token, as the app's own and as a handle; what
  /// an installation holds already it keeps.
  ///
  /// @throws Registry.Taken when another installation holds one of the tokens that are new to it
  static void write(final Database db, final Installation installation, final Instant now)
      throws SQLException {
    final String id = installation.id().value();
    final List<String> held =
        db.query(
            "SELECT token FROM push_address WHERE installation = ?", row -> row.getString(1), id);
    delete(db, installation.id());
    db.update(
        "INSERT INTO installation(id, organisation, app, platform, os_major, generation,"
            + " attributes, registered_at, last_seen) VALUES(?,?,?,?,?,?,?,?,?)",
        id,
        installation.organisation().value(),
        installation.app().value(),
        installation.platform().word(),
        installation.osMajor(),
        installation.generation(),
        MainDatabase.json(new TreeMap<>(installation.attributes())),
        installation.registeredAt().toString(),
        installation.lastSeen().toString());
    int place = 0;
    for (final UserId user : installation.users()) {
      db.update(
          "INSERT INTO binding(installation, place, organisation, name) VALUES(?,?,?,?)",
          id,
          place++,
          user.organisation().value(),
          user.name());
    }
    for (final PushAddress address : installation.addresses()) {
      switch (address) {
        case PushAddress.Direct direct -> {
          if (!held.contains(direct.token().value())) {
            refuseTaken(db, id, direct, now);
          }
        }
      }
    }
    writeAddresses(db, id, installation.addresses());
  }

  private static void writeAddresses(
      final Database db, final String installation, final List<PushAddress> addresses)
      throws SQLException {
    int place = 0;
    for (final PushAddress address : addresses) {
      switch (address) {
        case PushAddress.Direct direct -> writeAddress(db, installation, place++, direct);
      }
    }
  }

  /// One whose registration has ended belongs to no installation any more.
  private static void refuseTaken(
      final Database db, final String installation, final PushAddress.Direct to, final Instant now)
      throws SQLException {
    db.update(
        "DELETE FROM push_address WHERE token = ? AND installation <> ?"
            + " AND until <> '' AND until <= ?",
        to.token().value(),
        installation,
        seconds(now));
    final List<String> holder =
        db.query(
            "SELECT installation FROM push_address WHERE token = ? AND service IN ("
                + services(to.service())
                + ") AND installation <> ?",
            row -> row.getString(1),
            to.token().value(),
            installation);
    if (!holder.isEmpty()) {
      throw new Registry.Taken(
          "the " + to.service().word() + " token belongs to the installation " + holder.getFirst());
    }
  }

  /// The services under which the same token is known, as SQL lists them.
  private static String services(final PushService service) {
    return service.sharing().stream()
        .map(each -> "'" + each.word() + "'")
        .collect(Collectors.joining(", "));
  }

  private static void writeAddress(
      final Database db, final String installation, final int place, final PushAddress.Direct to)
      throws SQLException {
    db.update(
        "INSERT INTO push_address(installation, place, service, channel, app, sandbox, token,"
            + " registered_at, doubted_since, doubted_why, doubted_credentials, scope, p256dh,"
            + " auth, until) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        installation,
        place,
        to.service().word(),
        to.channel().word(),
        to.app().value(),
        to.sandbox() ? 1 : 0,
        to.token().value(),
        to.registeredAt().toString(),
        to.doubt().map(doubt -> doubt.since().toString()).orElse(""),
        to.doubt().map(doubt -> doubt.why().code()).orElse(""),
        to.doubt().map(PushAddress.Doubt::credentials).orElse(0L),
        to.scope(),
        to.keys().map(SubscriptionKeys::p256dh).orElse(""),
        to.keys().map(SubscriptionKeys::auth).orElse(""),
        to.until().map(InstallationRows::seconds).orElse(""));
  }

  static void delete(final Database db, final InstallationId id) throws SQLException {
    for (final String table : List.of("binding", "push_address")) {
      db.update("DELETE FROM " + table + " WHERE installation = ?", id.value());
    }
    db.update("DELETE FROM installation WHERE id = ?", id.value());
  }

  /// Takes from an installation that lost its user what told of the user, at once: where it can be
  /// reached, what it says of itself, and its device tokens. One that has another user keeps all.
  static List<TargetKey> forgetUser(final Database db, final InstallationId id, final Instant now)
      throws SQLException {
    if (!users(db, id).isEmpty()) {
      return List.of();
    }
    final List<TargetKey> targets = targets(db, id);
    for (final String table : List.of("push_address", "device_token")) {
      db.update("DELETE FROM " + table + " WHERE installation = ?", id.value());
    }
    db.update(
        "UPDATE installation SET attributes = '{}', last_seen = ? WHERE id = ?",
        now.toString(),
        id.value());
    return targets;
  }

  /// The keys under which sends know the addresses of an installation.
  private static List<TargetKey> targets(final Database db, final InstallationId id)
      throws SQLException {
    return db.query(
        "SELECT organisation, push_address.app, service, token FROM push_address"
            + " JOIN installation ON installation.id = push_address.installation"
            + " WHERE installation = ?",
        row ->
            TargetKey.ofAddress(
                SharedNames.organisation(row.getString(1)),
                new AppId(row.getString(2)),
                byWord(PushService.values(), PushService::word, row.getString(3)),
                row.getString(4)),
        id.value());
  }

  /// Removes installations that have had no user since before a day; answers how many.
  ///
  /// @param most at once
  static int removeWithoutUser(final Database db, final LocalDate day, final int most)
      throws SQLException {
    final List<String> old =
        db.query(
            "SELECT id FROM installation WHERE substr(last_seen, 1, 10) < ?"
                + " AND id NOT IN (SELECT installation FROM binding) LIMIT ?",
            row -> row.getString(1),
            day.toString(),
            most);
    for (final String id : old) {
      delete(db, new InstallationId(id));
      db.update("DELETE FROM device_token WHERE installation = ?", id);
    }
    return old.size();
  }

  /// Installations that have addresses whose registration has ended.
  ///
  /// @param most so many at most
  static List<InstallationId> withEnded(final Database db, final Instant now, final int most)
      throws SQLException {
    return db.query(
        "SELECT DISTINCT installation FROM push_address WHERE until <> '' AND until <= ? LIMIT ?",
        row -> new InstallationId(row.getString(1)),
        seconds(now),
        most);
  }

  /// Removes those addresses.
  static void removeEnded(final Database db, final List<InstallationId> from, final Instant now)
      throws SQLException {
    for (final InstallationId each : from) {
      db.update(
          "DELETE FROM push_address WHERE installation = ? AND until <> '' AND until <= ?",
          each.value(),
          seconds(now));
    }
  }

  /// As ends stand in rows: whole seconds, so that they compare as texts.
  private static String seconds(final Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static List<UserId> users(final Database db, final InstallationId id) throws SQLException {
    return db.query(
        "SELECT organisation, name FROM binding WHERE installation = ? ORDER BY place",
        row -> new UserId(SharedNames.organisation(row.getString(1)), row.getString(2)),
        id.value());
  }

  static List<Installation> all(final Database db, final List<String> ids) throws SQLException {
    final List<Installation> all = new ArrayList<>();
    for (final String id : ids) {
      find(db, new InstallationId(id)).ifPresent(all::add);
    }
    return all;
  }

  static List<Installation> page(
      final Database db, final OrganisationId organisation, final String after, final int most)
      throws SQLException {
    return all(
        db,
        db.query(
            "SELECT id FROM installation WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?",
            row -> row.getString(1),
            organisation.value(),
            after,
            most));
  }

  static Optional<Installation> find(final Database db, final InstallationId id)
      throws SQLException {
    final List<UserId> users = users(db, id);
    final List<PushAddress> addresses = addresses(db, id);
    return db
        .query(
            "SELECT " + INSTALLATION + " FROM installation WHERE id = ?",
            row -> installation(row, id, users, addresses),
            id.value())
        .stream()
        .findFirst();
  }

  /// @param row whose first columns are [#INSTALLATION]
  static Installation installation(
      final ResultSet row,
      final InstallationId id,
      final List<UserId> users,
      final List<PushAddress> addresses)
      throws SQLException {
    return new Installation(
        id,
        SharedNames.organisation(row.getString(1)),
        SharedNames.app(row.getString(2)),
        byWord(Platform.values(), Platform::word, row.getString(3)),
        row.getInt(4),
        row.getString(5),
        users,
        addresses,
        MainDatabase.texts(row.getString(6)),
        Instant.parse(row.getString(7)),
        Instant.parse(row.getString(8)));
  }

  private static List<PushAddress> addresses(final Database db, final InstallationId id)
      throws SQLException {
    return db.query(
        "SELECT " + ADDRESS + " FROM push_address WHERE installation = ? ORDER BY place",
        InstallationRows::address,
        id.value());
  }

  /// @param row whose first columns are [#ADDRESS]
  static PushAddress address(final ResultSet row) throws SQLException {
    final String since = row.getString(7);
    return new PushAddress.Direct(
        byWord(PushService.values(), PushService::word, row.getString(1)),
        byWord(PushChannel.values(), PushChannel::word, row.getString(2)),
        SharedNames.app(row.getString(3)),
        row.getString(10),
        row.getInt(4) == 1,
        new PushToken(row.getString(5)),
        Instant.parse(row.getString(6)),
        since.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new PushAddress.Doubt(
                    Instant.parse(since),
                    Reason.ofCode(row.getString(8)).orElse(Reason.INTERNAL),
                    row.getLong(9))),
        row.getString(11).isEmpty()
            ? Optional.empty()
            : Optional.of(new SubscriptionKeys(row.getString(11), row.getString(12))),
        row.getString(13).isEmpty()
            ? Optional.empty()
            : Optional.of(Instant.parse(row.getString(13))));
  }

  private static <E> E byWord(final E[] all, final Function<E, String> word, final String wanted) {
    for (final E one : all) {
      if (word.apply(one).equals(wanted)) {
        return one;
      }
    }
    throw new StoreException(
        "reveille.db holds the unknown word " + wanted + ".",
        "Start the version that wrote it, or a newer one.");
  }

  /// Whether a platform's word about one address holds for another of the same device: the same
  /// token may serve several channels. Apple knows a token under a topic, and calls have one of
  /// their own; elsewhere it stands for the whole app.
  private static boolean isSame(final PushAddress.Direct address, final PushAddress.Direct other) {
    return address.service() == other.service()
        && address.app().equals(other.app())
        && address.scope().equals(other.scope())
        && address.token().equals(other.token())
        && (address.service() != PushService.APNS || isOfCalls(address) == isOfCalls(other));
  }

  private static boolean isOfCalls(final PushAddress.Direct address) {
    return address.channel() == PushChannel.VOIP;
  }

  /// Changes the addresses for which a platform's word about one holds.
  ///
  /// @param change answers the address as it is to be, empty when it is to go
  /// @return whether anything changed
  static boolean change(
      final Database db,
      final InstallationId installation,
      final PushAddress.Direct address,
      final Function<PushAddress.Direct, Optional<PushAddress.Direct>> change)
      throws SQLException {
    final List<PushAddress> before = addresses(db, installation);
    final List<PushAddress> after = new ArrayList<>();
    for (final PushAddress each : before) {
      switch (each) {
        case PushAddress.Direct direct ->
            (isSame(direct, address) ? change.apply(direct) : Optional.of(direct))
                .ifPresent(after::add);
      }
    }
    if (after.equals(before)) {
      return false;
    }
    db.update("DELETE FROM push_address WHERE installation = ?", installation.value());
    writeAddresses(db, installation.value(), after);
    return true;
  }

  /// The installations on which a user is signed in.
  static List<Installation> of(final Database db, final UserId user) throws SQLException {
    return all(
        db,
        db.query(
            "SELECT installation FROM binding WHERE organisation = ? AND name = ?"
                + " ORDER BY installation",
            row -> row.getString(1),
            user.organisation().value(),
            user.name()));
  }

  /// Installations under an app that belong to other organisations than its publisher.
  static List<Installation> foreign(
      final Database db, final App app, final String after, final int most) throws SQLException {
    return all(
        db,
        db.query(
            "SELECT id FROM installation WHERE app = ? AND organisation <> ? AND id > ?"
                + " ORDER BY id LIMIT ?",
            row -> row.getString(1),
            app.id().value(),
            app.publisher().value(),
            after,
            most));
  }

  /// The installation that has a push token.
  static Optional<InstallationId> holder(
      final Database db, final PushService service, final PushToken token, final Instant now)
      throws SQLException {
    return db
        .query(
            "SELECT installation FROM push_address WHERE token = ? AND service IN ("
                + services(service)
                + ") AND (until = '' OR until > ?)",
            row -> new InstallationId(row.getString(1)),
            token.value(),
            seconds(now))
        .stream()
        .findFirst();
  }

  /// The first `most` ids of an organisation's installations of an app, in their order.
  static List<InstallationId> ids(
      final Database db, final AppId app, final OrganisationId organisation, final int most)
      throws SQLException {
    return db.query(
        "SELECT id FROM installation WHERE app = ? AND organisation = ? ORDER BY id LIMIT ?",
        row -> new InstallationId(row.getString(1)),
        app.value(),
        organisation.value(),
        most);
  }

  /// Whether another organisation than this has installations of the app.
  static boolean areBeside(final Database db, final OrganisationId organisation, final AppId app)
      throws SQLException {
    return !db.query(
            "SELECT 1 FROM installation WHERE app = ? AND organisation <> ? LIMIT 1",
            row -> row.getLong(1),
            app.value(),
            organisation.value())
        .isEmpty();
  }
}
