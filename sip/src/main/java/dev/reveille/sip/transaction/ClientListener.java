package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipResponse;

/// Hears what becomes of a request of ours. Called on the thread of the transactions; must not
/// block.
public interface ClientListener {
  /// The request was sent; the transaction can be cancelled from now on.
  default void begun(final ClientTransaction transaction) {}

  /// A provisional response, and then a final one. Of an INVITE several 2xx may come, from several
  /// phones; each needs an ACK of its own.
  void response(SipResponse response);

  /// No final response comes any more.
  void ended(TransactionEnd why);
}
