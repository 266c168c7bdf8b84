package dev.reveille.http.client;

import io.netty.handler.ssl.ApplicationProtocolNames;
import org.jspecify.annotations.Nullable;

/// The versions of HTTP that may be used with a peer.
public enum HttpVersions {
  /// HTTP/2 only. A peer that does not answer ALPN is spoken to by prior knowledge (RFC 9113
  /// section 3.3).
  HTTP_2,
  /// HTTP/1.1 only.
  HTTP_1_1,
  /// HTTP/2 where the peer chooses it, HTTP/1.1 otherwise.
  EITHER;

  /// @param agreed what ALPN answered; null when nothing
  boolean choosesHttp2(final @Nullable String agreed) {
    return switch (this) {
      case HTTP_2 -> true;
      case HTTP_1_1 -> false;
      case EITHER -> ApplicationProtocolNames.HTTP_2.equals(agreed);
    };
  }
}
