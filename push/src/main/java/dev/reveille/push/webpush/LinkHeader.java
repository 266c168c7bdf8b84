package dev.reveille.push.webpush;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the target of one relation type in `Link` headers (RFC 8288). Malformed links are skipped.
final class LinkHeader {
  private LinkHeader() {}

  /// The target of the first link that has the relation, as it is written: it may be relative.
  ///
  /// @param relation lower case
  static Optional<String> target(final List<String> lines, final String relation) {
    return lines.stream().flatMap(line -> target(line, relation).stream()).findFirst();
  }

  private static Optional<String> target(final String line, final String relation) {
    int from = line.indexOf('<');
    while (from >= 0) {
      final int close = line.indexOf('>', from);
      if (close < 0) {
        return Optional.empty();
      }
      final int end = endOfLink(line, close + 1);
      if (names(line.substring(close + 1, end), relation)) {
        return Optional.of(line.substring(from + 1, close).strip());
      }
      from = line.indexOf('<', end);
    }
    return Optional.empty();
  }

  /// Where the comma stands that ends a link's parameters.
  private static int endOfLink(final String line, final int from) {
    return end(line, from, ',');
  }

  /// The place of the mark, outside of quotes; else the end.
  private static int end(final String text, final int from, final char mark) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++; // what follows is no mark
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == mark && !quoted) {
        return i;
      }
    }
    return text.length();
  }

  /// Whether one of the parameters is `rel` with this type among its words.
  private static boolean names(final String parameters, final String relation) {
    int from = 0;
    while (from < parameters.length()) {
      final int end = end(parameters, from, ';');
      final var one = parameters.substring(from, end);
      final int equals = one.indexOf('=');
      if (equals > 0 && one.substring(0, equals).strip().equalsIgnoreCase("rel")) {
        final var value = one.substring(equals + 1).replace("\"", "").strip();
        return List.of(value.toLowerCase(Locale.ROOT).split("\\s+")).contains(relation);
      }
      from = end + 1;
    }
    return false;
  }
}
