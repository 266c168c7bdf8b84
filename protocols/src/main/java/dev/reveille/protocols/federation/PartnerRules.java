package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.identity.PeerIdentity;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Says with whom an organisation federates, from its settings: whether a request may go to a
/// domain and to which proxy, and whether a peer may speak for the sender of a request.
///
/// A domain has to be on the list of allowed domains, also where a hosting provider carries it; the
/// list of blocked domains comes first. Thread-safe; may read the disk.
final class PartnerRules {
  static final int PORT = 5061;

  private static final String VERIFICATION_LEVEL = "verification-level";

  private final EffectiveSettings settings;
  private final String here;

  /// @param here the host name of this server, for diagnoses
  PartnerRules(final EffectiveSettings settings, final String here) {
    this.settings = settings;
    this.here = here;
  }

  /// Where a request to a domain goes.
  sealed interface Outgoing {
    /// To a host that the operator named; its certificate may be for the domain or for the host.
    record ToProxy(String host) implements Outgoing {}

    /// To the host that the domain's SRV record names.
    record BySrv() implements Outgoing {}

    /// Nowhere.
    record Refused(Diagnosis why) implements Outgoing {}
  }

  /// Whether a peer's request passes.
  sealed interface Incoming {
    /// It passes.
    ///
    /// @param verified whether the sender counts as verified; if not, nothing that the sender wrote
    ///   is shown
    record Passes(boolean verified) implements Incoming {}

    /// It is refused.
    record Refused(Diagnosis why) implements Incoming {}
  }

  /// Whether a request may leave for a domain, and to where.
  Outgoing outgoing(final OrganisationId organisation, final String name) {
    final var domain = lower(name);
    final var edge = settings.global(organisation, SettingsCatalogue.ACCESS_EDGE);
    if (!edge.isOn("allow-federated-users")) {
      return refused(DiagnosisCode.FEDERATION_OFF, domain);
    }
    if (find(organisation, SettingsCatalogue.BLOCKED_DOMAINS, domain).isPresent()) {
      return refused(DiagnosisCode.DOMAIN_BLOCKED, domain);
    }
    final var allowed = find(organisation, SettingsCatalogue.ALLOWED_DOMAINS, domain);
    if (allowed.isEmpty()) {
      return refused(DiagnosisCode.DOMAIN_NOT_ALLOWED, domain);
    }
    final var proxy = allowed.get().text(SettingsCatalogue.PROXY_FQDN);
    if (!proxy.isEmpty()) {
      return new Outgoing.ToProxy(lower(proxy));
    }
    return edge.isOn(SettingsCatalogue.USE_DEFAULT_ROUTING)
        ? new Outgoing.ToProxy(lower(edge.text("default-route-fqdn")))
        : new Outgoing.BySrv();
  }

  /// Whether the host that an SRV record of the domain names may be gone to: it lies in the domain,
  /// or is the proxy of an enabled hosting provider.
  Optional<Diagnosis> judgeTarget(
      final OrganisationId organisation, final String name, final String target) {
    final var domain = lower(name);
    final var host = lower(target);
    if (host.equals(domain) || host.endsWith("." + domain)) {
      return Optional.empty();
    }
    final var providers = settings.all(organisation, SettingsCatalogue.HOSTING_PROVIDERS).values();
    final var its = withProxy(providers, Set.of(host));
    if (its.isPresent()) {
      return its.get().isOn(SettingsCatalogue.ENABLED)
          ? Optional.empty()
          : Optional.of(
              Diagnosis.of(
                  DiagnosisCode.PROVIDER_DISABLED,
                  here,
                  "domain",
                  domain,
                  "provider",
                  its.get().identity()));
    }
    final var proxies =
        providers.stream().map(one -> one.text(SettingsCatalogue.PROXY_FQDN)).sorted().toList();
    return Optional.of(
        proxies.isEmpty()
            ? Diagnosis.of(DiagnosisCode.SRV_OUTSIDE, here, "domain", domain, "target", host)
            : Diagnosis.of(
                DiagnosisCode.PROVIDER_DIFFERS,
                here,
                "domain",
                domain,
                "target",
                host,
                "proxies",
                String.join(" ", proxies)));
  }

