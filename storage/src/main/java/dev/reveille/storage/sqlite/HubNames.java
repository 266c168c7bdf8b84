package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Registry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/// The rows of hubs: each has a number under which its registrations are stored.
///
/// A hub that is removed loses its name at once, so that nothing finds what it held, and its number
/// when all of that is removed, some in each commit.
final class HubNames {
  /// A table of a hub's rows, and an order for which it has an index behind the hub's number.
  ///
  /// @param isNumbered whether its rows have numbers
  private record Held(String table, List<String> order, boolean isNumbered) {}

  /// In the order in which their rows go.
  private static final List<Held> HELD =
      List.of(
          new Held("hub_tag", List.of("tag", "line", "target"), false),
          new Held("hub_target", List.of("line", "number"), true),
          new Held("hub_entry", List.of("number"), true),
          new Held("hub_gone", List.of("id"), false),
          new Held("hub_former", List.of("target"), false));

  private HubNames() {}

  /// The number of a hub; empty when nothing was written to it since it was removed.
  static OptionalLong find(final Database db, final String hub) throws SQLException {
    return db
        .query(
            "SELECT number FROM hub_name WHERE name = ? AND removed = 0",
            row -> row.getLong(1),
            hub)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /// The number of a hub, which is made when it is new.
  ///
  /// @throws Registry.Taken when its organisation was removed
  static long make(final Database db, final String hub) throws SQLException {
    final OptionalLong known = find(db, hub);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    final OrganisationId owner = HubRegistrations.organisation(hub);
    OrganisationRows.refuseRemoved(db, owner);
    return db.query(
            "INSERT INTO hub_name(organisation, name, removed) VALUES(?,?,0) RETURNING number",
            row -> row.getLong(1),
            owner.value(),
            hub)
        .getFirst();
  }

  /// The number of the last hub that was made under a name; 0 when there was none.
  static long last(final Database db, final String name) throws SQLException {
    return db
        .query("SELECT last FROM hub_made WHERE name = ?", row -> row.getLong(1), name)
        .stream()
        .findFirst()
        .orElse(0L);
  }

  /// The number of the next one.
  static long next(final Database db, final String name) throws SQLException {
    return db.query(
            "INSERT INTO hub_made(name, last) VALUES(?, 1)"
                + " ON CONFLICT(name) DO UPDATE SET last = last + 1 RETURNING last",
            row -> row.getLong(1),
            name)
        .getFirst();
  }

  /// Nothing of the hub is found from here on.
  static void detach(final Database db, final String hub) throws SQLException {
    db.update("UPDATE hub_name SET removed = 1 WHERE name = ? AND removed = 0", hub);
  }

  /// The same for all hubs of an organisation.
  static void detachAll(final Database db, final OrganisationId owner) throws SQLException {
    db.update(
        "UPDATE hub_name SET removed = 1 WHERE organisation = ? AND removed = 0", owner.value());
  }

  /// A hub that is removed and not swept yet.
  static OptionalLong removed(final Database db) throws SQLException {
    return db
        .query("SELECT number FROM hub_name WHERE removed = 1 LIMIT 1", row -> row.getLong(1))
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /// The names of those that are not removed.
  static List<String> all(final Database db) throws SQLException {
    return db.query("SELECT name FROM hub_name WHERE removed = 0", row -> row.getString(1));
  }

  /// Removes rows that a removed hub held, and the hub when none is left.
  ///
  /// @param most so many rows at most
  static void sweep(final Database db, final long hub, final int most) throws SQLException {
    int left = most;
    for (final Held held : HELD) {
      left -= held.isNumbered() ? removeNumbered(db, hub, held, left) : remove(db, hub, held, left);
      if (left == 0) {
        return;
      }
    }
    db.update("DELETE FROM hub_name WHERE number = ?", hub);
  }

  private static int removeNumbered(
      final Database db, final long hub, final Held held, final int most) throws SQLException {
    return db.update(
        "DELETE FROM "
            + held.table()
            + " WHERE number IN (SELECT number FROM "
            + held.table()
            + " WHERE hub = ? ORDER BY "
            + String.join(", ", held.order())
            + " LIMIT ?)",
        hub,
        most);
  }

  /// Removes the first rows of a table by their range: a list of keys would be compared with every
  /// row of the hub.
  private static int remove(final Database db, final long hub, final Held held, final int most)
      throws SQLException {
    final String order = String.join(", ", held.order());
    final List<List<Object>> last =
        db.query(
            "SELECT "
                + order
                + " FROM "
                + held.table()
                + " WHERE hub = ? ORDER BY "
                + order
                + " LIMIT 1 OFFSET ?",
            row -> {
              final List<Object> key = new ArrayList<>();
              for (int column = 1; column <= held.order().size(); column++) {
                key.add(row.getObject(column));
              }
              return key;
            },
            hub,
            most - 1);
    final String all = "DELETE FROM " + held.table() + " WHERE hub = ?";
    if (last.isEmpty()) {
      return db.update(all, hub);
    }
    final List<Object> values = new ArrayList<>(List.of(hub));
    values.addAll(last.getFirst());
    return db.update(
        all
            + " AND ("
            + order
            + ") <= ("
            + String.join(", ", Collections.nCopies(held.order().size(), "?"))
            + ")",
        values.toArray());
  }
}
