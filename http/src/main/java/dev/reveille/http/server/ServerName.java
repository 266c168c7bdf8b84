package dev.reveille.http.server;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;

/// Reads the host that a peer asked for in its TLS ClientHello (RFC 6066 §3): whom it means as long
/// as no request has said so.
final class ServerName {
  private ServerName() {}

  /// @return "" when it asked for none, or speaks without TLS
  static String of(final Channel channel) {
    final var tls = channel.pipeline().get(SslHandler.class);
    if (tls != null && tls.engine().getSession() instanceof final ExtendedSSLSession session) {
      for (final var name : session.getRequestedServerNames()) {
        if (name instanceof final SNIHostName host) {
          return host.getAsciiName();
        }
      }
    }
    return "";
  }
}
