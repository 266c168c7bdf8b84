package dev.reveille.push.apns;

import dev.reveille.model.AppCredential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushAddress;
import dev.reveille.push.app.KnownApps;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The state of one app in the sender for Apple: its credentials, and which of them is used for
/// each topic of its addresses. Read from many threads.
final class AppTopics implements KnownApps.Known<ApnsAccount> {
  /// Devices say topics. Beyond so many those that were met are forgotten, and met again.
  private static final int MOST = 100;

  private static final String VOIP = ".voip";

  private static final Span NEVER = new Span(Instant.MAX, Instant.MIN, Map.of());

  private final String bundleId;
  private final List<AppCredential> credentials;
  private final Map<CredentialId, KeyState> keys;
  private final Maker maker;
  private final boolean lasting;
  private final boolean narrow;
  private final List<Instant> turns;
  private volatile Span span;

  /// What was chosen while the same certificates are in time.
  ///
  /// @param until the first moment at which that is over
  private record Span(Instant from, Instant until, Map<String, ApnsApp> states) {
    boolean holds(final Instant now) {
      return now.isBefore(until) && !now.isBefore(from);
    }
  }

  /// Makes the state of a topic; must not block.
  @FunctionalInterface
  interface Maker {
    /// @param topic the bundle id
    /// @param whole the topic with the suffix of the push; the bundle id where that has no say
    ApnsApp made(AppTopics topics, String topic, String whole, Instant now);
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
    final var certificates =
        keys.values().stream()
            .map(KeyState::account)
            .flatMap(account -> Stream.ofNullable(account == null ? null : account.certificate()))
            .toList();
    this.narrow = !certificates.isEmpty();
    this.turns = certificates.stream().flatMap(AppleCertificate::turns).toList();
    this.span = NEVER;
  }

  private AppTopics(final ApnsApp always, final boolean lasting) {
    this.bundleId = "";
    this.credentials = List.of();
    this.keys = Map.of();
    this.maker = (_, _, _, _) -> always;
    this.lasting = lasting;
    this.narrow = false;
    this.turns = List.of();
    this.span = NEVER;
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
  ApnsApp of(final PushAddress.Direct address, final Instant now) {
    final var states = states(now);
    final var known = states.get(address.scope());
    return known == null
        ? made(states, address.scope(), topic(address), topic(address), now)
        : known;
  }

  /// The state for a push to an address.
  ApnsApp of(final PushAddress.Direct address, final ApnsForm form, final Instant now) {
    final var states = states(now);
    final var topic = topic(address);
    final var whole = form.topic(topic);
    final var name = topic + " " + whole;
    final var known = states.get(name);
    return known == null ? made(states, name, topic, whole, now) : known;
  }

  /// The address for content that its caller wrote. Hubs for calls have a bundle id with `.voip`
  /// behind it; what is put behind the bundle id says the push there, so the id counts without.
  PushAddress.Direct forNative(final PushAddress.Direct address) {
    return address.scope().isEmpty() && bundleId.endsWith(VOIP)
        ? address.withScope(bundleId.substring(0, bundleId.length() - VOIP.length()))
        : address;
  }

  private String topic(final PushAddress.Direct address) {
    return address.scope().isEmpty() ? bundleId : address.scope();
  }

  /// What was chosen before a certificate began or ended counts no more.
  private Map<String, ApnsApp> states(final Instant now) {
    final var known = span;
    if (known.holds(now)) {
      return known.states();
    }
    final var from = turns.stream().filter(turn -> !turn.isAfter(now)).max(Instant::compareTo);
    final var until = turns.stream().filter(turn -> turn.isAfter(now)).min(Instant::compareTo);
    final var made =
        new Span(from.orElse(Instant.MIN), until.orElse(Instant.MAX), new ConcurrentHashMap<>());
    span = made;
    drop(known.states());
    return made.states();
  }

  private void drop(final Map<String, ApnsApp> states) {
    if (lasting && !keys.isEmpty()) {
      states.values().forEach(ApnsApp::dropped);
    }
  }

  private ApnsApp made(
      final Map<String, ApnsApp> states,
      final String name,
      final String topic,
      final String whole,
      final Instant now) {
    if (states.size() >= MOST) {
      drop(states);
      states.clear();
    }
    return states.computeIfAbsent(name, _ -> maker.made(this, topic, whole, now));
  }

  /// The key of the credential that is for addresses of this topic; one that is in time goes before
  /// all others, so that a default key takes over from a certificate that ended.
  ///
  /// @param whole the topic with the suffix of the push
  /// @param none where there is none
  KeyState key(
      final boolean inSandbox,
      final String topic,
      final String whole,
      final Instant now,
      final KeyState none) {
    final Predicate<AppCredential> covers = each -> state(each, none).covers(inSandbox, whole);
    return chosen(inSandbox, topic, covers.and(each -> state(each, none).isInTime(now)))
        .or(() -> chosen(inSandbox, topic, covers))
        .map(chosen -> state(chosen, none))
        .orElse(none);
  }

  private Optional<AppCredential> chosen(
      final boolean inSandbox, final String topic, final Predicate<AppCredential> fits) {
    return AppCredential.choose(credentials, inSandbox, topic, fits);
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
