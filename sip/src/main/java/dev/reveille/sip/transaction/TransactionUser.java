package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipRequest;

/// What works on the requests of a peer. Called on the thread of the transactions; it must not
/// block, and may answer within the call or later.
public interface TransactionUser {
  /// A new request, other than ACK and CANCEL. It needs a final answer.
  void request(ServerTransaction transaction);

  /// The peer cancels an INVITE that has no final answer; the CANCEL is answered already. The user
  /// answers the INVITE, usually with 487.
  void cancelled(ServerTransaction invite);

  /// An ACK for a 2xx, which is a transaction of its own (RFC 3261 section 13.2.2.4).
  ///
  /// @param ack belongs to a dialog that the user knows
  void acknowledged(SipRequest ack);

  /// A transaction ended without what the peer owed: no ACK came, the connection ended before the
  /// answer, or the user gave no answer in time.
  void ended(ServerTransaction transaction, TransactionEnd why);
}
