package dev.reveille.http.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;

/// The head of a request whose body is still coming, for a handler that decides whether to take the
/// body.
///
/// @param host as [Exchange#host]
/// @param path decoded, as [Exchange#path]
/// @param target path and query as they were sent
/// @param authorization the header as it was sent; "" when there is none
/// @param client the client, also behind a proxy that says so
/// @param headers the first field of a name in lower case
public record BodyHead(
    String method,
    String host,
    String path,
    String target,
    String authorization,
    InetSocketAddress client,
    Function<String, Optional<String>> headers) {
  @Override
  public String toString() {
    return "BodyHead[" + method + " " + path + "]"; // the header carries a secret
  }
}
