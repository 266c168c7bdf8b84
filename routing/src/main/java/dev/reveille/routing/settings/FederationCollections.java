package dev.reveille.routing.settings;

import dev.reveille.routing.settings.SettingsCollection.Complaint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The collections that say with whom the organisation federates: the border's configuration,
/// hosting providers, and the lists of allowed and blocked domains.
final class FederationCollections {
  private static final String DEFAULT_ROUTE_FQDN = "default-route-fqdn";
  private static final String ENABLE_PARTNER_DISCOVERY = "enable-partner-discovery";
  private static final String IS_PUBLIC_PROVIDER = "is-public-provider";
  private static final String USE_DNS_SRV_ROUTING = "use-dns-srv-routing";
  private static final String VERIFICATION_LEVEL = "verification-level";

  private static final List<String> ON = List.of("true");
  private static final ValueKind LEVEL =
      new ValueKind.Word(
          List.of("AlwaysVerifiable", "AlwaysUnverifiable", "UseSourceVerification"));
  private static final ValueKind HOST = new ValueKind.HostName();

  static final SettingsCollection ACCESS_EDGE =
      SettingsCollection.of(
          SettingsCatalogue.ACCESS_EDGE,
          "Federation at the border: whether it is on, and how partners are found.",
          List.of(IdentityKind.GLOBAL),
          SettingProperty.acting(
              Stream.of(users(), routing(), connections(), discovered())
                  .flatMap(List::stream)
                  .toList(),
              "allow-federated-users",
              "allow-outside-users",
              USE_DNS_SRV_ROUTING,
              SettingsCatalogue.USE_DEFAULT_ROUTING,
              DEFAULT_ROUTE_FQDN,
              "outgoing-tls-count-for-federated-partners",
              "mark-source-verifiable-on-outgoing-messages"),
          FederationCollections::noPartnerDiscovery,
          FederationCollections::oneRouting,
          FederationCollections::withDefaultRoutingOnly);

  static final SettingsCollection HOSTING_PROVIDERS =
      SettingsCollection.of(
          SettingsCatalogue.HOSTING_PROVIDERS,
          "Providers that the organisation federates with, and so with each organisation that they"
              + " host.",
          List.of(IdentityKind.NAME),
          SettingProperty.acting(
              List.of(
                  SettingProperty.required(
                          SettingsCatalogue.PROXY_FQDN,
                          HOST,
                          "The host name of the provider's Access Edge; no two providers have the"
                              + " same.")
                      .fixed(),
                  SettingProperty.required(
                      SettingsCatalogue.ENABLED,
                      new ValueKind.Flag(),
                      "Whether messages pass; a disabled provider stays a partner."),
                  SettingProperty.of(
                      VERIFICATION_LEVEL,
                      LEVEL,
                      "AlwaysVerifiable",
                      "How senders of the provider are judged."),
                  SettingProperty.off(
                      "enabled-shared-address-space",
                      "Whether the provider has users of a domain of this organisation."),
                  SettingProperty.off(
                      "hosts-ocs-users", "Whether the provider hosts accounts of Lync."),
                  SettingProperty.off(
                      "is-local", "Whether the proxy stands in this organisation's own topology."),
                  SettingProperty.of(
                      "autodiscover-url",
                      new ValueKind.HttpsUrl(),
                      "",
                      "Where clients find the provider's services."),
                  SettingProperty.of(
                      "sip-client-port",
                      new ValueKind.Number(1, 65_535),
                      "443",
                      "The port for the provider's clients.")),
              SettingsCatalogue.PROXY_FQDN,
              SettingsCatalogue.ENABLED,
              VERIFICATION_LEVEL));

  static final SettingsCollection ALLOWED_DOMAINS =
      SettingsCollection.of(
          SettingsCatalogue.ALLOWED_DOMAINS,
          "Domains that the organisation federates with.",
          List.of(IdentityKind.DOMAIN),
          SettingProperty.acting(
              List.of(
                  SettingProperty.of(
                      SettingsCatalogue.PROXY_FQDN,
                      HOST,
                      "",
                      "The host name of the partner's Access Edge; empty: it is found by DNS SRV."),
                  SettingProperty.of(
                      VERIFICATION_LEVEL,
                      LEVEL,
                      "UseSourceVerification",
                      "How senders of the domain are judged."),
                  SettingProperty.off(
                      "mark-for-monitoring", "Whether connections to the domain are watched."),
                  SettingProperty.comment()),
              SettingsCatalogue.PROXY_FQDN,
              VERIFICATION_LEVEL));

  static final SettingsCollection BLOCKED_DOMAINS =
      SettingsCollection.of(
          SettingsCatalogue.BLOCKED_DOMAINS,
          "Domains whose messages are rejected.",
          List.of(IdentityKind.DOMAIN),
          List.of(SettingProperty.comment()));

  private FederationCollections() {}

  private static SettingProperty count(
      final String name, final long most, final String byDefault, final String meaning) {
    return SettingProperty.of(name, new ValueKind.Number(1, most), byDefault, meaning);
  }

