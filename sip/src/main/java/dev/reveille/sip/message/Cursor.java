package dev.reveille.sip.message;

import org.jspecify.annotations.Nullable;

/// Reads the value of one field from left to right. White space is SP and HTAB: folded lines have
/// been joined before.
final class Cursor {
  private static final char DELETE = 0x7f;

  private final String text;
  private final int end;
  private final WireFault fault;
  private int at;

  Cursor(final String text, final WireFault fault) {
    this.text = text;
    this.end = text.length();
    this.fault = fault;
  }

  SyntaxFault fault() {
    return new SyntaxFault(fault);
  }

  boolean atEnd() {
    return at >= end;
  }

  int at() {
    return at;
  }

  void to(final int position) {
    at = position;
  }

  /// The next character, or -1 at the end.
  int peek() {
    return at < end ? text.charAt(at) : -1;
  }

  void space() {
    while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  boolean take(final char c) {
    if (at < end && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  void expect(final char c) {
    if (!take(c)) {
      throw fault();
    }
  }

  /// At the end of the value or of this element of a list.
  void expectEnd() {
    space();
    if (!atEnd()) {
      throw fault();
    }
  }

  String token() {
    final var from = at;
    while (at < end && WireText.isTokenChar(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw fault();
    }
    return text.substring(from, at);
  }

  /// Between quotes, with the pairs resolved. Control characters, which are allowed in pairs,
  /// become spaces: whatever shows or writes the text again is safe from them.
  String quoted() {
    expect('"');
    final var from = at;
    int i = from;
    while (i < end && text.charAt(i) != '"' && text.charAt(i) != '\\') {
      checkQuoted(text.charAt(i));
      i++;
    }
    if (i < end && text.charAt(i) == '"') {
      at = i + 1;
      return text.substring(from, i);
    }
    return withPairs(from, i);
  }

  private String withPairs(final int from, final int firstPair) {
    final var plain = new StringBuilder(end - from).append(text, from, firstPair);
    for (int i = firstPair; i < end; i++) {
      final var c = text.charAt(i);
      if (c == '"') {
        at = i + 1;
        return plain.toString();
      }
      if (c == '\\') {
        i++;
        if (i >= end || text.charAt(i) > DELETE) {
          throw fault();
        }
        final var pair = text.charAt(i);
        plain.append(pair < ' ' || pair == DELETE ? ' ' : pair);
      } else {
        checkQuoted(c);
        plain.append(c);
      }
    }
    throw fault();
  }

  private void checkQuoted(final char c) {
    if (c < ' ' && c != '\t' || c == DELETE) {
      throw fault();
    }
  }

  /// The value of a parameter: a token, a host or a quoted text; what stands between quotes is
  /// returned with its quotes and pairs, so that it can be written again.
  String parameterValue() {
    if (peek() == '"') {
      final var from = at;
      final var _ = quoted();
      return text.substring(from, at);
    }
    final var from = at;
    while (at < end && isValueChar(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw fault();
    }
    return text.substring(from, at);
  }

  /// A token, or what addresses have beside it: `[::1]:5060`.
  private static boolean isValueChar(final char c) {
    return WireText.isTokenChar(c) || c == ':' || c == '[' || c == ']' || c == '/' || c == '@';
  }

  /// A host name, an IPv4 address, or an IPv6 address in brackets.
  String host() {
    final var from = at;
    if (take('[')) {
      while (at < end && isIpv6Char(text.charAt(at))) {
        at++;
      }
      expect(']');
      if (at - from < 4) {
        throw fault();
      }
      return text.substring(from, at);
    }
    while (at < end && WireText.isHostChar(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw fault();
    }
    return text.substring(from, at);
  }

  private static boolean isIpv6Char(final char c) {
    return c == ':' || c == '.' || c < DELETE && Character.digit(c, 16) >= 0;
  }

  /// A number with at least one digit.
  long number(final long most) {
    final var from = at;
    long number = 0;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      number = number * 10 + (text.charAt(at) - '0');
      if (number > most) {
        throw fault();
      }
      at++;
    }
    if (at == from) {
      throw fault();
    }
    return number;
  }

  int port() {
    final var port = (int) number(65_535);
    if (port == 0) {
      throw fault();
    }
    return port;
  }

  String substring(final int from, final int to) {
    return text.substring(from, to);
  }

  /// Goes to the next of two characters, or to the end; what stands there, or -1.
  int skipTo(final char one, final char other) {
    while (at < end && text.charAt(at) != one && text.charAt(at) != other) {
      at++;
    }
    return peek();
  }

  /// The position after the element of a list that begins here: at a comma that stands neither
  /// between quotes nor between angle brackets, or at the end.
  static int elementEnd(final String text, final int from) {
    boolean isQuoted = false;
    boolean isBracketed = false;
    for (int i = from; i < text.length(); i++) {
      final var c = text.charAt(i);
      if (isQuoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          isQuoted = false;
        }
      } else if (isBracketed) {
        isBracketed = c != '>';
      } else if (c == '"') {
        isQuoted = true;
      } else if (c == '<') {
        isBracketed = true;
      } else if (c == ',') {
        return i;
      }
    }
    return text.length();
  }

  /// The text without white space around it.
  static String trimmed(final String text, final int from, final int to) {
    int start = from;
    int end = to;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(final char c) {
    return c == ' ' || c == '\t';
  }

  /// What stands between the quotes of a parameter's value, or the value itself.
  static @Nullable String unquoted(final @Nullable String value) {
    if (value == null || value.isEmpty() || value.charAt(0) != '"') {
      return value;
    }
    return new Cursor(value, WireFault.BAD_FIELD).quoted();
  }

  /// A text between quotes.
  static String quote(final String plain) {
    final var quoted = new StringBuilder(plain.length() + 2).append('"');
    for (int i = 0; i < plain.length(); i++) {
      final var c = plain.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
