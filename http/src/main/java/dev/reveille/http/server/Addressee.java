package dev.reveille.http.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What could be read of the address in a head of HTTP/1.1 that is refused: enough to choose the
/// form of the refusal, not enough to serve it.
///
/// @param host the `Host` field, "" when it did not come or cannot be found
/// @param path as sent, without a query; "" when it cannot be found
record Addressee(String host, String path) {
  static final Addressee UNKNOWN = new Addressee("", "");

  private static final String HOST = "\nhost:";

  /// @param bytes the beginning of a head, of whatever form
  static Addressee of(final byte[] bytes, final int length) {
    final var text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    final int lineEnd = endOf(text, 0, "\r\n");
    final int from = text.indexOf(' ') + 1;
    if (from == 0 || from >= lineEnd || text.charAt(from) != '/') {
      return UNKNOWN;
    }
    return new Addressee(
        host(text), text.substring(from, Math.min(lineEnd, endOf(text, from, " ?\r\n"))));
  }

  private static String host(final String text) {
    final int at = text.toLowerCase(Locale.ROOT).indexOf(HOST);
    if (at < 0) {
      return "";
    }
    final int from = at + HOST.length();
    return text.substring(from, endOf(text, from, "\r\n")).strip();
  }

  private static int endOf(final String text, final int from, final String ends) {
    int at = from;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }
}
