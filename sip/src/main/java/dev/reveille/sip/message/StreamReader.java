package dev.reveille.sip.message;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the messages in the bytes of one TCP or TLS connection, which come in pieces of any size
/// (RFC 3261 section 18.3).
///
/// Give it what was read with [#feed] and take what it found with [#next] until that is null. It
/// holds bytes only while a message is incomplete, and never more than the limits and one piece.
/// After an input that is the last one it takes no more bytes. For one thread.
public final class StreamReader {
  private static final byte[] NOTHING = new byte[0];
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final int LONGEST_METHOD = 64;

  private enum State {
    /// Between messages.
    BETWEEN,
    HEADER,
    BODY,
    OVER
  }

  private final SizeLimits limits;
  private State state = State.BETWEEN;
  private byte[] bytes = NOTHING;

  /// What is held: from the beginning of the message to the end of what came.
  private int start;

  private int end;

  /// How far the header was looked at.
  private int looked;

  private int line;
  private boolean isFirstLine;
  private int bodyStart;
  private @Nullable Head head;
  private boolean isAfterLineEnd;

  public StreamReader(final SizeLimits limits) {
    this.limits = limits;
  }

  /// Takes the readable bytes of this piece; the buffer stays the caller's.
  public void feed(final ByteBuf piece) {
    final var more = piece.readableBytes();
    if (state == State.OVER) {
      piece.skipBytes(more);
      return;
    }
    if (start > 0) {
      // what was taken as messages goes when the next piece comes
      moveToFront();
    }
    if (bytes.length - end < more) {
      bytes = Arrays.copyOf(bytes, Math.max(end + more, Math.min(2 * bytes.length, 1 << 18)));
    }
    piece.readBytes(bytes, end, more);
    end += more;
  }

  private void moveToFront() {
    System.arraycopy(bytes, start, bytes, 0, end - start);
    looked -= start;
    line -= start;
    bodyStart -= start;
    end -= start;
    start = 0;
  }

  /// Whether a message has begun and not ended.
  public boolean isWithinMessage() {
    return state == State.HEADER || state == State.BODY;
  }

  /// The next thing in what came, or null when more bytes are needed.
  public @Nullable SipInput next() {
    SipInput found = null;
    if (state == State.BETWEEN) {
      found = between();
    }
    if (found == null && state == State.HEADER) {
      found = header();
    }
    if (found == null && state == State.BODY) {
      found = body();
    }
    if (found == null && start == end) {
      letGo();
    }
    if (isLast(found)) {
      state = State.OVER;
      letGo();
    }
    return found;
  }

  private static boolean isLast(final @Nullable SipInput found) {
    return switch (found) {
      case null -> false;
      case SipInput.Refused refused -> refused.isLast();
      case SipInput.Unanswerable unanswerable -> unanswerable.isLast();
      case SipInput.Message _, SipInput.Ping _, SipInput.Pong _ -> false;
    };
  }

  private void letGo() {
    bytes = NOTHING;
    start = 0;
    end = 0;
    looked = 0;
  }

  /// Line ends between messages are pings and pongs (RFC 5626 section 3.5.1).
  private @Nullable SipInput between() {
    if (start == end) {
      return null;
    }
    if (bytes[start] != CR) {
      state = State.HEADER;
      isAfterLineEnd = false;
      looked = start;
      line = start;
      isFirstLine = true;
      return null;
    }
    if (end - start < 2) {
      return null;
    }
    if (bytes[start + 1] != LF) {
      return new SipInput.Unanswerable(WireFault.BAD_LINE_END, /* isLast= */ true);
    }
    start += 2;
    isAfterLineEnd = !isAfterLineEnd;
    return isAfterLineEnd ? new SipInput.Pong() : new SipInput.Ping();
  }

  /// Looks for the empty line.
  private @Nullable SipInput header() {
    while (looked < end) {
      if (bytes[looked] != LF) {
        looked++;
        continue;
      }
      if (looked == start || bytes[looked - 1] != CR) {
        return new SipInput.Unanswerable(WireFault.BAD_LINE_END, /* isLast= */ true);
      }
      if (isFirstLine) {
        if (!isSip(line, looked - 1)) {
          return new SipInput.Unanswerable(WireFault.NOT_SIP, /* isLast= */ true);
        }
        isFirstLine = false;
      }
      final var isEmpty = looked - line == 1;
      looked++;
      if (isEmpty) {
        return headerEnded();
      }
      line = looked;
      if (looked - start > limits.header()) {
        break;
      }
    }
    if (isFirstLine && !beginsLikeSip()) {
      return new SipInput.Unanswerable(WireFault.NOT_SIP, /* isLast= */ true);
    }
    return end - start > limits.header() ? tooLarge() : null;
  }

  /// A first line is SIP's when it begins or ends with the name of the protocol.
  private boolean isSip(final int from, final int to) {
    if (to - from > 4 && bytes[from] == 'S' && bytes[from + 1] == 'I' && bytes[from + 2] == 'P') {
      return true;
    }
    int last = to;
    while (last > from && bytes[last - 1] == ' ') {
      last--;
    }
    int space = last;
    while (space > from && bytes[space - 1] != ' ') {
      space--;
    }
    return last - space > 4
        && bytes[space] == 'S'
        && bytes[space + 1] == 'I'
        && bytes[space + 2] == 'P'
        && bytes[space + 3] == '/'
        && WireText.isTokenChar(bytes[from]);
  }

  /// Of a line whose end has not come: a method and a space, or as yet nothing else than a token.
  /// It looks at few bytes, for it does so with each piece.
  private boolean beginsLikeSip() {
    final var most = Math.min(end, start + LONGEST_METHOD);
    int i = start;
    while (i < most && (WireText.isTokenChar(bytes[i]) || bytes[i] == '/')) {
      i++;
    }
    return i == end || i < most && i > start && bytes[i] == ' ';
  }

  private SipInput tooLarge() {
    if (isFirstLine) {
      return new SipInput.Unanswerable(WireFault.REQUEST_URI_TOO_LONG, /* isLast= */ true);
    }
    // the fields whose end has come
    return Head.read(bytes, start, line, limits)
        .refused(WireFault.HEADER_TOO_LARGE, /* isLast= */ true);
  }

  private @Nullable SipInput headerEnded() {
    if (looked - start > limits.header()) {
      return tooLarge();
    }
    final var read = Head.read(bytes, start, looked - 2, limits);
    final var length = read.contentLength();
    if (length == Head.UNKNOWN) {
      return read.refused(WireFault.NO_CONTENT_LENGTH, /* isLast= */ true);
    }
    if (length > limits.body()) {
      return read.refused(WireFault.BODY_TOO_LARGE, /* isLast= */ true);
    }
    head = read;
    bodyStart = looked;
    state = State.BODY;
    return null;
  }

  private @Nullable SipInput body() {
    final var read = head;
    if (read == null) {
      throw new IllegalStateException("a body without a header");
    }
    final var to = bodyStart + (int) read.contentLength();
    if (end < to) {
      return null;
    }
    final var body = to == bodyStart ? NOTHING : Arrays.copyOfRange(bytes, bodyStart, to);
    start = to;
    head = null;
    state = State.BETWEEN;
    return read.finish(body);
  }
}
