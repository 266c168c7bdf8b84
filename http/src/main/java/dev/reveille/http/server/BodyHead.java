package dev.reveille.http.server;

import java.net.InetSocketAddress;

/// What a handler is told of a request whose body is still coming.
///
/// @param path decoded, as [Exchange#path]
/// @param authorization the header as it was sent; "" when there is none
/// @param client the client, also behind a proxy that says so
public record BodyHead(String method, String path, String authorization, InetSocketAddress client) {
  @Override
  public String toString() {
    return "BodyHead[" + method + " " + path + "]"; // the header carries a secret
  }
}
