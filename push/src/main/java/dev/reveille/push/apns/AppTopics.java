package dev.reveille.push.apns;

import dev.reveille.model.AppCredential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushAddress;
import dev.reveille.push.app.KnownApps;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// What the sender knows about one app: its credentials, and for each topic of its addresses which
/// of them is used. Read from many threads.
final class AppTopics implements KnownApps.Known<ApnsAccount> {
  /// Devices say topics. Beyond so many those that were met are forgotten, and met again.
  private static final int MOST = 100;

  private final String bundleId;
  private final List<AppCredential> credentials;
  private final Map<CredentialId, KeyState> keys;
  private final Maker maker;
  private final boolean lasting;
  private final boolean narrow;
  private final Map<String, ApnsApp> states = new ConcurrentHashMap<>();

  /// Makes the state of a topic; must not block.
  @FunctionalInterface
  interface Maker {
    /// @param topic the bundle id
    /// @param whole the topic with the suffix of the push; the bundle id where that has no say
    ApnsApp made(AppTopics topics, String topic, String whole);
  }

  /// @param keys one for each credential
  AppTopics(
      final String bundleId,
      final List<AppCredential> credentials,
      final Map<CredentialId, KeyState> keys,
      final Maker maker) {
    this.bundleId = bundleId;
    this.credentials = credentials;
    this.keys = Map.copyOf(keys);
    this.maker = maker;
    this.lasting = true;
    this.narrow =
        keys.values().stream()
            .map(KeyState::account)
            .anyMatch(account -> account != null && account.certificate() != null);
  }

  private AppTopics(final ApnsApp always, final boolean lasting) {
    this.bundleId = "";
    this.credentials = List.of();
    this.keys = Map.of();
    this.maker = (_, _, _) -> always;
    this.lasting = lasting;
    this.narrow = false;
  }

  /// An app for whose addresses one state holds, whatever their topic.
  ///
  /// @param lasting false when it was our own failure that nothing is known
  static AppTopics always(final ApnsApp state, final boolean lasting) {
    return new AppTopics(state, lasting);
  }

  /// Whether the form of a push decides about its credential too, as it does where one of them is a
  /// certificate.
  boolean isNarrow() {
    return narrow;
  }

  /// The state for an address, where it is not narrow.
  ApnsApp of(final PushAddress.Direct address) {
    final var known = states.get(address.scope());
    return known == null ? made(address.scope(), topic(address), topic(address)) : known;
  }

  /// The state for a push to an address.
  ApnsApp of(final PushAddress.Direct address, final ApnsForm form) {
    final var topic = topic(address);
    final var whole = form.topic(topic);
    final var name = topic + " " + whole;
    final var known = states.get(name);
    return known == null ? made(name, topic, whole) : known;
  }

  private String topic(final PushAddress.Direct address) {
    return address.scope().isEmpty() ? bundleId : address.scope();
  }

  private ApnsApp made(final String name, final String topic, final String whole) {
    if (states.size() >= MOST) {
      states.clear();
    }
    return states.computeIfAbsent(name, _ -> maker.made(this, topic, whole));
  }

  /// The key of the credential that is for addresses of this topic.
  ///
  /// @param whole the topic with the suffix of the push
  /// @param none where there is none
  KeyState key(
      final boolean inSandbox, final String topic, final String whole, final KeyState none) {
    return AppCredential.choose(
            credentials, inSandbox, topic, each -> state(each, none).covers(inSandbox, whole))
        .map(chosen -> state(chosen, none))
        .orElse(none);
  }

  private KeyState state(final AppCredential credential, final KeyState none) {
    return keys.getOrDefault(credential.id(), none);
  }

  /// What the credentials are for, in words.
  String inWords() {
    return credentials.stream()
        .map(each ->
            each.id()
                + " for "
                + each.environment().word()
                + (each.scope().isEmpty() ? "" : " and " + each.scope())
                + certificate(each))
        .collect(Collectors.joining(", "));
  }

  private String certificate(final AppCredential credential) {
    final var key = keys.get(credential.id());
    final var account = key == null ? null : key.account();
    final var found = account == null ? null : account.certificate();
    return found == null ? "" : " (" + found + ")";
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
