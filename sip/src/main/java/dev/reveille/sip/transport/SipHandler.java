package dev.reveille.sip.transport;

import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;

/// What works on the requests of connections. Called on the connection's event loop: it must not
/// block, and hands what takes long to another thread, which answers with [SipConnection#respond].
public interface SipHandler {
  /// A connection that was accepted can be used; the peer's identity is known. Of those that we
  /// open, the [OpenListener] hears.
  default void opened(final SipConnection connection) {}

  /// A request, other than ACK and CANCEL, that needs a final answer.
  void request(SipConnection connection, ServerTransaction transaction);

  /// The peer cancels an INVITE without a final answer; the CANCEL is answered.
  default void cancelled(final SipConnection connection, final ServerTransaction invite) {}

  /// An ACK of a 2xx.
  default void acknowledged(final SipConnection connection, final SipRequest ack) {}

  /// A transaction ended without what the peer owed, or without our answer.
  default void ended(
      final SipConnection connection,
      final ServerTransaction transaction,
      final TransactionEnd why) {}

  /// The connection is over. Comes once for each that could be used, and for an accepted one also
  /// when it never got so far.
  ///
  /// @param detail what the reason does not say, in words for logs; may be empty
  default void closed(final SipConnection connection, final CloseReason why, final String detail) {}
}
