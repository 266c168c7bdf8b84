package dev.reveille.storage.sqlite;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.SecretStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Stores hashes of the secrets of clients, and encrypted credentials for push services.
/// Thread-safe; blocks on the disk.
final class SqliteSecrets implements SecretStore {
  private static final HexFormat HEX = HexFormat.of();

  private final MainDatabase database;
  private final CredentialRows credentials;
  private final DeviceSecrets devices;
  private final List<Consumer<String>> keyListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<AppId>> credentialListeners = new CopyOnWriteArrayList<>();

  SqliteSecrets(final MainDatabase database, final MasterKey master) {
    this.database = database;
    this.credentials = new CredentialRows(master);
    this.devices = new DeviceSecrets(database);
  }

  @Override
  public void keepApiKey(final ApiKey key, final byte[] secretHash, final String who) {
    final String rights =
        key.rights().stream().map(Right::name).sorted().collect(Collectors.joining(","));
    database.change(db -> {
      OrganisationRows.refuseRemoved(db, key.organisation());
      db.update(
          "INSERT INTO api_key(hash, id, organisation, rights, note, made_at)"
              + " VALUES(?,?,?,?,?,?) ON CONFLICT(organisation, id) DO UPDATE SET"
              + " hash = excluded.hash, rights = excluded.rights, note = excluded.note,"
              + " made_at = excluded.made_at",
          HEX.formatHex(secretHash),
          key.id(),
          key.organisation().value(),
          rights,
          key.note(),
          key.madeAt().toString());
      database.audit(db, key.organisation(), who, "keep key " + key.id() + ": " + rights);
      return true;
    });
    keyListeners.forEach(listener -> listener.accept(key.id()));
  }

  @Override
  public Optional<ApiKey> apiKey(final byte[] secretHash) {
    return database.read(db ->
        db
            .query(
                "SELECT id, organisation, rights, note, made_at FROM api_key WHERE hash = ?",
                SqliteSecrets::key,
                HEX.formatHex(secretHash))
            .stream()
            .findFirst());
  }

  @Override
  public List<ApiKey> apiKeys(final OrganisationId organisation) {
    return database.read(db ->
        db.query(
            "SELECT id, organisation, rights, note, made_at FROM api_key"
                + " WHERE organisation = ? ORDER BY id",
            SqliteSecrets::key,
            organisation.value()));
  }

  private static ApiKey key(final ResultSet row) throws SQLException {
    final Set<Right> rights = EnumSet.noneOf(Right.class);
    for (final String right : row.getString(3).split(",", -1)) {
      if (!right.isEmpty()) {
        rights.add(Right.valueOf(right));
      }
    }
    return new ApiKey(
        row.getString(1),
        SharedNames.organisation(row.getString(2)),
        rights,
        row.getString(4),
        Instant.parse(row.getString(5)));
  }

  @Override
  public boolean removeApiKey(
      final OrganisationId organisation, final String id, final String who) {
    final boolean removed =
        database.change(db -> {
          final int rows =
              db.update(
                  "DELETE FROM api_key WHERE organisation = ? AND id = ?",
                  organisation.value(),
                  id);
          if (rows > 0) {
            database.audit(db, organisation, who, "remove key " + id);
          }
          return rows > 0;
        });
    if (removed) {
      keyListeners.forEach(listener -> listener.accept(id));
    }
    return removed;
  }

  /// All keys of an organisation went with it.
  void keysChanged() {
    keyListeners.forEach(listener -> listener.accept(ANY_KEY));
  }

  @Override
  public void onKeyChange(final Consumer<String> listener) {
    keyListeners.add(listener);
  }

  @Override
  public void keepCredential(final AppId app, final AppCredential credential, final String who) {
    final String sealed = credentials.sealed(app, credential);
    database.change(db -> {
      CredentialRows.write(db, app, credential, sealed);
      AppRows.credentialsChanged(db, app, database.now());
      auditOfApp(
          db,
          app,
          who,
          "keep credential " + named(credential.credential().service(), credential.id()));
      return true;
    });
    credentialListeners.forEach(listener -> listener.accept(app));
  }

