package dev.reveille.protocols.sas;

import dev.reveille.model.Secret;
import java.util.Locale;

/// The host and port to which a request was made; links in its answer point there.
///
/// @param host a name or an address, in lower case
/// @param port 0 for the usual one
public record ServedEndpoint(String host, int port) {
  private static final int HTTPS = 443;

  /// @param said the host as the request names it, perhaps with a port
  /// @throws IllegalArgumentException when it is none
  public static ServedEndpoint of(final String said) {
    final var lower = said.toLowerCase(Locale.ROOT);
    final int colon = lower.lastIndexOf(':');
    final boolean hasPort = colon > lower.lastIndexOf(']');
    final var host = hasPort ? lower.substring(0, colon) : lower;
    final int port = hasPort ? Integer.parseInt(lower.substring(colon + 1)) : HTTPS;
    final var where = new ServedEndpoint(host, port == HTTPS ? 0 : port);
    final var _ = where.connection("any", Secret.of("any"));
    return where;
  }

  /// The same port of another host of this server.
  ///
  /// @param other in lower case
  public ServedEndpoint at(final String other) {
    return new ServedEndpoint(other, port);
  }

  /// Host and port as a URL names them.
  public String authority() {
    return port == 0 ? host : host + ":" + port;
  }

  /// A connection string to it.
  public String connection(final String policy, final Secret key) {
    return new ConnectionString(host, port, policy, key).print();
  }
}
