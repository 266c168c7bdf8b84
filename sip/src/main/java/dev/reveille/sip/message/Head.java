package dev.reveille.sip.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads the first line and the fields of one message, and judges them. The bytes are those up to
/// the empty line, which ends each line with CR LF.
///
/// A fault does not end the reading: a request that breaks a rule is answered with the fields that
/// stand behind the broken one. The first fault counts.
final class Head {
  /// The body's length is written nowhere, or cannot be believed.
  static final long UNKNOWN = -1;

  private static final String VERSION = "SIP/2.0";
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private final SizeLimits limits;
  private final SipHeaders.Builder fields = SipHeaders.builder();
  private SipHeaders headers = SipHeaders.NONE;
  private @Nullable WireFault fault;
  private boolean isResponse;
  private boolean isTorn;
  private String method = "";
  private String target = "";
  private int status;
  private String phrase = "";
  private long contentLength = UNKNOWN;

  private Head(final SizeLimits limits) {
    this.limits = limits;
  }

  /// @param to behind the last line that is read
  static Head read(final byte[] bytes, final int from, final int to, final SizeLimits limits) {
    final var head = new Head(limits);
    final var end = head.lineEnd(bytes, from, to);
    head.firstLine(bytes, from, end);
    int at = end + 2;
    while (at < to) {
      at = head.field(bytes, at, to);
    }
    head.headers = head.fields.build();
    head.contentLength = head.lengthOfBody();
    return head;
  }

