package dev.reveille.live.http;

import java.nio.charset.StandardCharsets;

/// Words the answers that this layer must give by itself: bad requests, limits, faults.
///
/// The body is `application/problem+json` (RFC 9457). The product plugs in its own, so that they
/// carry its reason codes.
@FunctionalInterface
public interface Problems {
  String CONTENT_TYPE = "application/problem+json";

  /// @param status the HTTP status that goes with it
  /// @param detail one sentence about this request, free of what the peer sent
  byte[] body(int status, String detail);

  /// Problems without a code of the product.
  static Problems plain() {
    return (status, detail) ->
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
            .formatted(Status.phrase(status), status, detail)
            .getBytes(StandardCharsets.UTF_8);
  }
}
