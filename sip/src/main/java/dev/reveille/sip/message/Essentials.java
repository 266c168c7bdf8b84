package dev.reveille.sip.message;

import org.jspecify.annotations.Nullable;

/// The fields without which a message cannot be worked on, read once.
///
/// @param topVia the hop that it comes from; null in a message that we make and that has none yet
record Essentials(
    @Nullable Via topVia, NameAddress from, NameAddress to, String callId, CSeq cseq) {
  private static final long MOST_FORWARDS = 255;

  /// @param isReceived whether a Via has to be there
  static Essentials of(final SipHeaders headers, final boolean isReceived) {
    String via = null;
    String from = null;
    String to = null;
    String callId = null;
    String cseq = null;
    String forwards = null;
    for (int i = 0; i < headers.size(); i++) {
      final var value = headers.rawValue(i);
      switch (headers.name(i)) {
        case SipName.VIA -> via = via == null ? value : via;
        case SipName.FROM -> from = only(from, value, WireFault.BAD_FROM);
        case SipName.TO -> to = only(to, value, WireFault.BAD_TO);
        case SipName.CALL_ID -> callId = only(callId, value, WireFault.BAD_CALL_ID);
        case SipName.CSEQ -> cseq = only(cseq, value, WireFault.BAD_CSEQ);
        case SipName.MAX_FORWARDS -> forwards = only(forwards, value, WireFault.BAD_MAX_FORWARDS);
        default -> {}
      }
    }
    if (via == null && isReceived) {
      throw new SyntaxFault(WireFault.NO_VIA);
    }
    final var read =
        new Essentials(
            via == null ? null : topVia(via),
            NameAddress.read(present(from, WireFault.NO_FROM), WireFault.BAD_FROM),
            NameAddress.read(present(to, WireFault.NO_TO), WireFault.BAD_TO),
            callId(present(callId, WireFault.NO_CALL_ID)),
            CSeq.read(present(cseq, WireFault.NO_CSEQ)));
    checkForwards(forwards);
    return read;
  }

  /// What stands for a field that cannot be read, in the answer to a malformed request.
  private static final NameAddress UNREADABLE =
      new NameAddress("", "invalid:unreadable", SipParameters.NONE);

  /// Those of a malformed request's answer, with placeholders.
  static Essentials asFarAsReadable(final SipHeaders headers) {
    final var callId = headers.raw(SipName.CALL_ID);
    return new Essentials(
        null,
        readable(headers.raw(SipName.FROM)),
        readable(headers.raw(SipName.TO)),
        callId == null ? "" : callId,
        new CSeq(0, SipMethod.OPTIONS));
  }

  private static NameAddress readable(final @Nullable String value) {
    try {
      return value == null ? UNREADABLE : NameAddress.read(value, WireFault.BAD_FIELD);
    } catch (SyntaxFault _) {
      return UNREADABLE;
    }
  }

  boolean isToReadable() {
    return to != UNREADABLE;
  }

  private static String only(
      final @Nullable String before, final String value, final WireFault twice) {
    if (before != null) {
      throw new SyntaxFault(twice);
    }
    return value;
  }

  private static String present(final @Nullable String value, final WireFault missing) {
    if (value == null) {
      throw new SyntaxFault(missing);
    }
    return value;
  }

  private static Via topVia(final String value) {
    final var end = Cursor.elementEnd(value, 0);
    return Via.read(end == value.length() ? value : value.substring(0, end), WireFault.BAD_VIA);
  }

  /// A word, or two with an `@` between them.
  private static String callId(final String value) {
    for (int i = 0; i < value.length(); i++) {
      final var c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw new SyntaxFault(WireFault.BAD_CALL_ID);
      }
    }
    if (value.isEmpty()) {
      throw new SyntaxFault(WireFault.BAD_CALL_ID);
    }
    return value;
  }

  private static void checkForwards(final @Nullable String forwards) {
    if (forwards != null) {
      final var cursor = new Cursor(forwards, WireFault.BAD_MAX_FORWARDS);
      cursor.space();
      final var _ = cursor.number(MOST_FORWARDS);
      cursor.expectEnd();
    }
  }

  Essentials withTopVia(final Via via) {
    return new Essentials(via, from, to, callId, cseq);
  }
}
