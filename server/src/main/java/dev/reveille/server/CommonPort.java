package dev.reveille.server;

import static dev.reveille.server.Configuration.require;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The configuration of one port that serves several listeners by the host name in the TLS
/// ClientHello (SNI).
///
/// @param certificate for the names that have none of their own; together with `key`
/// @param names where a name leads to; a name may begin with `*.`
/// @param others where other names lead to: `refuse`, `api` or `devices`
public record CommonPort(
    @Nullable String host,
    @Nullable Integer port,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Map<String, Site> names,
    @Nullable String others,
    @Nullable TrustedProxies proxies) {

  /// The listener to which a host name leads, with a certificate of its own.
  ///
  /// @param to `api` or `devices`
  public record Site(@Nullable String to, @Nullable Path certificate, @Nullable Path key) {}

  private static final List<String> LISTENERS = List.of("api", "devices");
  private static final String REFUSE = "refuse";
  private static final int HTTPS = 443;

  void check() {
    require(
        portNumber() >= 0 && portNumber() <= 65_535,
        "listeners.common: port (" + port + ") must lie between 0 and 65535");
    require(
        (certificate == null) == (key == null),
        "listeners.common: certificate and key are given together or not at all");
    require(!sites().isEmpty(), "listeners.common.names must lead at least one name to a listener");
    require(
        otherNames().equals(REFUSE) || LISTENERS.contains(otherNames()),
        "listeners.common.others must be refuse, api or devices, not " + others);
    sites().forEach(CommonPort::check);
  }

  private static void check(final String name, final @Nullable Site site) {
    final var to = site == null ? null : site.to;
    require(
        site != null && to != null && LISTENERS.contains(to),
        "listeners.common.names: " + name + " must lead to api or devices, not " + to);
    require(
        name.matches("(\\*\\.)?[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*"),
        "listeners.common.names: " + name + " is no name; *. may stand at its beginning only");
    require(
        site == null || (site.certificate == null) == (site.key == null),
        "listeners.common.names: certificate and key of "
            + name
            + " are given together or not at all");
  }

  String hostName() {
    return host == null ? Configuration.HERE : host;
  }

  int portNumber() {
    return port == null ? HTTPS : port;
  }

  Map<String, Site> sites() {
    return names == null ? Map.of() : names;
  }

  /// The names that are listed themselves, in lower case.
  Set<String> hosts() {
    return sites().keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  String otherNames() {
    return others == null ? REFUSE : others;
  }

  /// Whether a name, or all others, lead to a listener.
  boolean leadsTo(final String listener) {
    return otherNames().equals(listener)
        || sites().values().stream().anyMatch(site -> listener.equals(site.to()));
  }

  boolean refusesOthers() {
    return otherNames().equals(REFUSE);
  }
}
