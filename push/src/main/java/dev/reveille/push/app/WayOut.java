package dev.reveille.push.app;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.ProxyServer;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.PushService;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The operator's rules for outgoing requests: which hosts may be named besides public ones, which
/// certificates are trusted there, and which proxies are used.
///
/// @param trust certificates to trust instead of the system's, by `host:port`
/// @param proxies of single push services; an empty one for a service that goes straight
/// @param proxy for all services that have none of their own
public record WayOut(
    AllowedHosts allowed,
    Map<String, List<X509Certificate>> trust,
    Map<PushService, Optional<ProxyServer>> proxies,
    Optional<ProxyServer> proxy) {
  /// The push services' own hosts, reached straight.
  public static final WayOut DEFAULT =
      new WayOut(AllowedHosts.SERVICES, Map.of(), Map.of(), Optional.empty());

  public WayOut {
    trust = Map.copyOf(trust);
    proxies = Map.copyOf(proxies);
  }

  /// The same, with other hosts allowed.
  public WayOut withAllowed(final AllowedHosts other) {
    return new WayOut(other, trust, proxies, proxy);
  }

  /// The proxy that a service's requests go through.
  public Optional<ProxyServer> proxyOf(final PushService service) {
    return proxies.getOrDefault(service, proxy);
  }

  /// To a host that the operator chose, or that [AllowedHosts] names: it may be private.
  ///
  /// @param anchors trusted instead of the system's and the configured ones, unless empty
  public ClientTarget toService(
      final PushService service,
      final PublicUrl url,
      final List<X509Certificate> anchors,
      final HttpVersions versions) {
    final var target =
        url.https()
            ? ClientTarget.of(
                url.host(), url.port(), anchors.isEmpty() ? trusted(url) : anchors, versions)
            : ClientTarget.plain(url.host(), url.port());
    return target.withProxy(proxyOf(service));
  }

  /// The same, showing a certificate.
  public ClientTarget toService(
      final PushService service,
      final PublicUrl url,
      final List<X509Certificate> anchors,
      final HttpVersions versions,
      final ClientIdentity identity) {
    return toService(service, url, anchors, versions)
        .withIdentity(anchors.isEmpty() ? trusted(url) : anchors, identity);
  }

  /// To a host that a device or an app chose: it must be public unless the operator named it.
  public ClientTarget toStranger(
      final PushService service, final PublicUrl url, final HttpVersions versions) {
    final var target = toService(service, url, List.of(), versions);
    return allowed.names(url) ? target : target.withAccess(AddressGuard.STRANGER);
  }

  /// To a host that a caller of a hub chose, of no push service: it must be public unless the
  /// operator named it.
  public ClientTarget toStranger(final PublicUrl url, final HttpVersions versions) {
    final var target =
        url.https()
            ? ClientTarget.of(url.host(), url.port(), trusted(url), versions)
            : ClientTarget.plain(url.host(), url.port());
    final var through = target.withProxy(proxy);
    return allowed.names(url) ? through : through.withAccess(AddressGuard.STRANGER);
  }

  private List<X509Certificate> trusted(final PublicUrl url) {
    return trust.getOrDefault(AllowedHosts.hostAndPort(url), List.of());
  }

  /// Reads a URL that a device or an app handed in.
  ///
  /// @throws PublicUrl.Refused when nothing may be sent there; says why
  public PublicUrl strange(final String text) {
    final var read = PublicUrl.of(text, AddressGuard.OPERATOR, true);
    if (allowed.names(read)) {
      return read;
    }
    if (!allowed.areOthersPublic()) {
      throw PublicUrl.refused(
          PublicUrl.Fault.FORBIDDEN_ADDRESS,
          "it is not among push.allowed-hosts, and trial.time-scale is set");
    }
    return PublicUrl.of(text);
  }
}
