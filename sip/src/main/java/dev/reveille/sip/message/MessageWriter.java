package dev.reveille.sip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/// Writes messages: their fields in order, then Content-Length as long as the body is, then the
/// body. Has no state; for any thread.
public final class MessageWriter {
  private static final String VERSION = "SIP/2.0";
  private static final String LENGTH = SipName.CONTENT_LENGTH + ": ";

  private MessageWriter() {}

  /// The message's bytes in one buffer, which is the caller's.
  public static ByteBuf write(final SipMessage message, final ByteBufAllocator allocator) {
    final var bytes = bytes(message);
    return allocator.buffer(bytes.length).writeBytes(bytes);
  }

  /// The message's bytes.
  public static byte[] bytes(final SipMessage message) {
    final var first =
        switch (message) {
          case SipRequest request -> request.method() + ' ' + request.target() + ' ' + VERSION;
          case SipResponse response ->
              VERSION + ' ' + response.status() + ' ' + response.rawPhrase();
        };
    final var headers = message.headers();
    final var body = message.body();
    final var bodyLength = Integer.toString(body.length);
    int size = first.length() + LENGTH.length() + bodyLength.length() + body.length + 6;
    for (int i = 0; i < headers.size(); i++) {
      size += headers.name(i).length() + headers.rawValue(i).length() + 4;
    }
    final var out = new byte[size];
    int at = lineEnd(out, put(out, 0, first));
    for (int i = 0; i < headers.size(); i++) {
      final var name = headers.name(i);
      if (SipName.CONTENT_LENGTH.equals(name)) {
        continue;
      }
      at = put(out, at, name);
      out[at++] = ':';
      out[at++] = ' ';
      at = lineEnd(out, put(out, at, headers.rawValue(i)));
    }
    at = lineEnd(out, put(out, put(out, at, LENGTH), bodyLength));
    at = lineEnd(out, at);
    System.arraycopy(body, 0, out, at, body.length);
    at += body.length;
    return at == size ? out : Arrays.copyOf(out, at);
  }

  /// One byte per char.
  @SuppressWarnings("deprecation") // texts hold one byte per char, and this copies just these
  private static int put(final byte[] out, final int at, final String text) {
    text.getBytes(0, text.length(), out, at);
    return at + text.length();
  }

  private static int lineEnd(final byte[] out, final int at) {
    out[at] = '\r';
    out[at + 1] = '\n';
    return at + 2;
  }
}
