package dev.reveille.storage.sqlite;

import dev.reveille.model.InstallationId;
import dev.reveille.routing.port.SecretStore.DeviceToken;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The rows of device tokens, registration codes and used statements, as hashes only. Thread-safe;
/// blocks on the disk.
final class DeviceSecrets {
  private static final HexFormat HEX = HexFormat.of();

  private final MainDatabase database;

  DeviceSecrets(final MainDatabase database) {
    this.database = database;
  }

  /// @param used the token with which the device asked for this one
  void keepToken(
      final InstallationId installation,
      final byte[] tokenHash,
      final byte[] used,
      final Instant at) {
    database.change(db -> {
      // Whichever answer was lost, the device still holds one of these; a few are enough.
      db.update(
          "DELETE FROM device_token WHERE installation = ? AND hash <> ? AND hash NOT IN (SELECT"
              + " hash FROM device_token WHERE installation = ? ORDER BY since DESC LIMIT 3)",
          installation.value(),
          HEX.formatHex(used),
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

  /// The token is compared again where it counts: it may have been replaced since it was looked up.
  void confirmToken(final InstallationId installation, final byte[] tokenHash) {
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
              "DELETE FROM device_token WHERE installation = ? AND newest = 0 AND EXISTS"
                  + " (SELECT 1 FROM device_token WHERE hash = ? AND newest = 1)",
              installation.value(),
              HEX.formatHex(tokenHash)));
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

  Optional<OneTimeCode> code(final byte[] codeHash, final Instant now) {
    return inTime(
        now,
        database.read(db ->
            db.query(
                "SELECT organisation, app, name, expires FROM one_time_code WHERE hash = ?",
                DeviceSecrets::code,
                HEX.formatHex(codeHash))));
  }

  Optional<OneTimeCode> takeCode(final byte[] codeHash, final Instant now) {
    return inTime(
        now,
        database.change(db ->
            db.query(
                "DELETE FROM one_time_code WHERE hash = ?"
                    + " RETURNING organisation, app, name, expires",
                DeviceSecrets::code,
                HEX.formatHex(codeHash))));
  }

  private static OneTimeCode code(final ResultSet row) throws SQLException {
    return new OneTimeCode(
        SharedNames.organisation(row.getString(1)),
        SharedNames.app(row.getString(2)),
        row.getString(3),
        Instant.parse(row.getString(4)));
  }

  private static Optional<OneTimeCode> inTime(final Instant now, final List<OneTimeCode> found) {
    return found.stream().filter(code -> now.isBefore(code.expires())).findFirst();
  }

  boolean useStatement(final byte[] statementHash, final Instant until) {
    return database.change(db ->
        db.update(
                "INSERT INTO used_statement(hash, until) VALUES(?,?) ON CONFLICT DO NOTHING",
                HEX.formatHex(statementHash),
                until.getEpochSecond())
            == 1);
  }

  /// Removes codes that were not used in time, and statements that have expired; called by the
  /// maintenance thread.
  void removeExpiredCodes(final Instant now) {
    removeOldStatements(now.getEpochSecond());
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

  private void removeOldStatements(final long nowSecond) {
    final boolean isThere =
        database.read(db ->
            !db.query(
                    "SELECT 1 FROM used_statement WHERE until < ? LIMIT 1",
                    row -> row.getInt(1),
                    nowSecond)
                .isEmpty());
    if (isThere) {
      database.change(db -> db.update("DELETE FROM used_statement WHERE until < ?", nowSecond));
    }
  }
}
