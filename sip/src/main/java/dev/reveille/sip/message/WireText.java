package dev.reveille.sip.message;

import java.nio.charset.StandardCharsets;

/// Turns the texts of a message, one `char` per byte, into what people read and back; and says
/// which characters the grammar of RFC 3261 section 25.1 allows where.
final class WireText {
  private static final int TOKEN = 1;
  private static final int USER = 2;
  private static final int PASSWORD = 4;
  private static final int PARAMETER = 8;
  private static final int HEADER = 16;
  private static final int HOST = 32;
  private static final int ASCII = 128;
  private static final byte[] CLASSES = classes();

  private WireText() {}

  private static byte[] classes() {
    final var classes = new byte[ASCII];
    for (char c = 0; c < ASCII; c++) {
      final var isAlphanumeric =
          c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (isAlphanumeric) {
        classes[c] = TOKEN | USER | PASSWORD | PARAMETER | HEADER | HOST;
      }
    }
    mark(classes, "-.!%*_+`'~", TOKEN);
    mark(classes, "-_.!~*'()", USER | PASSWORD | PARAMETER | HEADER);
    mark(classes, "&=+$,;?/", USER);
    mark(classes, "&=+$,", PASSWORD);
    mark(classes, "[]/:&+$", PARAMETER);
    mark(classes, "[]/?:+$", HEADER);
    mark(classes, "-._", HOST);
    return classes;
  }

  private static void mark(final byte[] classes, final String which, final int as) {
    for (int i = 0; i < which.length(); i++) {
      classes[which.charAt(i)] |= (byte) as;
    }
  }

  private static boolean is(final int c, final int which) {
    return c >= 0 && c < ASCII && (CLASSES[c] & which) != 0;
  }

  static boolean isTokenChar(final int c) {
    return is(c, TOKEN);
  }

  static boolean isHostChar(final int c) {
    return is(c, HOST);
  }

  static boolean isToken(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!is(text.charAt(i), TOKEN)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isUser(final String text) {
    return isEscaped(text, USER);
  }

  static boolean isPassword(final String text) {
    return isEscaped(text, PASSWORD);
  }

  static boolean isUriParameter(final String text) {
    return isEscaped(text, PARAMETER);
  }

  static boolean isUriHeader(final String text) {
    return isEscaped(text, HEADER);
  }

  /// Whether the text has only characters of this class and whole escapes.
  private static boolean isEscaped(final String text, final int which) {
    for (int i = 0; i < text.length(); i++) {
      final var c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length() || hex(text.charAt(i + 1)) < 0 || hex(text.charAt(i + 2)) < 0) {
          return false;
        }
        i += 2;
      } else if (!is(c, which)) {
        return false;
      }
    }
    return true;
  }

  private static int hex(final char c) {
    return c < ASCII ? Character.digit(c, 16) : -1;
  }

  /// What the escapes of a URI stand for, as bytes. What is no whole escape stays as it is.
  static String unescape(final String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    final var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      final var c = text.charAt(i);
      final var isEscape =
          c == '%'
              && i + 2 < text.length()
              && hex(text.charAt(i + 1)) >= 0
              && hex(text.charAt(i + 2)) >= 0;
      if (isEscape) {
        plain.append((char) (hex(text.charAt(i + 1)) * 16 + hex(text.charAt(i + 2))));
        i += 2;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  static String escapeUser(final String bytes) {
    return escape(bytes, USER);
  }

  static String escapeParameter(final String bytes) {
    return escape(bytes, PARAMETER);
  }

  private static String escape(final String bytes, final int which) {
    final var escaped = new StringBuilder(bytes.length() + 8);
    for (int i = 0; i < bytes.length(); i++) {
      final var c = bytes.charAt(i);
      if (is(c, which)) {
        escaped.append(c);
      } else {
        escaped.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        escaped.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return escaped.toString();
  }

  /// What people read: the bytes as UTF-8.
  static String shown(final String bytes) {
    return isAscii(bytes)
        ? bytes
        : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// The bytes of a text that people wrote, in UTF-8.
  static String bytesOf(final String shown) {
    return isAscii(shown)
        ? shown
        : new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static boolean isAscii(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= ASCII) {
        return false;
      }
    }
    return true;
  }

  /// A field's value that we write: no line ends in it, or it would become another field.
  ///
  /// @return its bytes
  static String checkedValue(final String name, final String value) {
    for (int i = 0; i < value.length(); i++) {
      final var c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException(
            "the value of " + name + " has a line end or NUL at " + i);
      }
    }
    return bytesOf(value);
  }

  /// Two texts, each of one byte per char, without regard to the case of ASCII letters.
  static boolean sameIgnoringCase(final String one, final String other) {
    return one.length() == other.length() && one.equalsIgnoreCase(other);
  }
}
