package dev.reveille.push.app;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.FileText;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// The address of a push service: host, port and URL, as credentials or settings name it.
public record Endpoint(String host, int port, String authority, PublicUrl url) {
  static final int HTTPS = 443;
  private static final int LAST_PORT = 65_535;

  /// @param what names the place, such as `endpoint`
  /// @param configured `https://host:port`, or "" for the service's own
  /// @throws IllegalArgumentException that says what is wrong
  public static Endpoint of(
      final String what,
      final String configured,
      final String otherwise,
      final AllowedHosts allowed) {
    final URI uri;
    try {
      uri = URI.create(configured.isEmpty() ? otherwise : configured);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an endpoint is `https://host:port`, not " + configured, e);
    }
    if (!canBe(uri)) {
      throw new IllegalArgumentException("an endpoint is `https://host:port`, not " + configured);
    }
    allowed.check(what, uri);
    final int port = uri.getPort();
    return new Endpoint(
        uri.getHost(),
        port < 0 ? HTTPS : port,
        port < 0 ? uri.getHost() : uri.getHost() + ":" + port,
        PublicUrl.of(
            "https://" + uri.getHost() + (port < 0 ? "" : ":" + port),
            AddressGuard.OPERATOR,
            false));
  }

  /// Refuses what stands beside host and port, which no request would use, a name and password too:
  /// pushes go to the paths that the service has. Endpoints that are kept already are not looked at
  /// again.
  ///
  /// @param what names the place, such as `endpoint`
  /// @throws IllegalArgumentException that says what is wrong
  public static void checkBare(final String what, final String configured) {
    final int path = configured.indexOf('/', "https://".length());
    final boolean slashOnly = path == configured.length() - 1;
    if ((path >= 0 && !slashOnly)
        || configured.contains("?")
        || configured.contains("#")
        || configured.contains("@")) {
      throw new IllegalArgumentException(
          what
              + ": is `https://host:port` without path, query, name or password, not "
              + configured.replaceFirst("//[^/]*@", "//…@"));
    }
  }

  /// Whether a connection with TLS can be asked for there at all.
  public static boolean canBe(final URI uri) {
    return "https".equals(uri.getScheme())
        && uri.getHost() != null
        && uri.getPort() != 0
        && uri.getPort() <= LAST_PORT;
  }

  /// The certificates to trust; none means the system's.
  ///
  /// @throws IllegalArgumentException that says what is wrong
  public static List<X509Certificate> certificates(final String pem) {
    if (pem.isBlank()) {
      return List.of();
    }
    try {
      final var found = new ArrayList<X509Certificate>();
      final var in =
          new ByteArrayInputStream(FileText.withoutMark(pem).getBytes(StandardCharsets.US_ASCII));
      for (final var certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) certificate);
      }
      return found;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          pem.contains("PRIVATE KEY-----")
              ? "the certificates to trust are not PEM: this is a private key"
              : "the certificates to trust are not PEM: " + e.getMessage(),
          e);
    }
  }
}
