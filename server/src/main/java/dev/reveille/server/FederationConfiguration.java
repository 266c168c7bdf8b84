package dev.reveille.server;

import static dev.reveille.server.Configuration.require;

import dev.reveille.http.client.NameServers;
import dev.reveille.protocols.federation.FederationTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The configuration of federation: SIP over mutual TLS, with partners and with the edge.
///
/// @param name of this server; stands in SIP messages and diagnoses; its certificate speaks for it
/// @param host where partners connect to; the port is opened by the roles `edge` and
///   `clearinghouse`
/// @param port 5061 unless said
/// @param certificate PEM chain for servers and clients; `key` is its PKCS#8 PEM
/// @param authorities whose certificates are trusted
/// @param revocationLists files with lists of revoked certificates
/// @param crl `strict`: a peer is refused of whose authority no list of today is there
/// @param nameServers which are asked, as `HOST:PORT`; the system's unless said
/// @param edge the edge server of a home without that role, as `HOST:PORT`
/// @param homes names in the certificates of the servers behind this edge
public record FederationConfiguration(
    @Nullable String name,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable List<Path> authorities,
    @Nullable List<Path> revocationLists,
    @Nullable String crl,
    @Nullable List<String> nameServers,
    @Nullable String edge,
    @Nullable List<String> homes) {
  private static final int PORT = 5061;
  private static final int DNS = 53;

  void check(final Set<Role> roles) {
    require(
        name != null && certificate != null && key != null && !trusted().isEmpty(),
        "federation needs name, certificate, key and authorities");
    require(
        port == null || port >= 0 && port <= 65_535,
        "federation.port (" + port + ") must lie between 0 and 65535");
    require(
        crl == null || crl.equals("strict") || crl.equals("lenient"),
        "federation.crl must be strict or lenient, not " + crl);
    require(
        edge == null || !roles.contains(Role.EDGE),
        "federation.edge is for a server without the role edge; remove it, or the role");
    require(
        edge != null || Role.listens(roles),
        "federation.edge must name the edge server, since this server has neither the role edge"
            + " nor clearinghouse");
    require(
        homes == null || homes.size() == 1 && roles.contains(Role.EDGE) && roles.size() == 1,
        "federation.homes is for a server with the role edge alone, and names one server behind"
            + " it");
    if (edge != null) {
      final var _ = edgePort();
    }
    final var _ = servers();
  }

  private List<Path> trusted() {
    return authorities == null ? List.of() : authorities;
  }

  String ownName() {
    return String.valueOf(name).toLowerCase(Locale.ROOT);
  }

  InetSocketAddress listen() {
    return new InetSocketAddress(
        host == null ? Configuration.HERE : host, port == null ? PORT : port);
  }

  FederationTls.Source certificates() {
    return new FederationTls.Source(
        Objects.requireNonNull(certificate),
        Objects.requireNonNull(key),
        trusted(),
        revocationLists == null ? List.of() : revocationLists,
        "strict".equals(crl));
  }

  NameServers servers() {
    return nameServers == null
        ? NameServers.OF_THE_SYSTEM
        : new NameServers(nameServers.stream().map(FederationConfiguration::address).toList());
  }

  private static InetSocketAddress address(final String written) {
    final int colon = written.lastIndexOf(':');
    final var host = colon < 0 ? written : written.substring(0, colon);
    require(
        host.matches("[0-9.]+|\\[?[0-9a-fA-F:]+]?"),
        "federation.name-servers: a name server is an address, as 192.0.2.1:53, not " + written);
    try {
      return new InetSocketAddress(
          InetAddress.getByName(host),
          colon < 0 ? DNS : portOf("federation.name-servers", written.substring(colon + 1)));
    } catch (final UnknownHostException malformed) {
      throw new Configuration.Wrong("federation.name-servers: no address: " + written);
    }
  }

  private static int portOf(final String key, final String text) {
    require(
        text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535, key + ": no port: " + text);
    return Integer.parseInt(text);
  }

  String edgeHost() {
    final var written = String.valueOf(edge);
    final int colon = written.lastIndexOf(':');
    return colon < 0 ? written : written.substring(0, colon);
  }

  int edgePort() {
    final var written = String.valueOf(edge);
    final int colon = written.lastIndexOf(':');
    return colon < 0 ? PORT : portOf("federation.edge", written.substring(colon + 1));
  }

  Set<String> homeNames() {
    return homes == null
        ? Set.of()
        : homes.stream().map(one -> one.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }
}
