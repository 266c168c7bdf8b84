package dev.reveille.server;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes the few ASN.1 values that a certificate is made of, in DER (X.690).
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;
  private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050; // RFC 5280 4.1.2.5

  private Der() {}

  static byte[] sequence(final byte[]... parts) {
    return value(SEQUENCE, join(parts));
  }

  static byte[] set(final byte[]... parts) {
    return value(SET, join(parts));
  }

  static byte[] integer(final BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  static byte[] bits(final byte[] content, final int unused) {
    return value(BIT_STRING, join(new byte[] {(byte) unused}, content));
  }

  static byte[] octets(final byte[] content) {
    return value(OCTET_STRING, content);
  }

  static byte[] text(final String words) {
    return value(UTF8_STRING, words.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] yes() {
    return new byte[] {0x01, 0x01, (byte) 0xFF};
  }

  /// `[number] EXPLICIT`, constructed.
  static byte[] tagged(final int number, final byte[] content) {
    return value(CONTEXT | CONSTRUCTED | number, content);
  }

  /// `[number] IMPLICIT` of a primitive.
  static byte[] implicit(final int number, final byte[] content) {
    return value(CONTEXT | number, content);
  }

  static byte[] time(final Instant moment) {
    final var utc = moment.atOffset(ZoneOffset.UTC);
    return utc.getYear() < FIRST_YEAR_OF_GENERALIZED_TIME
        ? value(UTC_TIME, ascii(DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").format(utc)))
        : value(
            GENERALIZED_TIME, ascii(DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").format(utc)));
  }

  /// An object identifier in its dotted form.
  static byte[] oid(final String dotted) {
    final var arcs = dotted.split("\\.");
    final var bytes = new ByteArrayOutputStream();
    bytes.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      base128(bytes, Long.parseLong(arcs[i]));
    }
    return value(OBJECT_IDENTIFIER, bytes.toByteArray());
  }

  private static void base128(final ByteArrayOutputStream into, final long arc) {
    int shift = 0;
    while (arc >>> (shift + 7) != 0) {
      shift += 7;
    }
    for (; shift > 0; shift -= 7) {
      into.write((int) (arc >>> shift & 0x7F) | 0x80);
    }
    into.write((int) (arc & 0x7F));
  }

  private static byte[] ascii(final String words) {
    return words.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value(final int tag, final byte[] content) {
    final var bytes = new ByteArrayOutputStream(content.length + 6);
    bytes.write(tag);
    if (content.length < 0x80) {
      bytes.write(content.length);
    } else {
      final var length = BigInteger.valueOf(content.length).toByteArray();
      final int skip = length[0] == 0 ? 1 : 0;
      bytes.write(0x80 | (length.length - skip));
      bytes.write(length, skip, length.length - skip);
    }
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  static byte[] join(final byte[]... parts) {
    final var bytes = new ByteArrayOutputStream();
    for (final var part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
