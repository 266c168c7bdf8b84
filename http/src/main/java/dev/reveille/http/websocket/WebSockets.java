package dev.reveille.http.websocket;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Exchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/// Turns HTTP requests into WebSocket sessions: checks the handshake of RFC 6455 §4.2 for one
/// subprotocol. Thread-safe.
public final class WebSockets {
  /// The frames that devices and this server speak.
  public static final String SUBPROTOCOL = "reveille.v1";

  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final String subprotocol;
  private final WebSocketLimits limits;

  public WebSockets(final String subprotocol, final WebSocketLimits limits) {
    this.subprotocol = subprotocol;
    this.limits = limits;
  }

  /// Whether the client asks for a WebSocket at all.
  public static boolean isAsked(final Exchange exchange) {
    return names(exchange.headers("upgrade"), "websocket");
  }

  /// Settles the exchange, from any thread: either it becomes a session, or it is answered with
  /// what is wrong with it.
  ///
  /// @return whether it becomes a session; the listener is told when it has
  public boolean upgrade(final Exchange exchange, final WebSocketListener listener) {
    final var wrong = whatIsWrong(exchange);
    if (!wrong.isEmpty()) {
      exchange.problem(400, wrong);
      return false;
    }
    if (!exchange.headers("sec-websocket-version").equals(List.of("13"))) {
      exchange.answer(Answer.empty(426, "Upgrade", "websocket", "Sec-WebSocket-Version", "13"));
      return false;
    }
    final var key = exchange.headers("sec-websocket-key").getFirst();
    exchange.upgrade(
        new WebSocketConnection(limits, listener),
        "Upgrade",
        "websocket",
        "Sec-WebSocket-Accept",
        accept(key),
        "Sec-WebSocket-Protocol",
        subprotocol);
    return true;
  }

  private String whatIsWrong(final Exchange exchange) {
    if (exchange.isHttp2()) {
      return "A WebSocket begins with HTTP/1.1.";
    }
    if (!exchange.method().equals("GET") || exchange.body().length > 0) {
      return "A WebSocket begins with GET without a body.";
    }
    if (!isAsked(exchange) || !names(exchange.headers("connection"), "upgrade")) {
      return "A WebSocket begins with Upgrade: websocket and Connection: Upgrade.";
    }
    final var keys = exchange.headers("sec-websocket-key");
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      return "Sec-WebSocket-Key must be 16 bytes in Base64.";
    }
    return names(exchange.headers("sec-websocket-protocol"), subprotocol)
        ? ""
        : "The subprotocol offered here is " + subprotocol + ".";
  }

  private static boolean isKey(final String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Whether one of the comma-separated words is that one.
  private static boolean names(final List<String> fields, final String word) {
    for (final var field : fields) {
      for (var from = 0; from <= field.length(); ) {
        final var comma = field.indexOf(',', from);
        final var to = comma < 0 ? field.length() : comma;
        if (field.substring(from, to).strip().equalsIgnoreCase(word)) {
          return true;
        }
        from = to + 1;
      }
    }
    return false;
  }

  static String accept(final String key) {
    try {
      final var sha = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha.digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
