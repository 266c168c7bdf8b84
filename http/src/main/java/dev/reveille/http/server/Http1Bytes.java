package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Encodes what an HTTP/1.1 connection writes: answers, heads of streams, chunks (RFC 9112). Called
/// on the connection's event loop.
final class Http1Bytes {
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");

  /// What becomes of the connection after an answer, and the header line that says so.
  enum Ending {
    KEEP_ALIVE(""),
    /// HTTP/1.0 keeps a connection only if both sides say that they do.
    KEEP_ALIVE_SAID("Connection: keep-alive\r\n"),
    CLOSE("Connection: close\r\n");

    private final byte[] line;

    Ending(final String line) {
      this.line = ascii(line);
    }
  }

  private Http1Bytes() {}

  static ByteBuf goOn(final HeldConnection connection) {
    final var line = Status.line(100);
    return connection.buffer(line.length + 2).writeBytes(line).writeBytes(LINE_END);
  }

  static ByteBuf switching(final HeldConnection connection, final String[] headers) {
    final var head = Answer.switching(headers);
    return connection.buffer(head.length + 2).writeBytes(head).writeBytes(LINE_END);
  }

  static ByteBuf answer(
      final HeldConnection connection,
      final Answer answer,
      final Ending ending,
      final boolean withoutBody) {
    final var head = answer.head();
    final var date = connection.loop().dateLine();
    final var body = withoutBody ? NOTHING : answer.body();
    final var length = head.length + date.length + ending.line.length + 2 + body.length;
    return connection
        .buffer(length)
        .writeBytes(head)
        .writeBytes(date)
        .writeBytes(ending.line)
        .writeBytes(LINE_END)
        .writeBytes(body);
  }

  /// The head of an answer whose pieces follow; HTTP/1.0 knows no chunks.
  static ByteBuf streamHead(
      final HeldConnection connection,
      final Answer answer,
      final Ending ending,
      final boolean http10) {
    final var head = answer.streamHead();
    final var date = connection.loop().dateLine();
    final var framing = http10 ? NOTHING : CHUNKED;
    final var length = head.length + date.length + ending.line.length + framing.length + 2;
    return connection
        .buffer(length)
        .writeBytes(head)
        .writeBytes(date)
        .writeBytes(ending.line)
        .writeBytes(framing)
        .writeBytes(LINE_END);
  }

  static ByteBuf piece(final HeldConnection connection, final byte[] bytes, final boolean http10) {
    if (http10) {
      return connection.buffer(bytes.length).writeBytes(bytes);
    }
    final var size = ascii(Integer.toHexString(bytes.length) + "\r\n");
    return connection
        .buffer(size.length + bytes.length + 2)
        .writeBytes(size)
        .writeBytes(bytes)
        .writeBytes(LINE_END);
  }

  static ByteBuf lastChunk(final HeldConnection connection) {
    return connection.buffer(LAST_CHUNK.length).writeBytes(LAST_CHUNK);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
