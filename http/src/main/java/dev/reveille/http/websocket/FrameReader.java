package dev.reveille.http.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the WebSocket frames of one peer from its bytes, in whatever parts they arrive, and puts
/// messages together (RFC 6455 §5). It has no socket; a mistake of the peer is returned as the
/// close code of RFC 6455. A message beyond the limit given is refused with 1009. Not thread-safe.
final class FrameReader {

  /// What comes out.
  interface Events {
    void text(byte[] utf8);

    void ping(byte[] payload);

    void pong();

    void closing(int code, String reason);
  }

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final byte[] NOTHING = new byte[0];

  /// A message in more pieces than this is an attempt to keep us busy.
  private static final int MOST_FRAGMENTS = 1024;

  private static final int FIRST_STEP = 4 * 1024;

  private final int mostBytes;

  /// Header bytes read of this frame; its payload is being read once they are complete.
  private int headerRead;

  private int headerLength = 2;
  private boolean last;
  private int opcode;
  private long length;
  private int mask;
  private int taken;

  private boolean inMessage;
  private int fragments;
  private byte[] message = NOTHING;
  private int messageLength;
  private byte[] control = NOTHING;
  private boolean closed;

  FrameReader(final int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// Whether nothing is left over that must be remembered.
  boolean isAtRest() {
    return headerRead == 0 && !inMessage && !closed;
  }

  /// Reads all there is.
  ///
  /// @return 0, or the code to close with; then the rest of the bytes cannot be read
  int read(final ByteBuf in, final Events events) {
    while (!closed) {
      while (headerRead < headerLength) {
        if (!in.isReadable()) {
          return 0;
        }
        final var bad = header(in.readByte() & 0xFF);
        if (bad != 0) {
          closed = true;
          return bad;
        }
      }
      if (!payload(in)) {
        return 0;
      }
      final var bad = frameComplete(events);
      if (bad != 0) {
        closed = true;
        return bad;
      }
    }
    return 0;
  }

  private int header(final int b) {
    final var at = headerRead++;
    if (at == 0) {
      last = (b & 0x80) != 0;
      opcode = b & 0x0F;
      return (b & 0x70) != 0 ? CloseCodes.PROTOCOL_ERROR : opcode();
    }
    if (at == 1) {
      if ((b & 0x80) == 0) {
        return CloseCodes.PROTOCOL_ERROR;
      }
      final var seven = b & 0x7F;
      headerLength = 6 + (seven == 126 ? 2 : seven == 127 ? 8 : 0);
      length = seven < 126 ? seven : 0;
      mask = 0;
      taken = 0;
      return opcode >= CLOSE && seven > 125 ? CloseCodes.PROTOCOL_ERROR : lengthKnown();
    }
    if (at < headerLength - 4) {
      length = length << 8 | b;
    } else {
      mask = mask << 8 | b;
    }
    return at == headerLength - 5 ? lengthKnown() : 0;
  }

  private int opcode() {
    return switch (opcode) {
      case CONTINUATION -> inMessage ? 0 : CloseCodes.PROTOCOL_ERROR;
      case TEXT -> inMessage ? CloseCodes.PROTOCOL_ERROR : 0;
      case BINARY -> inMessage ? CloseCodes.PROTOCOL_ERROR : CloseCodes.UNSUPPORTED_DATA;
      case CLOSE, PING, PONG -> last ? 0 : CloseCodes.PROTOCOL_ERROR;
      default -> CloseCodes.PROTOCOL_ERROR;
    };
  }

  /// The length's last byte has come (or the seven bits were enough).
  private int lengthKnown() {
    if (headerRead != headerLength - 4) {
      return 0;
    }
    final var fewest = headerLength == 8 ? 126 : headerLength == 14 ? 65_536 : 0;
    if (length < fewest) {
      // Too small for its form, or negative: RFC 6455 §5.2 wants the shortest and no sign.
      return CloseCodes.PROTOCOL_ERROR;
    }
    if (opcode >= CLOSE) {
      control = length == 0 ? NOTHING : new byte[(int) length];
      return 0;
    }
    if (length > mostBytes - messageLength) { // a sum could run over: the peer picks the length
      return CloseCodes.TOO_BIG;
    }
    return ++fragments > MOST_FRAGMENTS ? CloseCodes.POLICY : 0;
  }

  /// Takes what there is of the payload; true when it is whole.
  private boolean payload(final ByteBuf in) {
    final var now = (int) Math.min(length - taken, in.readableBytes());
    final byte[] to;
    final int at;
    if (opcode >= CLOSE) {
      to = control;
      at = taken;
    } else {
      room(now);
      to = message;
      at = messageLength;
      messageLength += now;
    }
    in.readBytes(to, at, now);
    for (var i = 0; i < now; i++) {
      to[at + i] ^= (byte) (mask >> 24 - 8 * (taken + i & 3));
    }
    taken += now;
    return taken == length;
  }

  /// Memory for the bytes that came; a whole single frame gets exactly its own.
  private void room(final int now) {
    final var needed = messageLength + now;
    if (needed > message.length) {
      final var whole = messageLength + (length - taken);
      final var step = Math.max(needed, Math.max(FIRST_STEP, message.length * 2));
      message = Arrays.copyOf(message, last ? (int) Math.min(whole, step) : step);
    }
  }

  private int frameComplete(final Events events) {
    headerRead = 0;
    headerLength = 2;
    switch (opcode) {
      case PING -> events.ping(takeControl());
      case PONG -> events.pong();
      case CLOSE -> {
        return closing(takeControl(), events);
      }
      default -> {
        inMessage = !last;
        return last ? message(events) : 0;
      }
    }
    return 0;
  }

  private byte[] takeControl() {
    final var whole = control;
    control = NOTHING;
    return whole;
  }

  private int message(final Events events) {
    final var whole =
        messageLength == message.length ? message : Arrays.copyOf(message, messageLength);
    message = NOTHING;
    messageLength = 0;
    fragments = 0;
    if (!Utf8.isValid(whole, 0, whole.length)) {
      return CloseCodes.NOT_UTF_8;
    }
    events.text(whole);
    return 0;
  }

  private int closing(final byte[] payload, final Events events) {
    if (payload.length == 0) {
      closed = true;
      events.closing(CloseCodes.NO_CODE, "");
      return 0;
    }
    final var code = payload.length == 1 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    if (!CloseCodes.maySend(code)) {
      return CloseCodes.PROTOCOL_ERROR;
    }
    if (!Utf8.isValid(payload, 2, payload.length)) {
      return CloseCodes.NOT_UTF_8;
    }
    closed = true;
    events.closing(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    return 0;
  }
}