  @Override
  public void reachChanged(final AppId app, final String who) {
    database.change(db -> {
      AppRows.credentialsChanged(db, app, database.now());
      auditOfApp(db, app, who, "change the way to the devices");
      return true;
    });
    credentialListeners.forEach(listener -> listener.accept(app));
  }

  /// `apns` for the default one, `apns/beta` for another.
  private static String named(final PushService service, final CredentialId id) {
    return id.isDefault() ? service.word() : service.word() + "/" + id;
  }

  private void auditOfApp(final Database db, final AppId app, final String who, final String what)
      throws SQLException {
    final List<String> publisher =
        db.query("SELECT publisher FROM app WHERE id = ?", row -> row.getString(1), app.value());
    if (!publisher.isEmpty()) {
      database.audit(
          db, SharedNames.organisation(publisher.getFirst()), who, what + " of app " + app.value());
    }
  }

  @Override
  public List<AppCredential> credentials(final AppId app, final PushService service) {
    return database.read(db -> CredentialRows.find(db, app, service)).stream()
        .map(row -> credentials.unsealed(app, service, row))
        .toList();
  }

  @Override
  public boolean removeCredential(
      final AppId app, final PushService service, final CredentialId id, final String who) {
    final boolean removed =
        database.change(db -> {
          final boolean was = CredentialRows.remove(db, app, service, id);
          if (was) {
            AppRows.credentialsChanged(db, app, database.now());
            auditOfApp(db, app, who, "remove credential " + named(service, id));
          }
          return was;
        });
    if (removed) {
      credentialListeners.forEach(listener -> listener.accept(app));
    }
    return removed;
  }

  /// Told after the commit, when credentials of an app changed.
  void onCredentialChange(final Consumer<AppId> listener) {
    credentialListeners.add(listener);
  }

  @Override
  public void keepDeviceToken(
      final InstallationId installation, final byte[] tokenHash, final Instant at) {
    devices.keepToken(installation, tokenHash, tokenHash, at);
  }

  @Override
  public void rotateDeviceToken(
      final InstallationId installation,
      final byte[] tokenHash,
      final byte[] used,
      final Instant at) {
    devices.keepToken(installation, tokenHash, used, at);
  }

  @Override
  public Optional<DeviceToken> deviceToken(final byte[] tokenHash) {
    return devices.token(tokenHash);
  }

  @Override
  public void confirmDeviceToken(final InstallationId installation, final byte[] tokenHash) {
    devices.confirmToken(installation, tokenHash);
  }

  @Override
  public void revokeDeviceTokens(final InstallationId installation) {
    devices.revokeTokens(installation);
  }

  @Override
  public void keepCode(final byte[] codeHash, final OneTimeCode code) {
    devices.keepCode(codeHash, code);
  }

  @Override
  public Optional<OneTimeCode> code(final byte[] codeHash, final Instant now) {
    return devices.code(codeHash, now);
  }

  @Override
  public boolean useStatement(final byte[] statementHash, final Instant until) {
    return devices.useStatement(statementHash, until);
  }

  @Override
  public Optional<OneTimeCode> takeCode(final byte[] codeHash, final Instant now) {
    return devices.takeCode(codeHash, now);
  }

  /// Removes codes that were not used in time; called by the maintenance thread.
  void removeExpiredCodes(final Instant now) {
    devices.removeExpiredCodes(now);
  }

  @Override
  public void keepStatementKey(
      final AppId app, final String keyId, final String publicKeyPem, final String who) {
    database.change(db -> {
      db.update(
          "INSERT INTO statement_key(app, key_id, pem) VALUES(?,?,?)"
              + " ON CONFLICT(app, key_id) DO UPDATE SET pem = excluded.pem",
          app.value(),
          keyId,
          publicKeyPem);
      auditOfApp(db, app, who, "keep statement key " + keyId);
      return true;
    });
  }

  @Override
  public Optional<String> statementKey(final AppId app, final String keyId) {
    return database.read(db ->
        db
            .query(
                "SELECT pem FROM statement_key WHERE app = ? AND key_id = ?",
                row -> row.getString(1),
                app.value(),
                keyId)
            .stream()
            .findFirst());
  }
}
