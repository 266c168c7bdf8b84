package dev.reveille.http.websocket;

import java.time.Duration;

/// The limits of one WebSocket session (RFC 6455).
///
/// @param message bytes of an incoming message with all its fragments, at least 125; a longer one
///   closes the session with 1009
/// @param queued bytes that other threads have handed over and the event loop has not written yet,
///   at least 1,024: from there on [WebSocketSession#send] answers false. The message that passes
///   the bound is still taken; the write buffer of the connection (64 KiB) comes on top
/// @param closeTime how long the peer may take to answer our close; then the connection is closed
public record WebSocketLimits(int message, int queued, Duration closeTime) {
  public WebSocketLimits {
    if (message < 125 || queued < 1024) {
      throw new IllegalArgumentException(
          "WebSocket: message (%d) must be 125 bytes or more, queued (%d) 1024 or more"
              .formatted(message, queued));
    }
  }

  public static WebSocketLimits defaults() {
    return new WebSocketLimits(64 * 1024, 64 * 1024, Duration.ofSeconds(5));
  }
}
