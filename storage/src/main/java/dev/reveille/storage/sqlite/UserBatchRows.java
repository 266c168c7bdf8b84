package dev.reveille.storage.sqlite;

import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry.SignedIn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads many users of one organisation with their installations by five statements, where
/// [UserRows] and [InstallationRows] need ten for each user.
final class UserBatchRows {
  private static final String NAMED = " IN (SELECT value FROM json_each(?))";

  private UserBatchRows() {}

  static List<SignedIn> find(
      final Database db, final OrganisationId organisation, final Collection<String> names)
      throws SQLException {
    final String asked = MainDatabase.json(names);
    final List<User> users = users(db, organisation, asked);
    final Map<String, List<Installation>> installations = installations(db, organisation, asked);
    final List<SignedIn> people = new ArrayList<>(users.size());
    for (final User user : users) {
      people.add(new SignedIn(user, installations.getOrDefault(user.id().name(), List.of())));
    }
    return people;
  }

  private static List<User> users(
      final Database db, final OrganisationId organisation, final String asked)
      throws SQLException {
    final Map<String, List<String>> addresses = new HashMap<>();
    db.query(
        "SELECT name, address FROM user_address WHERE organisation = ? AND name"
            + NAMED
            + " ORDER BY name, place",
        row ->
            addresses
                .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                .add(row.getString(2)),
        organisation.value(),
        asked);
    final Map<String, Preferences> read = new HashMap<>(); // most people want the same
    return db.query(
        "SELECT name, site, preferences FROM app_user WHERE organisation = ? AND name" + NAMED,
        row ->
            new User(
                new UserId(organisation, row.getString(1)),
                row.getString(2),
                addresses.getOrDefault(row.getString(1), List.of()),
                read.computeIfAbsent(row.getString(3), UserRows::preferences)),
        organisation.value(),
        asked);
  }

  private static Map<String, List<Installation>> installations(
      final Database db, final OrganisationId organisation, final String asked)
      throws SQLException {
    final Map<String, List<String>> bound = new LinkedHashMap<>();
    db.query(
        "SELECT name, installation FROM binding WHERE organisation = ? AND name"
            + NAMED
            + " ORDER BY name, installation",
        row ->
            bound.computeIfAbsent(row.getString(1), _ -> new ArrayList<>()).add(row.getString(2)),
        organisation.value(),
        asked);
    final Map<String, Installation> found =
        installations(db, bound.values().stream().flatMap(List::stream).distinct().toList());
    final Map<String, List<Installation>> all = new HashMap<>();
    bound.forEach((user, ids) -> {
      final List<Installation> theirs = new ArrayList<>(ids.size());
      for (final String id : ids) {
        final Installation installation = found.get(id);
        if (installation != null) {
          theirs.add(installation);
        }
      }
      all.put(user, theirs);
    });
    return all;
  }

  private static Map<String, Installation> installations(final Database db, final List<String> ids)
      throws SQLException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    final String asked = MainDatabase.json(ids);
    final Map<String, List<UserId>> users = new HashMap<>();
    db.query(
        "SELECT installation, organisation, name FROM binding WHERE installation"
            + NAMED
            + " ORDER BY installation, place",
        row ->
            users
                .computeIfAbsent(row.getString(1), _ -> new ArrayList<>(1))
                .add(new UserId(SharedNames.organisation(row.getString(2)), row.getString(3))),
        asked);
    final Map<String, List<PushAddress>> addresses = new HashMap<>();
    db.query(
        "SELECT "
            + InstallationRows.ADDRESS
            + ", installation FROM push_address"
            + " WHERE installation"
            + NAMED
            + " ORDER BY installation, place",
        row ->
            addresses
                .computeIfAbsent(row.getString("installation"), _ -> new ArrayList<>(2))
                .add(InstallationRows.address(row)),
        asked);
    final Map<String, Installation> found = new HashMap<>();
    db.query(
        "SELECT " + InstallationRows.INSTALLATION + ", id FROM installation WHERE id" + NAMED,
        row -> {
          final String id = row.getString(9);
          return found.put(
              id,
              InstallationRows.installation(
                  row,
                  new InstallationId(id),
                  users.getOrDefault(id, List.of()),
                  addresses.getOrDefault(id, List.of())));
        },
        asked);
    return found;
  }
}