  /// The position of the next line end, or the end when there is none. A CR alone is a fault:
  /// others may take it for a line end, so nothing of such a header is written back.
  private int lineEnd(final byte[] bytes, final int from, final int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == CR) {
        if (i + 1 < to && bytes[i + 1] == LF) {
          return i;
        }
        note(WireFault.BAD_LINE_END);
        isTorn = true;
      }
    }
    return to;
  }

  private void note(final WireFault one) {
    if (fault == null) {
      fault = one;
    }
  }

  private void firstLine(final byte[] bytes, final int from, final int end) {
    final var length = end - from;
    if (length > limits.line()) {
      note(WireFault.REQUEST_URI_TOO_LONG);
    }
    final var line = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    if (line.startsWith("SIP/")) {
      isResponse = true;
      statusLine(line);
    } else {
      requestLine(line);
    }
  }

  private void requestLine(final String line) {
    final var afterMethod = line.indexOf(' ');
    final var beforeVersion = line.lastIndexOf(' ');
    if (afterMethod <= 0 || beforeVersion <= afterMethod) {
      note(WireFault.BAD_START_LINE);
      return;
    }
    final var name = line.substring(0, afterMethod);
    final var version = line.substring(beforeVersion + 1);
    method = SipMethod.of(name);
    target = line.substring(afterMethod + 1, beforeVersion);
    if (!WireText.isToken(name) || !version.startsWith("SIP/")) {
      note(WireFault.BAD_START_LINE);
    } else if (!version.equals(VERSION)) {
      note(WireFault.BAD_VERSION);
    } else if (!NameAddress.isUri(target)) {
      note(WireFault.BAD_REQUEST_URI);
    } else if (target.indexOf('?') >= 0 && isSip(target)) {
      // a Request-URI of SIP has no headers behind it (section 19.1.1, table 1)
      if (SipUri.parse(target).filter(uri -> uri.rawHeaders().isEmpty()).isEmpty()) {
        note(WireFault.BAD_REQUEST_URI);
      }
    }
  }

  private static boolean isSip(final String uri) {
    return uri.regionMatches(/* ignoreCase= */ true, 0, "sip:", 0, 4)
        || uri.regionMatches(/* ignoreCase= */ true, 0, "sips:", 0, 5);
  }

  private void statusLine(final String line) {
    if (!line.startsWith(VERSION + " ")) {
      note(WireFault.BAD_VERSION);
      return;
    }
    final var from = VERSION.length() + 1;
    final var to = from + 3;
    final var isWhole = line.length() > to && line.charAt(to) == ' ';
    for (int i = from; i < Math.min(to, line.length()); i++) {
      final var c = line.charAt(i);
      status = status * 10 + (c >= '0' && c <= '9' ? c - '0' : 1_000_000);
    }
    if (!isWhole || status < 100 || status > 699) {
      note(WireFault.BAD_STATUS);
      return;
    }
    phrase = line.substring(to + 1);
  }

  /// Reads a field with its folded lines.
  ///
  /// @return where the next one begins
  private int field(final byte[] bytes, final int from, final int to) {
    int end = lineEnd(bytes, from, to);
    boolean isFolded = false;
    while (end + 2 < to && isSpace(bytes[end + 2])) {
      isFolded = true;
      end = lineEnd(bytes, end + 2, to);
    }
    if (end - from > limits.line()) {
      note(WireFault.LINE_TOO_LONG);
    } else if (fields.fields() >= limits.fields()) {
      note(WireFault.TOO_MANY_FIELDS);
    } else {
      nameAndValue(bytes, from, end, isFolded);
    }
    return end + 2;
  }

  private void nameAndValue(
      final byte[] bytes, final int from, final int end, final boolean isFolded) {
    int colon = from;
    while (colon < end && WireText.isTokenChar(bytes[colon])) {
      colon++;
    }
    final var endOfName = colon;
    while (colon < end && isSpace(bytes[colon])) {
      colon++;
    }
    if (endOfName == from || colon >= end || bytes[colon] != ':') {
      note(WireFault.BAD_HEADER_LINE);
      return;
    }
    int start = colon + 1;
    int stop = end;
    while (start < stop && isSpaceOrEnd(bytes[start])) {
      start++;
    }
    while (stop > start && isSpaceOrEnd(bytes[stop - 1])) {
      stop--;
    }
    final var value = new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1);
    fields.addRaw(SipName.of(bytes, from, endOfName), isFolded ? unfolded(value) : value);
  }

  private static boolean isSpace(final byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean isSpaceOrEnd(final byte b) {
    return isSpace(b) || b == CR || b == LF;
  }

  /// One space in place of each line end with the white space around it (section 7.3.1).
  private static String unfolded(final String value) {
    final var joined = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) != CR) {
        joined.append(value.charAt(i));
        continue;
      }
      int last = joined.length();
      while (last > 0 && (joined.charAt(last - 1) == ' ' || joined.charAt(last - 1) == '\t')) {
        last--;
      }
      joined.setLength(last);
      joined.append(' ');
      i += 2;
      while (i < value.length() && isSpaceOrEnd((byte) value.charAt(i))) {
        i++;
      }
      i--;
    }
    return joined.toString();
  }

  private long lengthOfBody() {
    String length = null;
    for (int i = 0; i < headers.size(); i++) {
      if (SipName.CONTENT_LENGTH.equals(headers.name(i))) {
        if (length != null) {
          note(WireFault.BAD_CONTENT_LENGTH);
          return UNKNOWN;
        }
        length = headers.rawValue(i);
      }
    }
    if (length == null) {
      return UNKNOWN;
    }
    try {
      final var cursor = new Cursor(length, WireFault.BAD_CONTENT_LENGTH);
      final var number = cursor.number(Long.MAX_VALUE / 100);
      cursor.expectEnd();
      return number;
    } catch (SyntaxFault e) {
      note(e.fault());
      return UNKNOWN;
    }
  }

  /// The length of the body, or [#UNKNOWN].
  long contentLength() {
    return contentLength;
  }

  boolean hasFault() {
    return fault != null;
  }

  /// What a head without a known length of its body becomes on a stream, or one that is too large.
  ///
  /// @param why a fault that counts unless there was one before
  SipInput refused(final WireFault why, final boolean isLast) {
    note(why);
    final var first = fault == null ? why : fault;
    final var isAnswerable =
        !isResponse
            && !isTorn
            && !method.equals(SipMethod.ACK)
            && headers.has(SipName.VIA)
            && headers.has(SipName.FROM)
            && headers.has(SipName.TO)
            && headers.has(SipName.CALL_ID)
            && headers.has(SipName.CSEQ);
    if (!isAnswerable) {
      // a request that is no request says that the peer lost its place in the stream
      final var isLost = !isResponse && !method.equals(SipMethod.ACK);
      return new SipInput.Unanswerable(first, isLast || isLost);
    }
    return new SipInput.Refused(SipResponse.refusal(first, headers), first, isLast);
  }

  /// The message, or what is wrong with it.
  SipInput finish(final byte[] body) {
    if (fault != null) {
      return refused(fault, /* isLast= */ false);
    }
    try {
      final var essentials = Essentials.of(headers, /* isReceived= */ true);
      if (isResponse) {
        return new SipInput.Message(new SipResponse(status, phrase, headers, body, essentials));
      }
      if (!essentials.cseq().method().equals(method)) {
        return refused(WireFault.CSEQ_MISMATCH, /* isLast= */ false);
      }
      return new SipInput.Message(new SipRequest(method, target, headers, body, essentials));
    } catch (SyntaxFault e) {
      return refused(e.fault(), /* isLast= */ false);
    }
  }
}
