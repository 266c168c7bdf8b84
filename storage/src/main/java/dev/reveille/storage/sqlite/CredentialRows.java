package dev.reveille.storage.sqlite;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The rows of apps' credentials: the default one of each service in `credential`, as in every
/// version, and those with an id in `named_credential`. Each is encrypted together with its place,
/// so that a row which was moved, or given to another environment or topic, is refused.
final class CredentialRows {
  private final MasterKey master;

  CredentialRows(final MasterKey master) {
    this.master = master;
  }

  /// A row as it stands there.
  record Row(CredentialId id, PushEnvironment environment, String scope, String sealed) {}

  /// What goes into the row; outside of the transaction, because it takes its time.
  String sealed(final AppId app, final AppCredential credential) {
    final byte[] plain =
        MainDatabase.json(fields(credential.credential())).getBytes(StandardCharsets.UTF_8);
    final byte[] place =
        place(
            app,
            credential.credential().service(),
            credential.id(),
            credential.environment(),
            credential.scope());
    return Base64.getEncoder().encodeToString(master.encrypt(plain, place));
  }

  /// @throws Registry.Taken when another one is for the same environment and scope
  static void write(
      final Database db, final AppId app, final AppCredential credential, final String sealed)
      throws SQLException {
    final String service = credential.credential().service().word();
    if (credential.id().isDefault()) {
      db.update(
          "INSERT INTO credential(app, service, sealed) VALUES(?,?,?)"
              + " ON CONFLICT(app, service) DO UPDATE SET sealed = excluded.sealed",
          app.value(),
          service,
          sealed);
      return;
    }
    final List<String> same =
        db.query(
            "SELECT id FROM named_credential WHERE app = ? AND service = ? AND environment = ?"
                + " AND scope = ? AND id <> ?",
            row -> row.getString(1),
            app.value(),
            service,
            credential.environment().word(),
            credential.scope(),
            credential.id().value());
    if (!same.isEmpty()) {
      throw new Registry.Taken(
          "the credential " + service + "/" + same.getFirst() + " is for the same addresses");
    }
    db.update(
        "INSERT INTO named_credential(app, service, id, environment, scope, sealed)"
            + " VALUES(?,?,?,?,?,?) ON CONFLICT(app, service, id) DO UPDATE SET"
            + " environment = excluded.environment, scope = excluded.scope,"
            + " sealed = excluded.sealed",
        app.value(),
        service,
        credential.id().value(),
        credential.environment().word(),
        credential.scope(),
        sealed);
  }

  /// The default one first, the others in the order of their ids.
  static List<Row> find(final Database db, final AppId app, final PushService service)
      throws SQLException {
    final List<Row> all =
        new ArrayList<>(
            db.query(
                "SELECT sealed FROM credential WHERE app = ? AND service = ?",
                row -> new Row(CredentialId.DEFAULT, PushEnvironment.BOTH, "", row.getString(1)),
                app.value(),
                service.word()));
    all.addAll(
        db.query(
            "SELECT id, environment, scope, sealed FROM named_credential"
                + " WHERE app = ? AND service = ? ORDER BY id",
            CredentialRows::named,
            app.value(),
            service.word()));
    return all;
  }

  private static Row named(final ResultSet row) throws SQLException {
    final String environment = row.getString(2);
    return new Row(
        new CredentialId(row.getString(1)),
        PushEnvironment.ofWord(environment)
            .orElseThrow(() ->
                new StoreException(
                    "A credential is of the unknown environment " + environment + ".",
                    "Start the version that wrote it, or a newer one.")),
        row.getString(3),
        row.getString(4));
  }

  /// @throws StoreException when another key or another place sealed it
  AppCredential unsealed(final AppId app, final PushService service, final Row row) {
    try {
      final byte[] plain =
          master.decrypt(
              Base64.getDecoder().decode(row.sealed),
              place(app, service, row.id, row.environment, row.scope));
      return new AppCredential(
          row.id,
          row.environment,
          row.scope,
          credential(MainDatabase.texts(new String(plain, StandardCharsets.UTF_8))));
    } catch (DamagedException e) {
      throw new StoreException(
          "The "
              + service.word()
              + " credential "
              + (row.id.isDefault() ? "" : row.id + " ")
              + "of app "
              + app.value()
              + " cannot be decrypted.",
          "Keep the credential again.",
          e);
    }
  }