  /// Whether a peer may hand in a request of a sender.
  ///
  /// @param identity of the peer's certificate
  /// @param sender the domain in From
  /// @param marked whether the peer says that it verified the sender
  Incoming incoming(
      final OrganisationId organisation,
      final PeerIdentity identity,
      final String sender,
      final boolean marked) {
    final var domain = lower(sender);
    if (!settings
        .global(organisation, SettingsCatalogue.ACCESS_EDGE)
        .isOn("allow-federated-users")) {
      return stopped(DiagnosisCode.FEDERATION_OFF, identity, domain);
    }
    if (identity.isEmpty()) {
      return stopped(DiagnosisCode.NO_CERTIFICATE, identity, domain);
    }
    if (find(organisation, SettingsCatalogue.BLOCKED_DOMAINS, domain).isPresent()) {
      return stopped(DiagnosisCode.DOMAIN_BLOCKED, identity, domain);
    }
    final var partner = find(organisation, SettingsCatalogue.ALLOWED_DOMAINS, domain);
    if (partner.isPresent() && speaksFor(identity, domain, partner.get())) {
      return byLevel(partner.get(), identity, domain, marked);
    }
    final var provider =
        withProxy(
            settings.all(organisation, SettingsCatalogue.HOSTING_PROVIDERS).values(),
            identity.names());
    if (provider.isPresent()) {
      return ofProvider(provider.get(), partner, identity, domain, marked);
    }
    return stopped(
        isPartner(organisation, identity)
            ? DiagnosisCode.FOREIGN_SENDER
            : DiagnosisCode.NOT_A_PARTNER,
        identity,
        domain);
  }

  private Incoming ofProvider(
      final EffectiveSetting provider,
      final Optional<EffectiveSetting> partner,
      final PeerIdentity identity,
      final String domain,
      final boolean marked) {
    if (!provider.isOn(SettingsCatalogue.ENABLED)) {
      return stopped(DiagnosisCode.PROVIDER_DISABLED, identity, domain);
    }
    final boolean hasOwnProxy =
        partner.filter(one -> !one.text(SettingsCatalogue.PROXY_FQDN).isEmpty()).isPresent();
    return hasOwnProxy
        ? stopped(DiagnosisCode.FOREIGN_SENDER, identity, domain)
        : byLevel(provider, identity, domain, marked);
  }

  private Incoming byLevel(
      final EffectiveSetting by,
      final PeerIdentity identity,
      final String domain,
      final boolean marked) {
    return switch (by.text(VERIFICATION_LEVEL)) {
      case "AlwaysVerifiable" -> new Incoming.Passes(true);
      case "AlwaysUnverifiable" -> new Incoming.Passes(false);
      default ->
          marked ? new Incoming.Passes(true) : stopped(DiagnosisCode.UNVERIFIED, identity, domain);
    };
  }

  private static boolean speaksFor(
      final PeerIdentity identity, final String domain, final EffectiveSetting partner) {
    final var proxy = partner.text(SettingsCatalogue.PROXY_FQDN);
    return identity.speaksFor(domain) || !proxy.isEmpty() && identity.speaksFor(proxy);
  }

  /// Whether the peer is a partner at all, whatever it says who sends.
  private boolean isPartner(final OrganisationId organisation, final PeerIdentity identity) {
    return settings.all(organisation, SettingsCatalogue.ALLOWED_DOMAINS).values().stream()
        .anyMatch(one -> speaksFor(identity, one.identity(), one));
  }

  private static Optional<EffectiveSetting> withProxy(
      final Collection<EffectiveSetting> providers, final Set<String> names) {
    return providers.stream()
        .filter(one -> names.contains(lower(one.text(SettingsCatalogue.PROXY_FQDN))))
        .findFirst();
  }

  private Optional<EffectiveSetting> find(
      final OrganisationId organisation, final String collection, final String identity) {
    return settings.find(organisation, collection, identity);
  }

  private Outgoing refused(final DiagnosisCode code, final String domain) {
    return new Outgoing.Refused(Diagnosis.of(code, here, "domain", domain));
  }

  private Incoming stopped(
      final DiagnosisCode code, final PeerIdentity identity, final String domain) {
    return new Incoming.Refused(
        Diagnosis.of(
            code,
            here,
            "domain",
            domain,
            "certificate",
            String.join(" ", identity.names().stream().sorted().toList())));
  }

  static String lower(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
