package dev.reveille.storage.sqlite;

import dev.reveille.model.IdKey;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;

/// Random values that are made with the data directory and never change afterwards, except the
/// epoch.
///
/// @param epoch part of every position; new when sequences could not be continued
/// @param seed secret of the fingerprints
/// @param idKey secret of sealed ids; older versions did not know it, so it may join later
record StoreIdentity(long epoch, long seed, IdKey idKey) {
  private static final List<String> SEALED =
      List.of("credential", "named_credential", "sealed_secret", "hub_job", "user_password");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] KEY_CHECK = "key-check".getBytes(StandardCharsets.UTF_8);

  static StoreIdentity load(final MainDatabase database) {
    return database.change(StoreIdentity::read);
  }

  /// Begins a new epoch: every position that was given out before is a gap from now on.
  static StoreIdentity renew(final MainDatabase database) {
    return database.change(db -> {
      db.update("DELETE FROM fact WHERE name = 'epoch'");
      return read(db);
    });
  }

  private static StoreIdentity read(final Database db) throws SQLException {
    return new StoreIdentity(
        number(db, "epoch") & Long.MAX_VALUE,
        number(db, "seed"),
        new IdKey(number(db, "id-key-high"), number(db, "id-key-low")));
  }

  /// Something here can be read with the former master key only.
  static boolean needsKey(final MainDatabase database) {
    return database.read(StoreIdentity::hasCredentials);
  }

  /// Whether anything is encrypted.
  private static boolean hasCredentials(final Database db) throws SQLException {
    for (final String table : SEALED) {
      if (!db.query("SELECT 1 FROM " + table + " LIMIT 1", row -> row.getInt(1)).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /// Refuses a master key that is not the one the credentials were encrypted with. Where there are
  /// none, any key is as good, and its check is written anew.
  static void checkKey(final MainDatabase database, final MasterKey key) {
    database.change(db -> {
      final List<String> sealed = fact(db, "key-check");
      if (sealed.isEmpty()) {
        putCheck(db, key);
        return true;
      }
      try {
        key.decrypt(Base64.getDecoder().decode(sealed.getFirst()), KEY_CHECK);
        return true;
      } catch (DamagedException e) {
        if (!hasCredentials(db)) {
          db.update("DELETE FROM fact WHERE name = 'key-check'");
          putCheck(db, key);
          return true;
        }
        throw new StoreException(
            "The master key is not the one that encrypted the credentials in reveille.db.",
            "Put the right key back from your backup.",
            e);
      }
    });
  }

  private static void putCheck(final Database db, final MasterKey key) throws SQLException {
    final byte[] fresh = key.encrypt(KEY_CHECK, KEY_CHECK);
    put(db, "key-check", Base64.getEncoder().encodeToString(fresh));
  }

  private static long number(final Database db, final String name) throws SQLException {
    final List<String> known = fact(db, name);
    if (!known.isEmpty()) {
      return Long.parseLong(known.getFirst());
    }
    final long drawn = RANDOM.nextLong();
    put(db, name, Long.toString(drawn));
    return drawn;
  }

  private static List<String> fact(final Database db, final String name) throws SQLException {
    return db.query("SELECT value FROM fact WHERE name = ?", row -> row.getString(1), name);
  }

  private static void put(final Database db, final String name, final String value)
      throws SQLException {
    db.update("INSERT INTO fact(name, value) VALUES(?,?)", name, value);
  }
}
