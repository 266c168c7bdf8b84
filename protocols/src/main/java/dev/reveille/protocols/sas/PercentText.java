package dev.reveille.protocols.sas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Encodes and decodes percent-encoding (RFC 3986 §2.1). A `+` stays a `+`: some callers send
/// signatures, which contain it, without encoding.
final class PercentText {
  private static final String PLAIN = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private PercentText() {}

  /// The text; empty when an escape is incomplete or the bytes are not UTF-8.
  static Optional<String> decode(final String text) {
    if (text.indexOf('%') < 0) {
      return Optional.of(text);
    }
    final var bytes = ByteBuffer.allocate(text.length() * 3);
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c != '%') {
        final int end = text.offsetByCodePoints(i, 1);
        bytes.put(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end - 1;
        continue;
      }
      final boolean isWhole = i + 2 < text.length();
      final int high = isWhole ? hex(text.charAt(i + 1)) : -1;
      final int low = isWhole ? hex(text.charAt(i + 2)) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (final CharacterCodingException _) {
      return Optional.empty();
    }
  }

  /// Of ASCII alone: other scripts have digits too.
  private static int hex(final char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  /// The text with escapes in capitals, as JavaScript's `encodeURIComponent` writes it.
  static String encode(final String text) {
    final var out = new StringBuilder(text.length() + 16);
    for (final byte b : text.getBytes(StandardCharsets.UTF_8)) {
      final char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return out.toString();
  }
}
