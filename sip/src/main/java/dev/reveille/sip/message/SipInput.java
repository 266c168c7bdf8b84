package dev.reveille.sip.message;

/// What the bytes of a peer turned out to be.
public sealed interface SipInput {
  /// A whole message whose first line, Via, From, To, Call-ID, CSeq and Max-Forwards are well
  /// formed.
  record Message(SipMessage message) implements SipInput {}

  /// A request that breaks a rule and has enough fields to be answered.
  ///
  /// @param answer what to send back; it has no tag in To yet
  /// @param isLast the end of the message is unknown: after the answer the connection ends
  record Refused(SipResponse answer, WireFault fault, boolean isLast) implements SipInput {}

  /// What cannot be answered: a malformed response, or a request without the fields of an answer.
  ///
  /// @param isLast nothing can be read after it: the connection ends
  record Unanswerable(WireFault fault, boolean isLast) implements SipInput {}

  /// CR LF CR LF between messages: the peer asks whether we are there (RFC 5626 section 4.4.1).
  record Ping() implements SipInput {}

  /// The first CR LF between messages: the answer to our ping, or half of the peer's.
  record Pong() implements SipInput {}
}
