package dev.reveille.storage.sqlite;

import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Installations, their users and their push addresses as rows.
final class InstallationRows {
  private InstallationRows() {}

  /// @throws Registry.Taken when another installation holds one of the tokens
  static void write(final Database db, final Installation installation) throws SQLException {
    final String id = installation.id().value();
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
    place = 0;
    for (final PushAddress address : installation.addresses()) {
      switch (address) {
        case PushAddress.Direct direct -> writeAddress(db, id, place++, direct);
      }
    }
  }

  private static void writeAddress(
      final Database db, final String installation, final int place, final PushAddress.Direct to)
      throws SQLException {
    final List<String> holder =
        db.query(
            "SELECT installation FROM push_address"
                + " WHERE token = ? AND service = ? AND app = ? AND installation <> ?",
            row -> row.getString(1),
            to.token().value(),
            to.service().word(),
            to.app().value(),
            installation);
    if (!holder.isEmpty()) {
      throw new Registry.Taken(
          "the " + to.service().word() + " token belongs to the installation " + holder.getFirst());
    }
    db.update(
        "INSERT INTO push_address(installation, place, service, channel, app, sandbox, token,"
            + " registered_at) VALUES(?,?,?,?,?,?,?,?)",
        installation,
        place,
        to.service().word(),
        to.channel().word(),
        to.app().value(),
        to.sandbox() ? 1 : 0,
        to.token().value(),
        to.registeredAt().toString());
  }

  static void delete(final Database db, final InstallationId id) throws SQLException {
    for (final String table : List.of("binding", "push_address")) {
      db.update("DELETE FROM " + table + " WHERE installation = ?", id.value());
    }
    db.update("DELETE FROM installation WHERE id = ?", id.value());
  }

  static List<UserId> users(final Database db, final InstallationId id) throws SQLException {
    return db.query(
        "SELECT organisation, name FROM binding WHERE installation = ? ORDER BY place",
        row -> new UserId(Names.organisation(row.getString(1)), row.getString(2)),
        id.value());
  }

  static List<Installation> all(final Database db, final List<String> ids) throws SQLException {
    final List<Installation> all = new ArrayList<>();
    for (final String id : ids) {
      find(db, new InstallationId(id)).ifPresent(all::add);
    }
    return all;
  }

  static Optional<Installation> find(final Database db, final InstallationId id)
      throws SQLException {
    final List<UserId> users = users(db, id);
    final List<PushAddress> addresses = addresses(db, id);
    return db
        .query(
            "SELECT organisation, app, platform, os_major, generation, attributes, registered_at,"
                + " last_seen FROM installation WHERE id = ?",
            row ->
                new Installation(
                    id,
                    Names.organisation(row.getString(1)),
                    Names.app(row.getString(2)),
                    byWord(Platform.values(), Platform::word, row.getString(3)),
                    row.getInt(4),
                    row.getString(5),
                    users,
                    addresses,
                    MainDatabase.texts(row.getString(6)),
                    Instant.parse(row.getString(7)),
                    Instant.parse(row.getString(8))),
            id.value())
        .stream()
        .findFirst();
  }

  private static List<PushAddress> addresses(final Database db, final InstallationId id)
      throws SQLException {
    return db.query(
        "SELECT service, channel, app, sandbox, token, registered_at FROM push_address"
            + " WHERE installation = ? ORDER BY place",
        InstallationRows::address,
        id.value());
  }

  private static PushAddress address(final ResultSet row) throws SQLException {
    return new PushAddress.Direct(
        byWord(PushService.values(), PushService::word, row.getString(1)),
        byWord(PushChannel.values(), PushChannel::word, row.getString(2)),
        Names.app(row.getString(3)),
        row.getInt(4) == 1,
        new PushToken(row.getString(5)),
        Instant.parse(row.getString(6)));
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

  /// Drops an address if it was not registered again after the refusal; the app may have come back
  /// with the same token.
  static boolean retire(
      final Database db,
      final InstallationId installation,
      final PushAddress address,
      final Instant invalidSince)
      throws SQLException {
    final PushAddress.Direct direct =
        switch (address) {
          case PushAddress.Direct one -> one;
        };
    final List<Integer> places =
        db.query(
            "SELECT place, registered_at FROM push_address WHERE installation = ?"
                + " AND service = ? AND channel = ? AND app = ? AND token = ?",
            row -> Instant.parse(row.getString(2)).isAfter(invalidSince) ? -1 : row.getInt(1),
            installation.value(),
            direct.service().word(),
            direct.channel().word(),
            direct.app().value(),
            direct.token().value());
    boolean dropped = false;
    for (final int place : places) {
      dropped |=
          db.update(
                  "DELETE FROM push_address WHERE installation = ? AND place = ?",
                  installation.value(),
                  place)
              > 0;
    }
    return dropped;
  }
}
