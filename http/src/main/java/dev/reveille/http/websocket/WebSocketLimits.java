package dev.reveille.http.websocket;

import java.time.Duration;

/// The limits of one WebSocket session.
///
/// @param message bytes of a message that comes in; more closes with 1009
/// @param queued bytes of messages that were taken and are not with the socket yet; the socket's
///   own buffer (64 KiB) comes on top
/// @param closeTime how long the peer may take to answer our close
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
