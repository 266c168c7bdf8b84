package dev.reveille.storage.sqlite;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Hashes of what others show us, and sealed copies of what we show to the platforms.
final class SqliteSecrets implements SecretStore {
  private static final HexFormat HEX = HexFormat.of();

  private final MainDatabase database;
  private final MasterKey master;
  private final DeviceSecrets devices;
  private final List<Consumer<String>> keyListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<AppId>> credentialListeners = new CopyOnWriteArrayList<>();

  SqliteSecrets(final MainDatabase database, final MasterKey master) {
    this.database = database;
    this.master = master;
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
        Names.organisation(row.getString(2)),
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
  public void keepCredential(final AppId app, final Credential credential, final String who) {
    final byte[] plain = MainDatabase.json(fields(credential)).getBytes(StandardCharsets.UTF_8);
    final byte[] sealed = master.encrypt(plain, place(app, credential.service()));
    database.change(db -> {
      db.update(
          "INSERT INTO credential(app, service, sealed) VALUES(?,?,?)"
              + " ON CONFLICT(app, service) DO UPDATE SET sealed = excluded.sealed",
          app.value(),
          credential.service().word(),
          Base64.getEncoder().encodeToString(sealed));
      AppRows.credentialsChanged(db, app, database.now());
      auditOfApp(db, app, who, "keep credential " + credential.service().word());
      return true;
    });
    credentialListeners.forEach(listener -> listener.accept(app));
  }

  private static Map<String, String> fields(final Credential credential) {
    return switch (credential) {
      case Credential.Apns(
              var team,
              var keyId,
              var key,
              var endpoint,
              var sandboxEndpoint,
              var trust) ->
          new TreeMap<>(
              Map.of(
                  "kind", "apns-key",
                  "team", team,
                  "keyId", keyId,
                  "key", key,
                  "endpoint", endpoint,
                  "sandboxEndpoint", sandboxEndpoint,
                  "trust", trust));
      case Credential.Fcm(var serviceAccount, var endpoint, var trust) ->
          new TreeMap<>(
              Map.of(
                  "kind", "fcm-service-account",
                  "serviceAccount", serviceAccount,
                  "endpoint", endpoint,
                  "trust", trust));
    };
  }

  private static Credential credential(final Map<String, String> fields) {
    final String kind = fields.getOrDefault("kind", "");
    return switch (kind) {
      case "apns-key" ->
          new Credential.Apns(
              fields.getOrDefault("team", ""),
              fields.getOrDefault("keyId", ""),
              fields.getOrDefault("key", ""),
              fields.getOrDefault("endpoint", ""),
              fields.getOrDefault("sandboxEndpoint", ""),
              fields.getOrDefault("trust", ""));
      case "fcm-service-account" ->
          new Credential.Fcm(
              fields.getOrDefault("serviceAccount", ""),
              fields.getOrDefault("endpoint", ""),
              fields.getOrDefault("trust", ""));
      default ->
          throw new StoreException(
              "A credential is of the unknown kind " + kind + ".",
              "Start the version that wrote it, or a newer one.");
    };
  }

  private static byte[] place(final AppId app, final PushService service) {
    return ("credential/" + app.value() + "/" + service.word()).getBytes(StandardCharsets.UTF_8);
  }

  private void auditOfApp(final Database db, final AppId app, final String who, final String what)
      throws SQLException {
    final List<String> publisher =
        db.query("SELECT publisher FROM app WHERE id = ?", row -> row.getString(1), app.value());
    if (!publisher.isEmpty()) {
      database.audit(
          db, Names.organisation(publisher.getFirst()), who, what + " of app " + app.value());
    }
  }

  @Override
  public Optional<Credential> credential(final AppId app, final PushService service) {
    final List<String> sealed =
        database.read(db ->
            db.query(
                "SELECT sealed FROM credential WHERE app = ? AND service = ?",
                row -> row.getString(1),
                app.value(),
                service.word()));
    return sealed.stream().findFirst().map(text -> unseal(text, app, service));
  }

  private Credential unseal(final String sealed, final AppId app, final PushService service) {
    try {
      final byte[] plain = master.decrypt(Base64.getDecoder().decode(sealed), place(app, service));
      return credential(MainDatabase.texts(new String(plain, StandardCharsets.UTF_8)));
    } catch (DamagedException e) {
      throw new StoreException(
          "The " + service.word() + " credential of app " + app.value() + " cannot be decrypted.",
          "Keep the credential again.",
          e);
    }
  }

  @Override
  public boolean removeCredential(final AppId app, final PushService service, final String who) {
    final boolean removed =
        database.change(db -> {
          final int rows =
              db.update(
                  "DELETE FROM credential WHERE app = ? AND service = ?",
                  app.value(),
                  service.word());
          if (rows > 0) {
            AppRows.credentialsChanged(db, app, database.now());
            auditOfApp(db, app, who, "remove credential " + service.word());
          }
          return rows > 0;
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

  /// Codes that nobody took in time; called by the maintenance thread.
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
