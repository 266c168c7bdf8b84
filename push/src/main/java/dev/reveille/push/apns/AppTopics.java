package dev.reveille.push.apns;

import dev.reveille.model.AppCredential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushAddress;
import dev.reveille.push.app.KnownApps;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// What the sender knows about one app: its credentials, and for each topic of its addresses which
/// of them is used. Read from many threads.
final class AppTopics implements KnownApps.Known<ApnsAccount> {
  /// Devices say topics. Beyond so many those that were met are forgotten, and met again.
  private static final int MOST = 100;

  private final String bundleId;
  private final List<AppCredential> credentials;
  private final Map<CredentialId, KeyState> keys;
  private final BiFunction<AppTopics, String, ApnsApp> maker;
  private final boolean lasting;
  private final Map<String, ApnsApp> byScope = new ConcurrentHashMap<>();

  /// @param keys one for each credential
  /// @param maker makes the state of a topic; must not block
  AppTopics(
      final String bundleId,
      final List<AppCredential> credentials,
      final Map<CredentialId, KeyState> keys,
      final BiFunction<AppTopics, String, ApnsApp> maker) {
    this.bundleId = bundleId;
    this.credentials = credentials;
    this.keys = Map.copyOf(keys);
    this.maker = maker;
    this.lasting = true;
  }

  private AppTopics(final ApnsApp always, final boolean lasting) {
    this.bundleId = "";
    this.credentials = List.of();
    this.keys = Map.of();
    this.maker = (_, _) -> always;
    this.lasting = lasting;
  }

  /// An app for whose addresses one state holds, whatever their topic.
  ///
  /// @param lasting false when it was our own failure that nothing is known
  static AppTopics always(final ApnsApp state, final boolean lasting) {
    return new AppTopics(state, lasting);
  }

  /// The state for an address.
  ApnsApp of(final PushAddress.Direct address) {
    final var known = byScope.get(address.scope());
    if (known != null) {
      return known;
    }
    if (byScope.size() >= MOST) {
      byScope.clear();
    }
    return byScope.computeIfAbsent(
        address.scope(), scope -> maker.apply(this, scope.isEmpty() ? bundleId : scope));
  }

  /// The key of the credential that is for addresses of this topic.
  ///
  /// @param none where there is none
  KeyState key(final boolean inSandbox, final String topic, final KeyState none) {
    return AppCredential.choose(credentials, inSandbox, topic)
        .map(chosen -> keys.getOrDefault(chosen.id(), none))
        .orElse(none);
  }

  /// What the credentials are for, in words.
  String inWords() {
    return credentials.stream()
        .map(each ->
            each.id()
                + " for "
                + each.environment().word()
                + (each.scope().isEmpty() ? "" : " and " + each.scope()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public boolean isLasting() {
    return lasting;
  }

  @Override
  public boolean uses(final ApnsAccount account) {
    return keys.values().stream().anyMatch(key -> key.account() == account);
  }
}
