package dev.reveille.simulators.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// As much of ASN.1's distinguished encoding as a certificate needs.
final class Der {
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(final byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] set(final byte[]... parts) {
    return tagged(0x31, parts);
  }

  static byte[] integer(final BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] isTrue() {
    return tagged(0x01, new byte[] {(byte) 0xff});
  }

  static byte[] octets(final byte[] value) {
    return tagged(0x04, value);
  }

  /// @param unused bits at the end of the last byte
  static byte[] bits(final byte[] value, final int unused) {
    return tagged(0x03, new byte[] {(byte) unused}, value);
  }

  static byte[] text(final String value) {
    return tagged(0x0c, value.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(final Instant at) {
    return tagged(0x18, GENERALIZED_TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] oid(final String dotted) {
    final String[] arcs = dotted.split("\\.");
    final var out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      final int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(arc >>> shift & 0x7f | 0x80);
        }
      }
      out.write(arc & 0x7f);
    }
    return tagged(0x06, out.toByteArray());
  }

  static byte[] tagged(final int tag, final byte[]... parts) {
    int length = 0;
    for (final byte[] part : parts) {
      length += part.length;
    }
    final var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length);
    }
    for (final byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
