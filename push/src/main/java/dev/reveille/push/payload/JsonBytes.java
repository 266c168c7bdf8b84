package dev.reveille.push.payload;

import dev.reveille.model.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes JSON as UTF-8 bytes into a buffer that grows. It escapes strings; that the result is
/// valid JSON is the caller's task. Not thread-safe.
public final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int REPLACEMENT = 0xFFFD;

  /// Bytes of a surrogate pair; no single character takes as many.
  private static final int PAIR = 4;

  /// 1 for an ASCII character that does not stand for itself in a string.
  private static final byte[] NEEDS_MORE = new byte[128];

  static {
    for (char c = 0; c < NEEDS_MORE.length; c++) {
      NEEDS_MORE[c] = (byte) (isPlain(c) ? 0 : 1);
    }
  }

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

  /// How many bytes a text takes in a string, without the quotes.
  static int sizeOf(final String text) {
    int size = text.length();
    for (int i = plain(text); i < text.length(); i++) {
      final char c = text.charAt(i);
      if (isPlain(c)) {
        continue;
      }
      if (c < 0x80) {
        size += c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' ? 1 : 5;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        size += 2; // two characters, four bytes
        i++;
      } else {
        size += c < 0x800 ? 1 : 2;
      }
    }
    return size;
  }

  /// How many characters at the beginning of a text take at most so many bytes in a string; never
  /// an unpaired surrogate.
  static int fitting(final String text, final int room) {
    int size = 0;
    int count = 0;
    while (count < text.length()) {
      final int more = sizeAt(text, count);
      size += more;
      if (size > room) {
        break;
      }
      count += more == PAIR ? 2 : 1;
    }
    return count;
  }

  private static int sizeAt(final String text, final int at) {
    final char c = text.charAt(at);
    if (isPlain(c)) {
      return 1;
    }
    if (c < 0x80) {
      return c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' ? 2 : 6;
    }
    if (Character.isHighSurrogate(c)
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1))) {
      return PAIR;
    }
    return c < 0x800 ? 2 : 3;
  }

  private static boolean isPlain(final char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  }

  /// How many characters there are before the first that needs more than itself: nearly always all.
  private static int plain(final String text) {
    int more = 0; // gathered without a branch: the usual answer is known after one quick pass
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      more |= NEEDS_MORE[c & 0x7F] | c >> 7;
    }
    if (more == 0) {
      return text.length();
    }
    int count = 0;
    while (isPlain(text.charAt(count))) {
      count++;
    }
    return count;
  }

  private void copy(final String text, final int count) {
    Ascii.copy(text, count, bytes, length);
    length += count;
  }

  /// Forgets what was written, to write something else into the same memory.
  public JsonBytes again() {
    length = 0;
    return this;
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
