package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipMessage;

/// Writes messages to the peer.
public interface Outlet {
  /// Writes a message, or throws it away when there is no way to the peer any more; then the owner
  /// calls [Transactions#fail].
  void write(SipMessage message);
}
