package dev.reveille.push.app;

import dev.reveille.http.client.PublicUrl;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The hosts besides the public ones to which an app's credentials may make this server connect. A
/// key that may manage apps can name an endpoint in them, and would otherwise reach any machine
/// that the server reaches; so only the operator of the server adds to this list.
///
/// An entry is a host, which stands for all its ports, or `host:port`; `http://host:port` allows
/// plain text there, too. Names are compared as they are written: where they lead is looked up once
/// for each connection.
public final class AllowedHosts {
  /// The push services' own.
  public static final AllowedHosts SERVICES =
      new AllowedHosts(
          Set.of(
              "api.push.apple.com",
              "api.sandbox.push.apple.com",
              "fcm.googleapis.com",
              "oauth2.googleapis.com",
              "login.live.com",
              "login.microsoftonline.com"),
          Set.of(),
          false);

  /// None but those that the operator names, and none of a push service: for a trial, whose pushes
  /// go to simulators.
  public static final AllowedHosts STAND_INS = new AllowedHosts(Set.of(), Set.of(), true);

  private static final List<String> MAKERS =
      List.of(
          "push.apple.com",
          "googleapis.com",
          "live.com",
          "microsoftonline.com",
          "notify.windows.com",
          "notify.live.net",
          "services.mozilla.com");

  private static final String PLAIN = "http://";

  private final Set<String> entries;
  private final Set<String> plain;
  private final boolean standIns;

  private AllowedHosts(final Set<String> entries, final Set<String> plain, final boolean standIns) {
    this.entries = Set.copyOf(entries);
    this.plain = Set.copyOf(plain);
    this.standIns = standIns;
  }

  /// Whether addresses that devices hand in may name public hosts that the operator did not name.
  boolean areOthersPublic() {
    return !standIns;
  }

  /// The same and more.
  ///
  /// @throws IllegalArgumentException that says what is wrong with an entry
  public AllowedHosts with(final Iterable<String> hosts) {
    final var more = new HashSet<>(entries);
    final var morePlain = new HashSet<>(plain);
    for (final var host : hosts) {
      if (host.startsWith(PLAIN)) {
        morePlain.add(entry(host.substring(PLAIN.length())));
      } else {
        more.add(entry(host));
      }
      if (standIns && isOfAMaker(host)) {
        throw new IllegalArgumentException(
            host
                + " belongs to a push service, which a trial must not reach: remove it, or"
                + " trial.time-scale");
      }
    }
    return new AllowedHosts(more, morePlain, standIns);
  }

  /// Whether the operator named the host of this URL, or the host with its port.
  public boolean names(final PublicUrl url) {
    final var both = hostAndPort(url);
    final var host = both.substring(0, both.lastIndexOf(':'));
    final var named = url.https() ? entries : plain;
    return named.contains(host) || named.contains(both);
  }

  /// The same, but for the hosts that every server allows: a service's own host is no place for
  /// another service's pushes.
  public boolean namesBesideServices(final PublicUrl url) {
    return names(url) && !SERVICES.names(url);
  }

  /// `host:port` with the port always written.
  static String hostAndPort(final PublicUrl url) {
    final var host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    return host + ":" + url.port();
  }

  private static boolean isOfAMaker(final String entry) {
    final var name =
        entry.replaceFirst("^" + PLAIN, "").replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    return MAKERS.stream().anyMatch(maker -> name.equals(maker) || name.endsWith("." + maker));
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
        "a host reads push.example.org, push.example.org:8443, [::1] or http://127.0.0.1:8080, not "
            + written);
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
          what
              + ": "
              + host
              + ":"
              + port
              + " is not among push.allowed-hosts"
              + (standIns ? ", and trial.time-scale is set" : ""));
    }
  }
}
