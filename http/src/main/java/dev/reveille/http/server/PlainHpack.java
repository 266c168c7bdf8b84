package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes header blocks without the dynamic table (RFC 7541 §6.1 and §6.2.2).
///
/// An answer of ours has three or four header fields. Written as plain literals they take some
/// fifty bytes more than indexed ones, and in exchange their bytes never depend on what was sent
/// before: they are made once per answer, or once per second for the date, and copied.
final class PlainHpack implements Http2HeadersEncoder, Http2HeadersEncoder.Configuration {
  private static final int NO_DYNAMIC_TABLE = 0x20;

  private boolean begun;

  /// What must stand before the first block of a connection: the table's size is 0, so that no
  /// later wish of the peer about it needs an answer (§4.2).
  void begin(final ByteBuf out) {
    if (!begun) {
      begun = true;
      out.writeByte(NO_DYNAMIC_TABLE);
    }
  }

  boolean isBegun() {
    return begun;
  }

  @Override
  public void encodeHeaders(final int streamId, final Http2Headers headers, final ByteBuf out) {
    begin(out);
    final var block = new ByteArrayOutputStream(128);
    for (final var field : headers) {
      field(block, field.getKey().toString(), field.getValue().toString());
    }
    out.writeBytes(block.toByteArray());
  }

  static void status(final ByteArrayOutputStream out, final int status) {
    field(out, ":status", Integer.toString(status));
  }

  static void field(final ByteArrayOutputStream out, final String lowerName, final String value) {
    final var whole = lowerName.equals(":status") ? indexOfStatus(value) : 0;
    if (whole != 0) {
      out.write(0x80 | whole);
      return;
    }
    final var index = indexOf(lowerName);
    if (index == 0) {
      out.write(0);
      text(out, lowerName);
    } else {
      integer(out, 4, index);
    }
    text(out, value);
  }

  /// §5.1; the bits above the prefix are 0.
  private static void integer(
      final ByteArrayOutputStream out, final int prefixBits, final int value) {
    final var most = (1 << prefixBits) - 1;
    if (value < most) {
      out.write(value);
      return;
    }
    out.write(most);
    var rest = value - most;
    for (; rest >= 128; rest >>= 7) {
      out.write(rest & 127 | 128);
    }
    out.write(rest);
  }

  private static void text(final ByteArrayOutputStream out, final String text) {
    integer(out, 7, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The names of RFC 7541's appendix A that answers use.
  private static int indexOf(final String name) {
    return switch (name) {
      case ":status" -> 8;
      case "allow" -> 22;
      case "cache-control" -> 24;
      case "content-length" -> 28;
      case "content-type" -> 31;
      case "date" -> 33;
      case "etag" -> 34;
      case "location" -> 46;
      case "retry-after" -> 53;
      case "set-cookie" -> 55;
      case "www-authenticate" -> 61;
      default -> 0;
    };
  }

  private static int indexOfStatus(final String status) {
    return switch (status) {
      case "200" -> 8;
      case "204" -> 9;
      case "206" -> 10;
      case "304" -> 11;
      case "400" -> 12;
      case "404" -> 13;
      case "500" -> 14;
      default -> 0;
    };
  }

  static byte[] date(final AsciiString date) {
    final var out = new ByteArrayOutputStream(34);
    field(out, "date", date.toString());
    return out.toByteArray();
  }

  @Override
  public Configuration configuration() {
    return this;
  }

  @Override
  public void maxHeaderTableSize(final long max) {
    // Whatever the peer offers, nothing is put into a table.
  }

  @Override
  public long maxHeaderTableSize() {
    return 0;
  }

  @Override
  public void maxHeaderListSize(final long max) {
    // Advisory (RFC 9113 §6.5.2), and answers are small.
  }

  @Override
  public long maxHeaderListSize() {
    return Long.MAX_VALUE;
  }
}
