package dev.reveille.sip.transaction;

/// What a timer of a transaction does when it is due (RFC 3261 table 4; L and M from RFC 6026).
enum TimerKind {
  /// A, E, G: repeat what was sent.
  REPEAT,
  /// B, F, H: give up waiting for the peer.
  GIVE_UP,
  /// D, I, J, K, L, M: nothing more is expected; the transaction ends.
  END,
  /// 200 ms after an INVITE: say 100 when the user has said nothing (section 17.2.1).
  TRYING
}