  private static List<SettingProperty> users() {
    return List.of(
        SettingProperty.off(
            "allow-federated-users",
            "Whether federation is on; while it is off, no push leaves through a clearing house."),
        SettingProperty.off(
            "allow-anonymous-users", "Whether anonymous users may join conferences."),
        SettingProperty.on(
            "allow-outside-users", "Whether users may sign in from outside the network."));
  }

  private static List<SettingProperty> routing() {
    return List.of(
        SettingProperty.off(
            ENABLE_PARTNER_DISCOVERY,
            "Whether partners that are on no list are found by DNS; cannot be switched on."),
        SettingProperty.on(
                USE_DNS_SRV_ROUTING, "Whether partners are found by the SRV records of DNS.")
            .asOppositeOf(SettingsCatalogue.USE_DEFAULT_ROUTING),
        SettingProperty.off(
            SettingsCatalogue.USE_DEFAULT_ROUTING,
            "Whether all federated traffic goes to one route, without hosting providers."),
        SettingProperty.of(
            DEFAULT_ROUTE_FQDN, HOST, "", "The host name of that route; needed with it."),
        SettingProperty.of(
            VERIFICATION_LEVEL,
            LEVEL,
            "AlwaysVerifiable",
            "How senders are judged that come by the default route; only with it."),
        SettingProperty.off(
            IS_PUBLIC_PROVIDER, "Whether the default route is a public provider; only with it."));
  }

  private static List<SettingProperty> connections() {
    return List.of(
        SettingProperty.off(
            "be-clearing-house",
            "Whether this edge is connected to other organisations as their clearing house."),
        count(
            "outgoing-tls-count-for-federated-partners",
            4,
            "4",
            "How many TLS connections are opened to a partner at most."),
        SettingProperty.on(
            "mark-source-verifiable-on-outgoing-messages",
            "Whether outgoing messages say that their sender was verified."),
        SettingProperty.on(
            "keep-crls-up-to-date-for-peers",
            "Whether revocation lists of partners' authorities are read again."),
        SettingProperty.off(
            "enable-archiving-disclaimer",
            "Whether partners are told that messages may be archived."));
  }

  private static List<SettingProperty> discovered() {
    return List.of(
        SettingProperty.of(
            "discovered-partner-verification-level",
            LEVEL,
            "UseSourceVerification",
            "How senders of discovered partners are judged."),
        SettingProperty.on(
            "enable-discovered-partner-contacts-limit",
            "Whether the contacts of a discovered partner are limited."),
        count(
            "max-contacts-per-discovered-partner",
            1_000_000,
            "1000",
            "How many contacts a discovered partner may have."),
        count(
            "discovered-partner-report-period-minutes",
            525_600,
            "60",
            "How often discovered partners are reported, in minutes."),
        count(
            "discovered-partner-standard-rate",
            1_000_000,
            "20",
            "How many messages a second a discovered partner may send."),
        count(
            "max-accepted-certificates-stored",
            1_000_000,
            "1000",
            "How many accepted certificates of partners are kept."),
        count(
            "max-rejected-certificates-stored",
            1_000_000,
            "500",
            "How many rejected certificates are kept."),
        count(
            "certificates-deleted-percentage",
            100,
            "20",
            "How many per cent of the kept certificates are dropped when there are too many."));
  }

  private static boolean isOn(final Map<String, List<String>> values, final String name) {
    return ON.equals(values.get(name));
  }

  private static Optional<Complaint> noPartnerDiscovery(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    return isOn(own, ENABLE_PARTNER_DISCOVERY)
        ? Optional.of(
            new Complaint(
                ENABLE_PARTNER_DISCOVERY,
                "cannot be switched on: this server speaks with partners on its lists only; allow"
                    + " the domain with `reveille federation domain allow DOMAIN`"))
        : Optional.empty();
  }

  private static Optional<Complaint> oneRouting(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    final boolean byDefault = isOn(all, SettingsCatalogue.USE_DEFAULT_ROUTING);
    if (byDefault == isOn(all, USE_DNS_SRV_ROUTING)) {
      return Optional.of(
          new Complaint(
              USE_DNS_SRV_ROUTING,
              "must be the opposite of " + SettingsCatalogue.USE_DEFAULT_ROUTING));
    }
    return byDefault && all.getOrDefault(DEFAULT_ROUTE_FQDN, List.of("")).equals(List.of(""))
        ? Optional.of(
            new Complaint(
                DEFAULT_ROUTE_FQDN, "is needed with " + SettingsCatalogue.USE_DEFAULT_ROUTING))
        : Optional.empty();
  }

  private static Optional<Complaint> withDefaultRoutingOnly(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    return isOn(all, SettingsCatalogue.USE_DEFAULT_ROUTING)
        ? Optional.empty()
        : List.of(VERIFICATION_LEVEL, IS_PUBLIC_PROVIDER).stream()
            .filter(own::containsKey)
            .findFirst()
            .map(name ->
                new Complaint(
                    name,
                    "can be set with "
                        + SettingsCatalogue.USE_DEFAULT_ROUTING
                        + " only: it says how senders of the default route are judged"));
  }
}
