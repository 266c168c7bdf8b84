package dev.reveille.live.http;

/// What a listener's owner does with requests.
@FunctionalInterface
public interface HttpHandler {

  /// Takes a complete request, on its connection's event loop: must not block.
  ///
  /// The exchange must be answered at some time, by any thread. An exception that leaves this
  /// method is answered with 500.
  void handle(Exchange exchange);

  /// How many bytes of body this request may have, asked before the body is read; negative for the
  /// listener's own limit.
  default int bodyLimit(String method, String path) {
    return -1;
  }
}
