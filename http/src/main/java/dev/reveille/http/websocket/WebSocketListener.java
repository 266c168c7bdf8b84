package dev.reveille.http.websocket;

/// Receives the events of a WebSocket session, always on its event loop: must not block.
public interface WebSocketListener {

  /// The upgrade is done; messages may be sent.
  default void opened(final WebSocketSession session) {}

  /// A whole message, valid UTF-8; the array is the listener's.
  void text(WebSocketSession session, byte[] utf8);

  /// The peer pings; the session answers by itself.
  default void pinged(final WebSocketSession session) {}

  /// The peer answered a ping.
  default void pong(final WebSocketSession session) {}

  /// A message that was not taken would be taken now.
  default void writable(final WebSocketSession session) {}

  /// The loop's tick, every half second: the place for pings and time limits.
  default void tick(final WebSocketSession session, final long nowMillis) {}

  /// The listener's port drains: end the session before the moment given, of [#tick]'s clock.
  default void draining(final WebSocketSession session, final long untilMillis) {}

  /// The session is over; called once after [#opened].
  ///
  /// @param code the peer's, ours after a mistake of the peer, or 1006 if it vanished
  default void closed(final WebSocketSession session, final int code, final String reason) {}
}
