package dev.reveille.http.websocket;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/// An open WebSocket of a client. All methods may be called from any thread and never block;
/// [#send] refuses a message when too much waits for the peer ([WebSocketLimits]). Pings and closes
/// have no such bound.
public interface WebSocketSession {

  /// Sends a text message, given as UTF-8; the array is shared, not copied, until it is written.
  ///
  /// Who wants to send it later notes that, and then looks at [#isWritable] once more: room may
  /// have come between the refusal and the note.
  ///
  /// @return false if it was not taken: the session is closing, or too much waits for the peer
  boolean send(byte[] utf8);

  /// Asks the peer whether it is there; [WebSocketListener#pong] gets the answer.
  void ping();

  /// Begins the closing handshake; messages taken before are still sent.
  ///
  /// @param code 1000 to 1014 but 1004 to 1006, or 3000 to 4999 (RFC 6455 §7.4)
  /// @param reason at most 123 bytes of UTF-8
  /// @throws IllegalArgumentException for another code or a longer reason
  void close(int code, String reason);

  /// Whether the next message would be taken.
  boolean isWritable();

  InetSocketAddress peer();

  /// The event loop of its connection: the listener is called there.
  Executor loop();
}
