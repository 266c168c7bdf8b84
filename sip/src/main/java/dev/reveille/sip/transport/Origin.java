package dev.reveille.sip.transport;

import java.util.Set;

/// Who a connection belongs to before it can be used: the listener that accepted it, or the attempt
/// that opens it. Called on the connection's event loop.
interface Origin {
  boolean isAccepted();

  /// The names that the peer's certificate must have one of; empty for any or none.
  Set<String> acceptedNames();

  /// The connection can be used.
  void opened(SipConnection connection);

  /// A certificate or a message has shown that the peer is no mere socket.
  void proven(SipConnection connection);

  /// It is over, whether it was opened or not.
  void closed(SipConnection connection, boolean wasOpened);
}
