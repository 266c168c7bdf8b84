package dev.reveille.sip.message;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Reads the message of one UDP datagram (RFC 3261 section 18.3): without Content-Length the body
/// is the rest, and what stands behind the body is ignored. Has no state; for any thread.
public final class DatagramReader {
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private DatagramReader() {}

  /// Reads all readable bytes; the buffer stays the caller's. A refusal or a fault concerns this
  /// datagram only.
  public static SipInput read(final ByteBuf datagram, final SizeLimits limits) {
    final var bytes = new byte[datagram.readableBytes()];
    datagram.readBytes(bytes);
    int start = 0;
    while (start + 1 < bytes.length && bytes[start] == CR && bytes[start + 1] == LF) {
      start += 2;
    }
    if (start == bytes.length) {
      return start >= 4 ? new SipInput.Ping() : new SipInput.Pong();
    }
    final var end = headerEnd(bytes, start);
    if (end < 0) {
      return new SipInput.Unanswerable(WireFault.NOT_SIP, /* isLast= */ false);
    }
    final var head = Head.read(bytes, start, end, limits);
    final var bodyStart = end + 2;
    final var there = bytes.length - bodyStart;
    final var length = head.contentLength();
    final SipInput read;
    if (end - start > limits.header()) {
      read = head.refused(WireFault.HEADER_TOO_LARGE, /* isLast= */ false);
    } else if (length > limits.body() || length == Head.UNKNOWN && there > limits.body()) {
      read = head.refused(WireFault.BODY_TOO_LARGE, /* isLast= */ false);
    } else if (length > there) {
      read = head.refused(WireFault.BODY_TOO_SHORT, /* isLast= */ false);
    } else {
      final var to = length == Head.UNKNOWN ? bytes.length : bodyStart + (int) length;
      read = head.finish(Arrays.copyOfRange(bytes, bodyStart, to));
    }
    return read instanceof SipInput.Unanswerable(var fault, _)
        ? new SipInput.Unanswerable(fault, /* isLast= */ false)
        : read;
  }

  /// Where the empty line begins, or less than 0 when the lines do not all end with CR LF or there
  /// is no empty one.
  private static int headerEnd(final byte[] bytes, final int start) {
    int line = start;
    for (int i = start; i < bytes.length; i++) {
      if (bytes[i] == LF) {
        if (i == start || bytes[i - 1] != CR) {
          return -1;
        }
        if (i - line == 1) {
          return line;
        }
        line = i + 1;
      }
    }
    return -1;
  }
}
