package dev.reveille.storage.sqlite;

import dev.reveille.model.AppId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.SecretStore.DeviceToken;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What devices show us: their tokens, and the codes with which they register; hashes only.
final class DeviceSecrets {
  private static final HexFormat HEX = HexFormat.of();

  private final MainDatabase database;

  DeviceSecrets(final MainDatabase database) {
    this.database = database;
  }

  void keepToken(final InstallationId installation, final byte[] tokenHash, final Instant at) {
    database.change(db -> {
      // Whichever answer was lost, the device still holds one of these; a few are enough.
      db.update(
          "DELETE FROM device_token WHERE installation = ? AND hash NOT IN (SELECT hash FROM"
              + " device_token WHERE installation = ? ORDER BY since DESC LIMIT 3)",
          installation.value(),
          installation.value());
      db.update("UPDATE device_token SET newest = 0 WHERE installation = ?", installation.value());
      db.update(
          "INSERT INTO device_token(hash, installation, newest, since) VALUES(?,?,1,?)",
          HEX.formatHex(tokenHash),
          installation.value(),
          at.toString());
      return true;
    });
  }

  Optional<DeviceToken> token(final byte[] tokenHash) {
    return database.read(db ->
        db
            .query(
                "SELECT installation, newest, since FROM device_token WHERE hash = ?",
                row ->
                    new DeviceToken(
                        new InstallationId(row.getString(1)),
                        row.getInt(2) == 1,
                        Instant.parse(row.getString(3))),
                HEX.formatHex(tokenHash))
            .stream()
            .findFirst());
  }

  void confirmToken(final InstallationId installation) {
    final boolean isOpen =
        database.read(db ->
            !db.query(
                    "SELECT 1 FROM device_token WHERE installation = ? AND newest = 0",
                    row -> row.getInt(1),
                    installation.value())
                .isEmpty());
    if (isOpen) {
      database.change(db ->
          db.update(
              "DELETE FROM device_token WHERE installation = ? AND newest = 0",
              installation.value()));
    }
  }

  void revokeTokens(final InstallationId installation) {
    database.change(
        db -> db.update("DELETE FROM device_token WHERE installation = ?", installation.value()));
  }

  void keepCode(final byte[] codeHash, final OneTimeCode code) {
    database.change(db ->
        db.update(
            "INSERT INTO one_time_code(hash, organisation, app, name, expires)"
                + " VALUES(?,?,?,?,?)",
            HEX.formatHex(codeHash),
            code.organisation().value(),
            code.app().value(),
            code.user(),
            code.expires().toString()));
  }

  Optional<OneTimeCode> takeCode(final byte[] codeHash, final Instant now) {
    return database
        .change(db ->
            db.query(
                "DELETE FROM one_time_code WHERE hash = ?"
                    + " RETURNING organisation, app, name, expires",
                row ->
                    new OneTimeCode(
                        new OrganisationId(row.getString(1)),
                        new AppId(row.getString(2)),
                        row.getString(3),
                        Instant.parse(row.getString(4))),
                HEX.formatHex(codeHash)))
        .stream()
        .filter(code -> now.isBefore(code.expires()))
        .findFirst();
  }

  /// Codes that nobody took in time; called by the maintenance thread.
  void removeExpiredCodes(final Instant now) {
    final List<String> over =
        database.read(db ->
            db
                .query(
                    "SELECT hash, expires FROM one_time_code",
                    row -> Instant.parse(row.getString(2)).isBefore(now) ? row.getString(1) : "")
                .stream()
                .filter(hash -> !hash.isEmpty())
                .toList());
    if (!over.isEmpty()) {
      database.change(db -> {
        for (final String hash : over) {
          db.update("DELETE FROM one_time_code WHERE hash = ?", hash);
        }
        return true;
      });
    }
  }
}
