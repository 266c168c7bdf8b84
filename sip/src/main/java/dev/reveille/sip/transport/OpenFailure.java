package dev.reveille.sip.transport;

import dev.reveille.sip.identity.PeerIdentity;

/// Why a connection could not be opened.
public sealed interface OpenFailure {
  /// No connection of TCP: refused, unreachable, or no answer in time.
  ///
  /// @param isTimeout nothing answered
  /// @param words of the system
  record Unreachable(boolean isTimeout, String words) implements OpenFailure {}

  /// TCP stands, and the other side did not finish the handshake in time.
  record Deaf() implements OpenFailure {}

  /// The handshake failed.
  ///
  /// @param words of the TLS engine
  record TlsFailed(TlsFault fault, String words) implements OpenFailure {}

  /// The peer's certificate is trusted and speaks for other names.
  record WrongName(PeerIdentity identity) implements OpenFailure {}

  /// The connection ended before it could be used, or the transport is closed.
  record Ended(CloseReason why) implements OpenFailure {}
}
