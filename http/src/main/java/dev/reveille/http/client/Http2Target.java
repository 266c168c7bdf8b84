package dev.reveille.http.client;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/// A host to speak HTTP/2 over TLS with. The name is resolved afresh for every connection.
public record Http2Target(String host, int port, SslContext tls) {

  /// Trusts what the system trusts.
  public static Http2Target of(final String host, final int port) {
    return of(host, port, List.of());
  }

  /// @param anchors trusted instead of the system's, unless empty
  public static Http2Target of(
      final String host, final int port, final List<X509Certificate> anchors) {
    final var builder =
        SslContextBuilder.forClient()
            // the JDK's engine: smallest per connection, and within noise of BoringSSL here
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    // a peer that does not answer ALPN is spoken to by prior knowledge
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2));
    if (!anchors.isEmpty()) {
      builder.trustManager(anchors);
    }
    try {
      return new Http2Target(host, port, builder.build());
    } catch (SSLException e) {
      throw new IllegalArgumentException(
          "the trust anchors for " + host + " are not usable: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
