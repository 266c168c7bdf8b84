package dev.reveille.http.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Host and path of a refused HTTP/1.1 head, as far as they could be read: enough to choose the
/// form of the refusal, not enough to serve it.
///
/// @param host the `Host` field, "" when it did not come or cannot be found
/// @param path decoded where that is possible, without a query; "" when the target is none
record Addressee(String host, String path) {
  static final Addressee UNKNOWN = new Addressee("", "");

  private static final String HOST = "\nhost:";

  /// @param bytes the beginning of a head, of whatever form
  static Addressee of(final byte[] bytes, final int length) {
    final var text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    final int lineEnd = endOf(text, 0, "\r\n");
    final int from = text.indexOf(' ') + 1;
    final var target =
        from == 0 || from >= lineEnd
            ? ""
            : text.substring(from, Math.min(lineEnd, endOf(text, from, " \r\n")));
    return of(host(text), target);
  }

  /// @param target as sent, of whatever form
  static Addressee of(final String host, final String target) {
    final var read = RequestTarget.of(target);
    if (read != null) {
      return new Addressee(host, read.path());
    }
    return new Addressee(
        host, target.startsWith("/") ? target.substring(0, endOf(target, 0, "?")) : "");
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
