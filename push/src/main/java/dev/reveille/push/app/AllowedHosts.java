package dev.reveille.push.app;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Where an app's credentials may make this server connect to. A key that may manage apps can name
/// an endpoint in them, and would otherwise reach any machine that the server reaches; so only the
/// operator of the server adds to this list.
///
/// An entry is a host, which stands for all its ports, or `host:port`. Names are compared as they
/// are written, without asking the DNS.
public final class AllowedHosts {
  /// The push services' own.
  public static final AllowedHosts SERVICES =
      new AllowedHosts(
          Set.of(
              "api.push.apple.com",
              "api.sandbox.push.apple.com",
              "fcm.googleapis.com",
              "oauth2.googleapis.com"));

  private final Set<String> entries;

  private AllowedHosts(final Set<String> entries) {
    this.entries = Set.copyOf(entries);
  }

  /// The same and more.
  ///
  /// @throws IllegalArgumentException that says what is wrong with an entry
  public AllowedHosts with(final Iterable<String> hosts) {
    final var more = new HashSet<>(entries);
    for (final var host : hosts) {
      more.add(entry(host));
    }
    return new AllowedHosts(more);
  }

  private static String entry(final String written) {
    try {
      final var uri = URI.create("https://" + written);
      final var host = uri.getHost();
      final int port = uri.getPort();
      final boolean isPort = port == -1 || port > 0 && port <= 65_535;
      final var text = port == -1 ? host : host + ":" + port;
      if (host != null && isPort && written.equals(text)) {
        return text.toLowerCase(Locale.ROOT);
      }
    } catch (final IllegalArgumentException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "a host reads push.example.org, push.example.org:8443 or [::1], not " + written);
  }

  /// Looks whether a connection may go there.
  ///
  /// @param what names the place, such as `endpoint`
  /// @throws HostNotAllowed when it may not
  public void check(final String what, final URI where) {
    final var host = where.getHost().toLowerCase(Locale.ROOT);
    final int port = where.getPort() < 0 ? Endpoint.HTTPS : where.getPort();
    if (!entries.contains(host) && !entries.contains(host + ":" + port)) {
      throw new HostNotAllowed(
          what + ": " + host + ":" + port + " is not among push.allowed-hosts");
    }
  }
}