  static boolean remove(
      final Database db, final AppId app, final PushService service, final CredentialId id)
      throws SQLException {
    return id.isDefault()
        ? db.update(
                "DELETE FROM credential WHERE app = ? AND service = ?", app.value(), service.word())
            > 0
        : db.update(
                "DELETE FROM named_credential WHERE app = ? AND service = ? AND id = ?",
                app.value(),
                service.word(),
                id.value())
            > 0;
  }

  /// The place of the default one is what every version sealed; that of the others is a list, in
  /// which no name can run into the next one.
  private static byte[] place(
      final AppId app,
      final PushService service,
      final CredentialId id,
      final PushEnvironment environment,
      final String scope) {
    final String place =
        id.isDefault()
            ? "credential/" + app.value() + "/" + service.word()
            : MainDatabase.json(
                List.of(
                    "named-credential",
                    app.value(),
                    service.word(),
                    id.value(),
                    environment.word(),
                    scope));
    return place.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> fields(final Credential credential) {
    return new TreeMap<>(
        switch (credential) {
          case final Credential.Apns key -> apnsKey(key);
          case final Credential.ApnsCertificate shown -> apnsCertificate(shown);
          case final Credential.Fcm account -> fcm(account);
          case Credential.WebPush(var publicKey, var privateKey, var subject, var silent) ->
              Map.of(
                  "kind", "vapid",
                  "publicKey", publicKey,
                  "privateKey", privateKey,
                  "subject", subject,
                  "silent", Boolean.toString(silent));
          case final Credential.Wns identity -> wns(identity);
          case Credential.Mpns(var certificate, var key) ->
              Map.of("kind", "mpns", "certificate", certificate, "key", key);
        });
  }

  private static Map<String, String> apnsKey(final Credential.Apns of) {
    return Map.of(
        "kind", "apns-key",
        "team", of.team(),
        "keyId", of.keyId(),
        "key", of.key(),
        "endpoint", of.endpoint(),
        "sandboxEndpoint", of.sandboxEndpoint(),
        "trust", of.trust());
  }

  private static Map<String, String> apnsCertificate(final Credential.ApnsCertificate of) {
    return Map.of(
        "kind", "apns-certificate",
        "certificate", of.certificate(),
        "key", of.key(),
        "endpoint", of.endpoint(),
        "sandboxEndpoint", of.sandboxEndpoint(),
        "trust", of.trust());
  }

  private static Map<String, String> fcm(final Credential.Fcm of) {
    return Map.of(
        "kind", "fcm-service-account",
        "serviceAccount", of.serviceAccount(),
        "endpoint", of.endpoint(),
        "trust", of.trust(),
        "analyticsLabel", of.analyticsLabel(),
        "web", Boolean.toString(of.web()),
        "apple", Boolean.toString(of.apple()));
  }

  private static Map<String, String> wns(final Credential.Wns of) {
    return Map.of(
        "kind", "wns",
        "tenant", of.tenant(),
        "client", of.client(),
        "secret", of.secret(),
        "expires", of.expires(),
        "endpoint", of.endpoint(),
        "trust", of.trust());
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
      case "apns-certificate" ->
          new Credential.ApnsCertificate(
              fields.getOrDefault("certificate", ""),
              fields.getOrDefault("key", ""),
              fields.getOrDefault("endpoint", ""),
              fields.getOrDefault("sandboxEndpoint", ""),
              fields.getOrDefault("trust", ""));
      case "fcm-service-account" ->
          new Credential.Fcm(
              fields.getOrDefault("serviceAccount", ""),
              fields.getOrDefault("endpoint", ""),
              fields.getOrDefault("trust", ""),
              fields.getOrDefault("analyticsLabel", ""),
              Boolean.parseBoolean(fields.get("web")),
              Boolean.parseBoolean(fields.get("apple")));
      case "vapid" ->
          new Credential.WebPush(
              fields.getOrDefault("publicKey", ""),
              fields.getOrDefault("privateKey", ""),
              fields.getOrDefault("subject", ""),
              Boolean.parseBoolean(fields.get("silent")));
      case "wns" ->
          new Credential.Wns(
              fields.getOrDefault("tenant", ""),
              fields.getOrDefault("client", ""),
              fields.getOrDefault("secret", ""),
              fields.getOrDefault("expires", ""),
              fields.getOrDefault("endpoint", ""),
              fields.getOrDefault("trust", ""));
      case "mpns" ->
          new Credential.Mpns(
              fields.getOrDefault("certificate", ""), fields.getOrDefault("key", ""));
      default ->
          throw new StoreException(
              "A credential is of the unknown kind " + kind + ".",
              "Start the version that wrote it, or a newer one.");
    };
  }
}
