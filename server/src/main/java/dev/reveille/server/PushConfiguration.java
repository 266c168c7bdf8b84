package dev.reveille.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.reveille.http.client.ProxyServer;
import dev.reveille.model.FileText;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.WayOut;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The part `push` of the configuration: which hosts pushes may go to beside the public services,
/// and through which proxies.
///
/// ```yaml
/// push:
///   allowed-hosts: ["push.example.org:8443", "http://127.0.0.1:8080"]
///   trust: {"push.example.org:8443": push-ca.pem}
///   proxy: {kind: http, host: proxy.example.org, port: 3128, user: reveille, password-file: proxy.txt}
///   proxies: {apns: {kind: none}, webpush: {kind: socks5, host: 10.0.0.7, port: 1080, resolves: true}}
/// ```
///
/// @param allowedHosts that credentials and devices may name beside public ones
/// @param trust files of PEM certificates, by `host:port`: trusted there instead of the system's
/// @param proxy for all services that have none of their own
/// @param proxies by the word of a push service
record PushConfiguration(
    @Nullable List<String> allowedHosts,
    @Nullable Map<String, Path> trust,
    @Nullable Proxy proxy,
    @Nullable Map<String, Proxy> proxies) {
  private static final int LAST_PORT = 65_535;

  static final PushConfiguration NONE = new PushConfiguration(null, null, null, null);

  /// @param kind `http` (CONNECT), `socks5`, or `none` for a service that goes straight
  /// @param passwordFile holds the password and nothing else
  /// @param resolves whether the proxy alone looks names up; then they are not judged by us
  record Proxy(
      @Nullable String kind,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String user,
      @JsonProperty("password-file") @Nullable Path passwordFile,
      @Nullable Boolean resolves) {}

  /// The same with more hosts.
  PushConfiguration withHosts(final List<String> more) {
    final var all = new ArrayList<>(allowedHosts == null ? List.of() : allowedHosts);
    all.addAll(more);
    return new PushConfiguration(all, trust, proxy, proxies);
  }

  /// Reads files, so that what is wrong with them is said at the start.
  ///
  /// @param always allowed beside the configured hosts
  /// @throws Configuration.Wrong with the key that is wrong
  WayOut wayOut(final AllowedHosts always) {
    final AllowedHosts allowed;
    try {
      allowed = always.with(allowedHosts == null ? List.of() : allowedHosts);
    } catch (final IllegalArgumentException wrong) {
      throw new Configuration.Wrong("push.allowed-hosts: " + wrong.getMessage());
    }
    final var own = new HashMap<PushService, Optional<ProxyServer>>();
    if (proxies != null) {
      proxies.forEach((word, one) -> own.put(service(word), proxy("push.proxies." + word, one)));
    }
    return new WayOut(
        allowed, trusted(), own, proxy == null ? Optional.empty() : proxy("push.proxy", proxy));
  }

  private Map<String, List<X509Certificate>> trusted() {
    final var all = new HashMap<String, List<X509Certificate>>();
    if (trust != null) {
      trust.forEach((where, file) -> {
        final var key = "push.trust." + where;
        Configuration.require(
            where.matches(".+:[0-9]{1,5}"), key + ": is named by host:port, not " + where);
        try {
          final var certificates = Endpoint.certificates(FileText.read(file));
          Configuration.require(
              !certificates.isEmpty(), key + ": " + file + " holds no certificate; give one");
          all.put(where.toLowerCase(Locale.ROOT), certificates);
        } catch (final IOException unreadable) {
          throw new Configuration.Wrong(key + ": " + file + " cannot be read; check it");
        } catch (final IllegalArgumentException wrong) {
          throw new Configuration.Wrong(key + ": " + file + ": " + wrong.getMessage());
        }
      });
    }
    return all;
  }

  private static PushService service(final String word) {
    for (final var each : PushService.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new Configuration.Wrong(
        "push.proxies: knows apns, fcm, wns, mpns, webpush and hub, not " + word);
  }

  private static Optional<ProxyServer> proxy(final String key, final @Nullable Proxy one) {
    final var written = one == null ? null : one.kind();
    if (one == null || written == null) {
      throw new Configuration.Wrong(key + ".kind: must be http, socks5 or none");
    }
    final var kind =
        switch (written) {
          case "http" -> ProxyServer.Kind.HTTP;
          case "socks5" -> ProxyServer.Kind.SOCKS5;
          case "none" -> null;
          default ->
              throw new Configuration.Wrong(
                  key + ".kind: must be http, socks5 or none, not " + written);
        };
    if (kind == null) {
      return Optional.empty();
    }
    final var host = one.host();
    final var port = one.port();
    if (host == null || host.isBlank() || port == null || port < 1 || port > LAST_PORT) {
      throw new Configuration.Wrong(key + ": needs host, and port of 1 to " + LAST_PORT);
    }
    return Optional.of(
        new ProxyServer(kind, host, port, login(key, one), Boolean.TRUE.equals(one.resolves())));
  }

  private static Optional<ProxyServer.Login> login(final String key, final Proxy one) {
    final var user = one.user();
    final var file = one.passwordFile();
    Configuration.require(
        (user == null) == (file == null),
        key + ": user and password-file are given together or not at all");
    if (user == null || file == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ProxyServer.Login(user, FileText.read(file).strip()));
    } catch (final IOException unreadable) {
      throw new Configuration.Wrong(key + ".password-file: " + file + " cannot be read; check it");
    }
  }
}
