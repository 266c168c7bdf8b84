package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Secret;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.protocols.xml.XmlElement;
import dev.reveille.protocols.xml.XmlOut;
import dev.reveille.protocols.xml.XmlRefused;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The description of a hub in the management calls of clients. Its name is in the address and in
/// the entry's title.
///
/// @param registrationTtl empty when registrations do not expire, or the caller says nothing
/// @param saysTtl whether the caller says it
/// @param policies those of the hub
/// @param credentials the properties of each platform's credential, by the element's name without
///   `Credential`: `Apns`, `Wns`, `Gcm`, `Mpns`, `Adm`, `Baidu`, `FcmV1`, `Browser`, `Xiaomi`;
///   secrets in clear
public record HubDescription(
    Optional<Duration> registrationTtl,
    boolean saysTtl,
    List<SharedAccessPolicy> policies,
    Map<String, Map<String, String>> credentials) {
  private static final String ELEMENT = "NotificationHubDescription";
  private static final String CREDENTIAL = "Credential";

  /// .NET says "never" so; it is no time that a calendar knows.
  private static final Duration NEVER = Duration.ofDays(10_675_199);

  private static final int MOST_POLICIES = 12;

  public HubDescription {
    policies = List.copyOf(policies);
    credentials = Map.copyOf(credentials);
  }

  /// What is told of a hub.
  public HubDescription(
      final Optional<Duration> registrationTtl,
      final List<SharedAccessPolicy> policies,
      final Map<String, Map<String, String>> credentials) {
    this(registrationTtl, true, policies, credentials);
  }

  /// The credentials in the order of .NET's data contract, those that came later at the end.
  private enum Order {
    APNS("Apns"),
    TTL(""),
    WNS("Wns"),
    RULES(""),
    GCM("Gcm"),
    MPNS("Mpns"),
    ADM("Adm"),
    BAIDU("Baidu"),
    FCM_V1("FcmV1"),
    BROWSER("Browser"),
    XIAOMI("Xiaomi");

    private final String credential;

    Order(final String credential) {
      this.credential = credential;
    }
  }

  /// Reads the entry of a request. `FcmCredential` counts as `Gcm`.
  ///
  /// @throws HubRefused with status 400
  public static HubDescription read(final byte[] body) {
    return AtomFrame.read(
        body,
        description -> {
          if (!description.name().equals(ELEMENT)) {
            throw new XmlRefused(description.name() + ": must be " + ELEMENT);
          }
          final Map<String, Map<String, String>> credentials = new LinkedHashMap<>();
          for (final var part : Order.values()) {
            if (!part.credential.isEmpty()) {
              description
                  .child(part.credential + CREDENTIAL)
                  .map(HubDescription::properties)
                  .ifPresent(found -> credentials.put(part.credential, found));
            }
          }
          description
              .child("FcmCredential")
              .map(HubDescription::properties)
              .ifPresent(found -> {
                if (credentials.putIfAbsent("Gcm", found) != null) {
                  throw new XmlRefused("FcmCredential: is another word for GcmCredential");
                }
              });
          final var ttl = description.textOf("RegistrationTtl").strip();
          return new HubDescription(
              ttl(ttl),
              !ttl.isEmpty(),
              description.child("AuthorizationRules").map(HubDescription::rules).orElse(List.of()),
              credentials);
        });
  }

  private static Map<String, String> properties(final XmlElement credential) {
    final Map<String, String> properties = new LinkedHashMap<>();
    final var all = credential.child("Properties").map(XmlElement::children).orElse(List.of());
    for (final var property : all) {
      if (property.name().equals("Property")) {
        final var name = property.textOf("Name").strip();
        if (name.isEmpty() || properties.putIfAbsent(name, property.textOf("Value")) != null) {
          throw new XmlRefused(credential.name() + ": each property has a name of its own");
        }
      }
    }
    return properties;
  }

  private static Optional<Duration> ttl(final String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      final var ttl = Duration.parse(text);
      if (!ttl.isPositive()) {
        throw new XmlRefused("RegistrationTtl: must be above zero");
      }
      return ttl.compareTo(NEVER) < 0 ? Optional.of(ttl) : Optional.empty();
    } catch (final DateTimeException | ArithmeticException _) {
      throw new XmlRefused("RegistrationTtl: must be a duration like P90D");
    }
  }

  private static List<SharedAccessPolicy> rules(final XmlElement rules) {
    final List<SharedAccessPolicy> policies = new ArrayList<>();
    for (final var rule : rules.children()) {
      if (rule.name().equals("AuthorizationRule")) {
        final var primary = rule.textOf("PrimaryKey").strip();
        final var secondary = rule.textOf("SecondaryKey").strip();
        final var rights = EnumSet.noneOf(AccessRight.class);
        for (final var right : rule.child("Rights").map(XmlElement::children).orElse(List.of())) {
          rights.add(right(right.text().strip()));
        }
        try {
          policies.add(
              new SharedAccessPolicy(
                  rule.textOf("KeyName").strip(),
                  Secret.of(primary),
                  Secret.of(secondary.isEmpty() ? primary : secondary),
                  rights));
        } catch (final IllegalArgumentException _) {
          throw new XmlRefused("AuthorizationRule: must have KeyName, PrimaryKey and Rights");
        }
      }
    }
    if (policies.size() > MOST_POLICIES) {
      throw new XmlRefused(
          "AuthorizationRules: there are " + policies.size() + "; at most " + MOST_POLICIES);
    }
    return policies;
  }

  private static AccessRight right(final String word) {
    return Arrays.stream(AccessRight.values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new XmlRefused("AccessRights: must be Listen, Send or Manage, not " + word));
  }

  /// The entry of an answer; its title is the hub's name.
  public byte[] entry(final AtomItem item) {
    return AtomFrame.entry(item, this::description);
  }

  /// The entries of several hubs, each with what Atom says about it.
  public static byte[] feed(
      final AtomItem head, final List<Map.Entry<AtomItem, HubDescription>> hubs) {
    return AtomFrame.feed(
        head,
        hubs,
        (xml, each) -> AtomFrame.entry(xml, each.getKey(), each.getValue()::description));
  }

  private void description(final XmlOut xml) {
    AtomFrame.open(xml, ELEMENT);
    for (final var part : Order.values()) {
      switch (part) {
        case TTL ->
            xml.element(
                "RegistrationTtl",
                registrationTtl.map(Duration::toString).orElse("P10675199DT2H48M5.4775807S"));
        case RULES -> rules(xml);
        case APNS, WNS, GCM, MPNS, ADM, BAIDU, FCM_V1, BROWSER, XIAOMI -> {
          final var properties = credentials.get(part.credential);
          if (properties != null) {
            credential(xml, part.credential + CREDENTIAL, properties);
          }
        }
      }
    }
    xml.end();
  }

  private static void credential(
      final XmlOut xml, final String name, final Map<String, String> properties) {
    xml.start(name).start("Properties");
    properties.forEach((property, value) ->
        xml.start("Property").element("Name", property).element("Value", value).end());
    xml.end().end();
  }

  private void rules(final XmlOut xml) {
    if (policies.isEmpty()) {
      return;
    }
    xml.start("AuthorizationRules");
    for (final var policy : policies) {
      xml.start("AuthorizationRule").attribute("i:type", "SharedAccessAuthorizationRule");
      xml.element("ClaimType", "SharedAccessKey").element("ClaimValue", "None");
      xml.start("Rights");
      for (final var right : AccessRight.values()) {
        if (policy.rights().contains(right)) {
          xml.element("AccessRights", right.word());
        }
      }
      xml.end();
      xml.element("KeyName", policy.name())
          .element("PrimaryKey", policy.primary().text())
          .element("SecondaryKey", policy.secondary().text())
          .end();
    }
    xml.end();
  }

  /// Without credentials and keys.
  @Override
  public String toString() {
    return "HubDescription[" + registrationTtl + " " + credentials.keySet() + "]";
  }
}
