package dev.reveille.sip.message;

import java.util.Optional;

/// A request or a response. Never changes, so that any thread may read it; the body's bytes belong
/// to the message and must not be written to.
public sealed interface SipMessage permits SipRequest, SipResponse {
  SipHeaders headers();

  /// Empty when there is none; never larger than the reader's limit.
  byte[] body();

  /// The hop that the message comes from; empty in one that we make and that has none yet.
  Optional<Via> topVia();

  NameAddress from();

  NameAddress to();

  String callId();

  CSeq cseq();

  /// The first field of a name, as people read it.
  default Optional<String> header(final String name) {
    return headers().first(name);
  }
}
