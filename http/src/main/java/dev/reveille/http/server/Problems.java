package dev.reveille.http.server;

import java.nio.charset.StandardCharsets;

/// Builds the answers that the listener itself gives, such as bad requests, limits and faults, in
/// the form of the API that was addressed.
@FunctionalInterface
public interface Problems {
  /// Of problems in JSON (RFC 9457).
  String CONTENT_TYPE = "application/problem+json";

  /// @param status the HTTP status that goes with it, 400 to 599
  /// @param detail one sentence about this request, free of what the peer sent
  Answer answer(int status, String detail);

  /// Problems (RFC 9457) without a code of the product.
  static Problems plain() {
    return (status, detail) ->
        Answer.of(
            status,
            CONTENT_TYPE,
            "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
                .formatted(Status.phrase(status), status, detail)
                .getBytes(StandardCharsets.UTF_8));
  }
}
