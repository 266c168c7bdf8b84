package dev.reveille.storage.sqlite;

import dev.reveille.model.Folded;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry.Alike;
import dev.reveille.routing.port.Registry.Spelling;
import dev.reveille.routing.port.Registry.Taken;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The rows of users' names and addresses, which share one space per organisation: each is stored
/// as written and in the folded form in which it is compared.
///
/// No word that is new may equal one of another user. Words of older stores may: those users are
/// found by their exact spelling, and can still be changed.
final class UserIdentifiers {
  /// Grows when [Folded] compares otherwise than before: what stands in the rows is folded again.
  private static final String FOLDING = "1";

  private UserIdentifiers() {}

  private record Word(String text, String user) {}

  /// @throws Taken when a word that this user has not had before belongs to another user
  static void refuseTaken(final Database db, final User user) throws SQLException {
    final Set<String> had = new HashSet<>();
    UserRows.find(db, user.id())
        .ifPresent(before -> {
          had.add(before.id().name());
          had.addAll(before.addresses());
        });
    refuseTaken(db, user.id(), user.id().name(), had);
    for (final String address : user.addresses()) {
      refuseTaken(db, user.id(), address, had);
    }
  }

  private static void refuseTaken(
      final Database db, final UserId user, final String word, final Set<String> had)
      throws SQLException {
    if (had.contains(word)) {
      return;
    }
    for (final Word known : alike(db, user.organisation(), word)) {
      if (!known.user.equals(user.name())) {
        throw new Taken(
            word
                + " belongs to the user "
                + known.user
                + (known.text.equals(word) || known.text.equals(known.user)
                    ? ""
                    : ", as " + known.text));
      }
    }
  }

  static void keepAddresses(final Database db, final User user) throws SQLException {
    final Set<String> kept = new HashSet<>();
    int place = 0;
    for (final String address : user.addresses()) {
      final String folded = Folded.of(address);
      if (kept.add(folded)) {
        db.update(
            "INSERT INTO user_address(organisation, folded, address, name, place)"
                + " VALUES(?,?,?,?,?)",
            user.id().organisation().value(),
            folded,
            address,
            user.id().name(),
            place++);
      }
    }
  }

  /// The user who is called so: exactly, or else the only one whose word is compared as equal.
  static Optional<UserId> find(
      final Database db, final OrganisationId organisation, final String nameOrAddress)
      throws SQLException {
    final List<Word> alike = alike(db, organisation, nameOrAddress);
    final Set<String> users = new HashSet<>();
    Optional<String> byAddress = Optional.empty();
    for (final Word word : alike) {
      users.add(word.user);
      if (word.text.equals(nameOrAddress)) {
        if (word.user.equals(nameOrAddress)) {
          return Optional.of(new UserId(organisation, word.user));
        }
        byAddress = Optional.of(word.user);
      }
    }
    return byAddress
        .or(() -> users.size() == 1 ? users.stream().findFirst() : Optional.empty())
        .map(name -> new UserId(organisation, name));
  }

  private static List<Word> alike(
      final Database db, final OrganisationId organisation, final String word) throws SQLException {
    final String folded = Folded.of(word);
    return db.query(
        "SELECT name, name FROM app_user WHERE organisation = ? AND folded = ?"
            + " UNION ALL SELECT address, name FROM user_address"
            + " WHERE organisation = ? AND folded = ?",
        row -> new Word(row.getString(1), row.getString(2)),
        organisation.value(),
        folded,
        organisation.value(),
        folded);
  }

  /// Words of different users that are compared as equal.
  static List<Alike> alike(final Database db, final OrganisationId organisation, final int most)
      throws SQLException {
    final Map<String, List<Spelling>> groups = new LinkedHashMap<>();
    db.query(
        "WITH word AS (SELECT folded, name AS text, name FROM app_user WHERE organisation = ?"
            + " UNION ALL SELECT folded, address, name FROM user_address WHERE organisation = ?)"
            + " SELECT folded, text, name FROM word WHERE folded IN (SELECT folded FROM word"
            + " GROUP BY folded HAVING count(DISTINCT name) > 1 ORDER BY folded LIMIT ?)"
            + " ORDER BY folded, name, text",
        row ->
            groups
                .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                .add(new Spelling(new UserId(organisation, row.getString(3)), row.getString(2))),
        organisation.value(),
        organisation.value(),
        most);
    return groups.values().stream().map(Alike::new).toList();
  }

  /// Folds all words anew when an older version folded them; answers whether it did.
  static boolean foldAgain(final Database db) throws SQLException {
    if (db.query("SELECT value FROM fact WHERE name = 'folding'", row -> row.getString(1))
        .contains(FOLDING)) {
      return false;
    }
    for (final long row : db.query("SELECT rowid FROM app_user", each -> each.getLong(1))) {
      fold(db, "app_user", "name", row);
    }
    for (final long row : db.query("SELECT rowid FROM user_address", each -> each.getLong(1))) {
      fold(db, "user_address", "address", row);
    }
    db.update(
        "INSERT INTO fact(name, value) VALUES('folding', ?)"
            + " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        FOLDING);
    return true;
  }

  private static void fold(
      final Database db, final String table, final String column, final long row)
      throws SQLException {
    final String word =
        db.query(
                "SELECT " + column + " FROM " + table + " WHERE rowid = ?",
                each -> each.getString(1),
                row)
            .getFirst();
    db.update("UPDATE " + table + " SET folded = ? WHERE rowid = ?", Folded.of(word), row);
  }
}
