package dev.reveille.push.payload;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes JSON text as UTF-8 bytes. Knows strings and their escapes; the caller sees to the rest.
public final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int REPLACEMENT = 0xFFFD;

  private byte[] bytes = new byte[512];
  private int length;

  /// Text that is JSON already: braces, names, commas. ASCII only.
  public JsonBytes raw(final String text) {
    room(text.length());
    copy(text, text.length());
    return this;
  }

  public JsonBytes number(final long value) {
    return raw(Long.toString(value));
  }

  /// A string with its quotes. A broken surrogate becomes the replacement character.
  public JsonBytes string(final String text) {
    final int plain = plain(text);
    room(text.length() + 2 + (text.length() - plain) * 5); // the longest escape: six bytes a char
    bytes[length++] = '"';
    copy(text, plain);
    for (int i = plain; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (isPlain(c)) {
        bytes[length++] = (byte) c;
      } else if (c < 0x80) {
        escape(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        utf8(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        utf8(Character.isSurrogate(c) ? REPLACEMENT : c);
      }
    }
    bytes[length++] = '"';
    return this;
  }

  private static boolean isPlain(final char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  }

  /// How many characters there are before the first that needs more than itself: nearly always all.
  private static int plain(final String text) {
    int count = 0;
    while (count < text.length() && isPlain(text.charAt(count))) {
      count++;
    }
    return count;
  }

  private void copy(final String text, final int count) {
    final byte[] to = bytes; // locals: fields would be read and written for every byte
    final int at = length;
    for (int i = 0; i < count; i++) {
      to[at + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void escape(final char c) {
    bytes[length++] = '\\';
    switch (c) {
      case '"' -> bytes[length++] = '"';
      case '\\' -> bytes[length++] = '\\';
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[c >> 4];
        bytes[length++] = HEX[c & 0xf];
      }
    }
  }

  private void utf8(final int point) {
    if (point < 0x800) {
      bytes[length++] = (byte) (0xC0 | point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[length++] = (byte) (0xE0 | point >> 12);
      } else {
        bytes[length++] = (byte) (0xF0 | point >> 18);
        bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
      }
      bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
    }
    bytes[length++] = (byte) (0x80 | point & 0x3F);
  }

  private void room(final int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
