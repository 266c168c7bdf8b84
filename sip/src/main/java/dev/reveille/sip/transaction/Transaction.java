package dev.reveille.sip.transaction;

/// One request and what is said about it, on either side.
abstract sealed class Transaction permits ClientTransaction, ServerTransaction {
  /// A timer of this transaction is due.
  abstract void due(TimerKind kind, long nowMillis);

  /// The connection is gone.
  abstract void fail(TransactionEnd why);
}
