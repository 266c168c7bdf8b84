package dev.reveille.http.server;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A whole answer: status, content type, body, further headers.
///
/// One that is given often is made once, kept in a constant and [#prepared]: then its header bytes
/// are built once too. An answer is immutable and may be given to any number of exchanges.
public final class Answer {
  private static final byte[] NOTHING = new byte[0];
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  private static final AsciiString DATE = AsciiString.cached("date");

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final String[] headers;
  private final byte @Nullable [] preparedHead;
  private final byte @Nullable [] preparedBlock;

  private Answer(final Answer plain) {
    this.status = plain.status;
    this.contentType = plain.contentType;
    this.body = plain.body;
    this.headers = plain.headers;
    this.preparedHead = plain.head();
    this.preparedBlock = plain.block();
  }

  private Answer(
      final int status, final String contentType, final byte[] body, final String[] headers) {
    this.preparedHead = null;
    this.preparedBlock = null;
    this.status = Status.checked(status);
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
    if (headers.length % 2 != 0) {
      throw new IllegalArgumentException("headers come in pairs of name and value");
    }
    Fields.checkValue(contentType);
    for (var i = 0; i < headers.length; i += 2) {
      Fields.checkName(headers[i]);
      Fields.checkValue(headers[i + 1]);
    }
    if (!Status.hasBody(status) && body.length > 0) {
      throw new IllegalArgumentException("status %d has no body".formatted(status));
    }
  }

  /// @param contentType empty for none
  /// @param headers names and values in turn
  public static Answer of(
      final int status, final String contentType, final byte[] body, final String... headers) {
    return new Answer(status, contentType, body, headers);
  }

  public static Answer empty(final int status, final String... headers) {
    return new Answer(status, "", NOTHING, headers);
  }

  public static Answer text(final int status, final String text, final String... headers) {
    return new Answer(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), headers);
  }

  /// The same with further headers.
  ///
  /// @param more names and values in turn
  public Answer with(final String... more) {
    final var all = Arrays.copyOf(headers, headers.length + more.length);
    System.arraycopy(more, 0, all, headers.length, more.length);
    return new Answer(status, contentType, body, all);
  }

  /// Builds the header bytes now, for an answer that is given many times.
  public Answer prepared() {
    return new Answer(this);
  }

  public int status() {
    return status;
  }

  /// The body, not copied.
  public byte[] body() {
    return body;
  }

  /// Status line and headers of HTTP/1.1, without date, connection and the closing empty line.
  byte[] head() {
    return preparedHead != null ? preparedHead : head(Status.hasBody(status));
  }

  /// The same without a length: the body follows piece by piece.
  byte[] streamHead() {
    return head(false);
  }

  /// The head with which a server gives the connection to another protocol.
  static byte[] switching(final String[] headers) {
    final var out = new AsciiOut(200).bytes(Status.line(101)).text("Connection: Upgrade\r\n");
    for (var i = 0; i < headers.length; i += 2) {
      Fields.checkName(headers[i]);
      Fields.checkValue(headers[i + 1]);
      out.text(headers[i]).text(": ").text(headers[i + 1]).text("\r\n");
    }
    return out.done();
  }

  private byte[] head(final boolean withLength) {
    final var line = Status.line(status);
    var length = line.length + (contentType.isEmpty() ? 0 : contentType.length() + 16) + 28;
    for (var i = 0; i < headers.length; i++) {
      length += headers[i].length() + 2;
    }
    final var out = new AsciiOut(length);
    out.bytes(line);
    if (!contentType.isEmpty()) {
      out.text("Content-Type: ").text(contentType).text("\r\n");
    }
    if (withLength) {
      out.text("Content-Length: ").number(body.length).text("\r\n");
    }
    for (var i = 0; i < headers.length; i += 2) {
      out.text(headers[i]).text(": ").text(headers[i + 1]).text("\r\n");
    }
    return out.done();
  }

  /// The header block of HTTP/2 without the date. The frame itself says where the body ends, so
  /// that no length is written.
  byte[] block() {
    if (preparedBlock != null) {
      return preparedBlock;
    }
    final var out = new ByteArrayOutputStream(64);
    PlainHpack.status(out, status);
    if (!contentType.isEmpty()) {
      PlainHpack.field(out, "content-type", contentType);
    }
    for (var i = 0; i < headers.length; i += 2) {
      PlainHpack.field(out, headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
    }
    return out.toByteArray();
  }

  /// The same for the codec, which writes what is not written whole.
  Http2Headers headers2(final AsciiString date, final boolean withLength) {
    final var fields = new ArrayList<AsciiString>();
    if (!contentType.isEmpty()) {
      fields.addAll(List.of(CONTENT_TYPE, new AsciiString(contentType)));
    }
    for (var i = 0; i < headers.length; i += 2) {
      fields.add(Fields.lowerName(headers[i]));
      fields.add(new AsciiString(headers[i + 1]));
    }
    fields.addAll(List.of(DATE, date));
    if (withLength) {
      fields.addAll(List.of(CONTENT_LENGTH, new AsciiString(Integer.toString(body.length))));
    }
    return ReadOnlyHttp2Headers.serverHeaders(
        false, Status.code(status), fields.toArray(AsciiString[]::new));
  }

  @Override
  public String toString() {
    return "Answer[" + status + ", " + body.length + " bytes]";
  }
}
