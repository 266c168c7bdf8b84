package dev.reveille.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One app on one device: who is signed in, where pushes go, and what the app reported about
/// itself.
///
/// @param osMajor major version of the operating system; 0 when the app did not report it
/// @param generation the client's product generation (`lync-2010`, `lync-2013`, `jabber`, …), or ""
///   for none
/// @param users the users who are signed in on it; empty after sign-out
/// @param addresses push tokens and endpoints; several when calls and messages have channels of
///   their own
/// @param attributes what the app reported, such as `callkit` = `no`; the language is kept in its
///   canonical form (BCP 47)
public record Installation(
    InstallationId id,
    OrganisationId organisation,
    AppId app,
    Platform platform,
    int osMajor,
    String generation,
    List<UserId> users,
    List<PushAddress> addresses,
    Map<String, String> attributes,
    Instant registeredAt,
    Instant lastSeen) {

  /// The attribute that holds the device's language.
  public static final String LOCALE = "locale";

  /// The attribute that holds the installation's public key.
  public static final String CONTENT_KEY = "content-key";

  public Installation {
    users = List.copyOf(users);
    addresses = List.copyOf(addresses);
    attributes = withLanguage(attributes);
  }

  /// Keeps the language in its canonical form only, also where an older version wrote another.
  private static Map<String, String> withLanguage(final Map<String, String> attributes) {
    final var said = attributes.get(LOCALE);
    final var tag = said == null ? null : LanguageTag.canonical(said);
    if (tag == null || tag.equals(said) && !tag.isEmpty()) {
      return Map.copyOf(attributes);
    }
    final var changed = new HashMap<>(attributes);
    if (tag.isEmpty()) {
      changed.remove(LOCALE);
    } else {
      changed.put(LOCALE, tag);
    }
    return Map.copyOf(changed);
  }

  /// The same with these push addresses.
  public Installation withAddresses(final List<PushAddress> others) {
    return new Installation(
        id,
        organisation,
        app,
        platform,
        osMajor,
        generation,
        users,
        others,
        attributes,
        registeredAt,
        lastSeen);
  }

  /// The same with these push addresses in place of some of its own.
  ///
  /// @param replaced which of its own go
  public Installation replacing(
      final Predicate<PushAddress> replaced, final List<PushAddress> others) {
    return withAddresses(
        Stream.concat(addresses.stream().filter(replaced.negate()), others.stream()).toList());
  }

  /// The same without the addresses that have a token of these.
  public Installation without(final List<PushAddress> others) {
    return withAddresses(
        addresses.stream().filter(own -> others.stream().noneMatch(own::hasTokenOf)).toList());
  }

  /// The language tag of the device in its canonical form, "" for the default: the app said none,
  /// or what it said is no language.
  public String locale() {
    return attributes.getOrDefault(LOCALE, "");
  }

  /// The public key for which content is sealed before a push service sees it; "" for none.
  public String contentKey() {
    return attributes.getOrDefault(CONTENT_KEY, "");
  }

  /// Apple's call screen is not permitted everywhere; the app says so.
  public boolean callKitPermitted() {
    return !"no".equals(attributes.get("callkit"));
  }
}
