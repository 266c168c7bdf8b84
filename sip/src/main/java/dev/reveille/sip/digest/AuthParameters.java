package dev.reveille.sip.digest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads and writes `Digest name=value, name="value"`: a scheme and parameters, each at most once
/// (RFC 3261 section 25.1, `challenge` and `credentials`).
final class AuthParameters {
  private static final String SCHEME = "Digest";
  private static final int MOST = 32;

  private AuthParameters() {}

  /// The parameters by their names in lower case.
  ///
  /// @return empty for another scheme, a malformed text, or a parameter that stands twice
  static Optional<Map<String, String>> parse(final String text) {
    final var value = text.strip();
    if (!value.regionMatches(/* ignoreCase= */ true, 0, SCHEME + " ", 0, SCHEME.length() + 1)) {
      return Optional.empty();
    }
    final var found = new LinkedHashMap<String, String>();
    int at = SCHEME.length();
    while (at < value.length()) {
      final var equals = value.indexOf('=', at);
      if (equals < 0 || found.size() >= MOST) {
        return Optional.empty();
      }
      final var name = value.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      final var read = new StringBuilder();
      final var end = readValue(value, equals + 1, read);
      if (end < 0 || name.isEmpty() || found.put(name, read.toString()) != null) {
        return Optional.empty();
      }
      at = end;
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /// @return where the next parameter begins, or -1 when the value is malformed
  private static int readValue(final String text, final int from, final StringBuilder into) {
    int at = skipSpace(text, from);
    if (at < text.length() && text.charAt(at) == '"') {
      at = readQuoted(text, at + 1, into);
      if (at < 0) {
        return -1;
      }
      at = skipSpace(text, at);
    } else {
      final var comma = text.indexOf(',', at);
      final var end = comma < 0 ? text.length() : comma;
      final var token = text.substring(at, end).strip();
      if (token.isEmpty() || token.indexOf('"') >= 0 || token.indexOf(' ') >= 0) {
        return -1;
      }
      into.append(token);
      at = end;
    }
    if (at == text.length()) {
      return at;
    }
    return text.charAt(at) == ',' && at + 1 < text.length() ? at + 1 : -1;
  }

  /// @return the position after the closing quote, or -1 when there is none
  private static int readQuoted(final String text, final int from, final StringBuilder into) {
    for (int i = from; i < text.length(); i++) {
      final var c = text.charAt(i);
      if (c == '"') {
        return i + 1;
      }
      if (c == '\\') {
        i++;
        if (i == text.length()) {
          return -1;
        }
      }
      into.append(text.charAt(i));
    }
    return -1;
  }

  private static int skipSpace(final String text, final int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  static String begin() {
    return SCHEME;
  }

  /// Adds `name="value"`.
  static void quoted(final StringBuilder out, final String name, final String value) {
    name(out, name).append('"');
    for (int i = 0; i < value.length(); i++) {
      final var c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    out.append('"');
  }

  /// Adds `name=value`.
  static void plain(final StringBuilder out, final String name, final String value) {
    name(out, name).append(value);
  }

  private static StringBuilder name(final StringBuilder out, final String name) {
    out.append(out.length() == SCHEME.length() ? " " : ", ");
    return out.append(name).append('=');
  }
}
