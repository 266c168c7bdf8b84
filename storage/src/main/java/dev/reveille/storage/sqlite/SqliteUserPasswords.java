package dev.reveille.storage.sqlite;

import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.model.Secret;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.storage.codec.DamagedException;
import dev.reveille.storage.password.PasswordHashes;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Stores of each password one row: its hash and its digests, encrypted together with their user's
/// name, so that the same bytes in another row are refused. Thread-safe; blocks on the disk and for
/// the time of a hash.
final class SqliteUserPasswords implements UserPasswords {
  /// The name of the hash beside the digests, which have the names of domains: no domain has it.
  private static final String HASH = "";

  private final MainDatabase database;
  private final MasterKey master;
  private final OrganisationDomains domains;
  private final PasswordHashes hashes = new PasswordHashes();

  SqliteUserPasswords(
      final MainDatabase database, final MasterKey master, final OrganisationDomains domains) {
    this.database = database;
    this.master = master;
    this.domains = domains;
  }

  @Override
  public Optional<PasswordState> set(final UserId user, final Password password, final By by) {
    if (!database.read(db -> isThere(db, user))) {
      return Optional.empty();
    }
    final List<DomainName> realms = domains.domainsOf(user.organisation());
    final String sealed = sealed(user, password, realms);
    final Instant since = database.now().truncatedTo(ChronoUnit.MILLIS);
    final boolean done =
        database.change(db -> {
          if (!isThere(db, user)) { // it was removed meanwhile
            return false;
          }
          forget(db, user);
          db.update(
              "INSERT INTO user_password(organisation, name, since, sealed) VALUES(?,?,?,?)",
              user.organisation().value(),
              user.name(),
              since.toString(),
              sealed);
          for (final DomainName realm : realms) {
            db.update(
                "INSERT INTO user_realm(organisation, name, realm) VALUES(?,?,?)",
                user.organisation().value(),
                user.name(),
                realm.value());
          }
          database.audit(db, user.organisation(), by, "keep password of user " + user.name());
          return true;
        });
    return done ? Optional.of(new PasswordState(since, realms)) : Optional.empty();
  }

  private static boolean isThere(final Database db, final UserId user) throws SQLException {
    return !db.query(
            "SELECT 1 FROM app_user WHERE organisation = ? AND name = ?",
            row -> row.getInt(1),
            user.organisation().value(),
            user.name())
        .isEmpty();
  }

  private String sealed(final UserId user, final Password password, final List<DomainName> realms) {
    final Map<String, List<String>> kept = new TreeMap<>();
    kept.put(HASH, List.of(hashes.hash(password)));
    for (final DomainName realm : realms) {
      kept.put(
          realm.value(),
          List.of(
              PasswordHashes.ha1(user.name(), realm.value(), password, Algorithm.MD5),
              PasswordHashes.ha1(user.name(), realm.value(), password, Algorithm.SHA_256)));
    }
    final byte[] plain = MainDatabase.json(kept).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(master.encrypt(plain, place(user)));
  }

  /// Removes the rows of a user, within the caller's transaction; answers whether there were any.
  static boolean forget(final Database db, final UserId user) throws SQLException {
    db.update(
        "DELETE FROM user_realm WHERE organisation = ? AND name = ?",
        user.organisation().value(),
        user.name());
    return db.update(
            "DELETE FROM user_password WHERE organisation = ? AND name = ?",
            user.organisation().value(),
            user.name())
        > 0;
  }

  @Override
  public boolean remove(final UserId user, final By by) {
    return database.change(db -> {
      final boolean was = forget(db, user);
      if (was) {
        database.audit(db, user.organisation(), by, "remove password of user " + user.name());
      }
      return was;
    });
  }

  @Override
  public Optional<PasswordState> state(final UserId user) {
    return database.read(db -> {
      final List<Instant> since =
          db.query(
              "SELECT since FROM user_password WHERE organisation = ? AND name = ?",
              row -> Instant.parse(row.getString(1)),
              user.organisation().value(),
              user.name());
      final List<DomainName> realms =
          db.query(
              "SELECT realm FROM user_realm WHERE organisation = ? AND name = ? ORDER BY realm",
              row -> new DomainName(row.getString(1)),
              user.organisation().value(),
              user.name());
      return since.stream().findFirst().map(at -> new PasswordState(at, realms));
    });
  }

  @Override
  public Verdict verify(final UserId user, final Password password) {
    final Map<String, List<String>> kept = kept(user);
    try {
      final boolean fits =
          kept.containsKey(HASH)
              ? hashes.fits(kept.getOrDefault(HASH, List.of()).getFirst(), password)
              : hashes.fitsNone(password);
      return fits ? Verdict.RIGHT : Verdict.WRONG;
    } catch (Busy _) {
      return Verdict.BUSY;
    } catch (DamagedException e) {
      throw unreadable(user, e);
    }
  }

  @Override
  public Optional<Secret> ha1(final UserId user, final String realm, final Algorithm algorithm) {
    if (domains.domainsOf(user.organisation()).stream()
        .noneMatch(domain -> domain.value().equals(realm))) {
      return Optional.empty();
    }
    return Optional.ofNullable(kept(user).get(realm))
        .map(digests ->
            Secret.of(
                switch (algorithm) {
                  case MD5 -> digests.getFirst();
                  case SHA_256 -> digests.getLast();
                }));
  }

  /// Hash and digests in clear; empty when there is no password.
  private Map<String, List<String>> kept(final UserId user) {
    return database
        .read(db ->
            db.query(
                "SELECT sealed FROM user_password WHERE organisation = ? AND name = ?",
                row -> row.getString(1),
                user.organisation().value(),
                user.name()))
        .stream()
        .findFirst()
        .map(sealed -> unsealed(user, sealed))
        .orElse(Map.of());
  }

  private Map<String, List<String>> unsealed(final UserId user, final String sealed) {
    try {
      final byte[] plain = master.decrypt(Base64.getDecoder().decode(sealed), place(user));
      return MainDatabase.lists(new String(plain, StandardCharsets.UTF_8));
    } catch (DamagedException | IllegalArgumentException e) {
      throw unreadable(user, e);
    }
  }

  private static StoreException unreadable(final UserId user, final RuntimeException cause) {
    return new StoreException(
        "What is kept of the password of " + user + " cannot be read.",
        "Undo manual changes to reveille.db, or set the password again.",
        cause);
  }

  /// A list, in which no name can run into the next one.
  private static byte[] place(final UserId user) {
    return MainDatabase.json(List.of("user-password", user.organisation().value(), user.name()))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long without(final OrganisationId organisation, final DomainName domain) {
    return database.read(db ->
        db.query(
                "SELECT (SELECT count(*) FROM user_password WHERE organisation = ?)"
                    + " - (SELECT count(*) FROM user_realm WHERE organisation = ? AND realm = ?)",
                row -> row.getLong(1),
                organisation.value(),
                organisation.value(),
                domain.value())
            .getFirst());
  }
}
