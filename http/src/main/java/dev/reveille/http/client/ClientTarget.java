package dev.reveille.http.client;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The peer of outgoing requests and the way to it. The name is resolved anew for every connection,
/// once, and the connection goes to an address that this look-up answered.
///
/// @param tls null for plain text, which only an operator can ask for
/// @param versions of HTTP that may be spoken there
/// @param access which addresses the host may have, by who named the host: the operator, or a
///   device, an app or a caller
/// @param proxy that connections go through
public record ClientTarget(
    String host,
    int port,
    @Nullable SslContext tls,
    HttpVersions versions,
    AddressGuard access,
    Optional<ProxyServer> proxy) {

  /// Speaks HTTP/2 over TLS to a host that the operator chose; trusts what the system trusts.
  public static ClientTarget of(final String host, final int port) {
    return of(host, port, List.of());
  }

  /// Speaks HTTP/2 over TLS to a host that the operator chose.
  ///
  /// @param anchors trusted instead of the system's, unless empty
  public static ClientTarget of(
      final String host, final int port, final List<X509Certificate> anchors) {
    return of(host, port, anchors, HttpVersions.HTTP_2);
  }

  /// Over TLS to a host that the operator chose.
  ///
  /// @param anchors trusted instead of the system's, unless empty
  public static ClientTarget of(
      final String host,
      final int port,
      final List<X509Certificate> anchors,
      final HttpVersions versions) {
    return new ClientTarget(
        host,
        port,
        tls(host, anchors, versions, null),
        versions,
        AddressGuard.OPERATOR,
        Optional.empty());
  }

  /// Plain text, HTTP/1.1.
  public static ClientTarget plain(final String host, final int port) {
    return new ClientTarget(
        host, port, null, HttpVersions.HTTP_1_1, AddressGuard.OPERATOR, Optional.empty());
  }

  /// The same, reached by other rules.
  public ClientTarget withAccess(final AddressGuard other) {
    return new ClientTarget(host, port, tls, versions, other, proxy);
  }

  /// The same, through a proxy or straight.
  public ClientTarget withProxy(final Optional<ProxyServer> other) {
    return new ClientTarget(host, port, tls, versions, access, other);
  }

  /// The same, where we show a certificate of our own.
  ///
  /// @throws IllegalArgumentException when key and certificate do not belong together
  public ClientTarget withIdentity(
      final List<X509Certificate> anchors, final ClientIdentity identity) {
    return new ClientTarget(
        host, port, tls(host, anchors, versions, identity), versions, access, proxy);
  }

  /// A certificate that this side shows in the TLS handshake.
  ///
  /// @param chain the certificate itself first
  public record ClientIdentity(PrivateKey key, List<X509Certificate> chain) {
    @Override
    public String toString() {
      return "ClientIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
  }

  boolean isPlain() {
    return tls == null;
  }

  private static SslContext tls(
      final String host,
      final List<X509Certificate> anchors,
      final HttpVersions versions,
      final @Nullable ClientIdentity identity) {
    final var builder =
        SslContextBuilder.forClient()
            // the JDK's engine: docs/adr/0017 has what BoringSSL would save
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .endpointIdentificationAlgorithm("HTTPS");
    if (versions != HttpVersions.HTTP_1_1) {
      builder
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  // a peer that does not answer ALPN is judged by `versions`
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  versions == HttpVersions.HTTP_2
                      ? List.of(ApplicationProtocolNames.HTTP_2)
                      : List.of(
                          ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)));
    }
    if (!anchors.isEmpty()) {
      builder.trustManager(anchors);
    }
    try {
      if (identity != null) {
        builder.keyManager(identity.key(), identity.chain());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the trust anchors or the certificate for " + host + " are not usable: " + e.getMessage(),
          e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
