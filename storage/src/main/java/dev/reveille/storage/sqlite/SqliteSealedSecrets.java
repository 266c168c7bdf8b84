package dev.reveille.storage.sqlite;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Stores secrets encrypted, each together with its organisation, purpose and name: the same bytes
/// in another row are refused. Thread-safe; blocks on the disk.
final class SqliteSealedSecrets implements SealedSecrets {
  private final MainDatabase database;
  private final MasterKey master;

  SqliteSealedSecrets(final MainDatabase database, final MasterKey master) {
    this.database = database;
    this.master = master;
  }

  @Override
  public void put(final Name name, final Secret secret, final String who) {
    final byte[] sealed = master.encrypt(secret.bytes(), place(name));
    database.change(db -> {
      OrganisationRows.refuseRemoved(db, name.organisation());
      db.update(
          "INSERT INTO sealed_secret(organisation, purpose, name, sealed) VALUES(?,?,?,?)"
              + " ON CONFLICT(organisation, purpose, name) DO UPDATE SET sealed = excluded.sealed",
          name.organisation().value(),
          name.purpose(),
          name.name(),
          Base64.getEncoder().encodeToString(sealed));
      database.audit(db, name.organisation(), who, "keep credential " + words(name));
      return true;
    });
  }

  /// What the audit log says of it: never the secret.
  private static String words(final Name name) {
    return name.purpose() + " " + name.name();
  }

  @Override
  public Optional<Secret> read(final Name name) {
    return database
        .read(db ->
            db.query(
                "SELECT sealed FROM sealed_secret"
                    + " WHERE organisation = ? AND purpose = ? AND name = ?",
                row -> row.getString(1),
                name.organisation().value(),
                name.purpose(),
                name.name()))
        .stream()
        .findFirst()
        .map(sealed -> unsealed(name, sealed));
  }

  private Secret unsealed(final Name name, final String sealed) {
    try {
      return Secret.of(master.decrypt(Base64.getDecoder().decode(sealed), place(name)));
    } catch (DamagedException | IllegalArgumentException e) {
      throw new StoreException(
          "The secret " + name + " cannot be decrypted.",
          "Undo manual changes to reveille.db, or make the secret anew.",
          e);
    }
  }

  @Override
  public List<String> names(
      final OrganisationId organisation, final String purpose, final String after, final int most) {
    return database.read(db ->
        db.query(
            "SELECT name FROM sealed_secret WHERE organisation = ? AND purpose = ? AND name > ?"
                + " ORDER BY name LIMIT ?",
            row -> row.getString(1),
            organisation.value(),
            purpose,
            after,
            most));
  }

  @Override
  public boolean remove(final Name name, final String who) {
    return database.change(db -> {
      final int rows =
          db.update(
              "DELETE FROM sealed_secret WHERE organisation = ? AND purpose = ? AND name = ?",
              name.organisation().value(),
              name.purpose(),
              name.name());
      if (rows > 0) {
        database.audit(db, name.organisation(), who, "remove credential " + words(name));
      }
      return rows > 0;
    });
  }

  /// A list, in which no name can run into the next one.
  private static byte[] place(final Name name) {
    return MainDatabase.json(
            List.of("sealed-secret", name.organisation().value(), name.purpose(), name.name()))
        .getBytes(StandardCharsets.UTF_8);
  }
}
