package dev.reveille.routing.port;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The secrets that authenticate senders and devices, and with which the server authenticates
/// itself to push services. Platform keys are encrypted at rest by the master key; API keys, device
/// tokens and one-time codes are kept as SHA-256 hashes only. Thread-safe; methods may block on the
/// disk.
public interface SecretStore {
  /// Instead of a key's id: any of them.
  String ANY_KEY = "";

  /// The rights of an API key.
  enum Right {
    SEND,
    LISTEN,
    MANAGE
  }

  /// An API key without its secret.
  ///
  /// @param id public name of the key; the secret itself is shown once, when it is made
  record ApiKey(
      String id, OrganisationId organisation, Set<Right> rights, String note, Instant madeAt) {
    public ApiKey {
      rights = Set.copyOf(rights);
    }
  }

  /// Keeps a new key under the hash of its secret.
  void keepApiKey(ApiKey key, byte[] secretHash, String who);

  Optional<ApiKey> apiKey(byte[] secretHash);

  List<ApiKey> apiKeys(OrganisationId organisation);

  boolean removeApiKey(OrganisationId organisation, String id, String who);

  /// Told when an API key was kept or removed, with its id, so that caches forget that one; with
  /// [#ANY_KEY] when keys went together.
  void onKeyChange(Consumer<String> listener);

  /// Keeps a platform credential of an app; replaces the one of the same service and id, and no
  /// other. Changes of credentials are told as [Registry.Change.AppChanged].
  ///
  /// @throws Registry.Taken when another one of app and service is for the same environment and
  ///   scope: it would be open which of both is used
  void keepCredential(AppId app, AppCredential credential, String who);

  /// What reaches an app's devices changed beside its credentials, such as the hub that it sends
  /// through. It counts as a change of its credentials, and is told as one.
  void reachChanged(AppId app, String who);

  /// The default one.
  default void keepCredential(final AppId app, final Credential credential, final String who) {
    keepCredential(app, new AppCredential(credential), who);
  }

  /// All credentials of an app for a service: the default one first, the others in the order of
  /// their ids.
  List<AppCredential> credentials(AppId app, PushService service);

  /// The default one.
  default Optional<Credential> credential(final AppId app, final PushService service) {
    return credentials(app, service).stream()
        .filter(each -> each.id().isDefault())
        .map(AppCredential::credential)
        .findFirst();
  }

  /// Removes one; the others stay.
  ///
  /// @return whether there was one
  boolean removeCredential(AppId app, PushService service, CredentialId id, String who);

  /// The default one.
  default boolean removeCredential(final AppId app, final PushService service, final String who) {
    return removeCredential(app, service, CredentialId.DEFAULT, who);
  }

  /// The first device token of an installation.
  void keepDeviceToken(InstallationId installation, byte[] tokenHash, Instant at);

  /// A further one, that was asked for with `used`. That stays valid until the newest was used,
  /// however often the device asks, so that lost answers do not lock it out; so do some of those in
  /// between.
  void rotateDeviceToken(InstallationId installation, byte[] tokenHash, byte[] used, Instant at);

  /// A device token without its secret.
  ///
  /// @param current false when it is the one before the newest
  record DeviceToken(InstallationId installation, boolean current, Instant since) {}

  Optional<DeviceToken> deviceToken(byte[] tokenHash);

  /// A token was used: if it is the newest of the installation now, those before it end.
  void confirmDeviceToken(InstallationId installation, byte[] tokenHash);

  void revokeDeviceTokens(InstallationId installation);

  /// A code that lets one installation register for a user, once, before it expires.
  record OneTimeCode(OrganisationId organisation, AppId app, String user, Instant expires) {}

  void keepCode(byte[] codeHash, OneTimeCode code);

  /// Looks at a code without using it up; empty when unknown, used or expired.
  Optional<OneTimeCode> code(byte[] codeHash, Instant now);

  /// Takes the code away and answers it; empty when unknown, used or expired.
  Optional<OneTimeCode> takeCode(byte[] codeHash, Instant now);

  /// Public keys (PEM) with which an app's backend signs statements for registrations.
  void keepStatementKey(AppId app, String keyId, String publicKeyPem, String who);

  Optional<String> statementKey(AppId app, String keyId);

  /// Uses up a signed statement, which works once, also over a restart; false when it was used
  /// before.
  ///
  /// @param statementHash of what names it among all
  /// @param until after which it has expired and would be refused anyway
  boolean useStatement(byte[] statementHash, Instant until);
}
