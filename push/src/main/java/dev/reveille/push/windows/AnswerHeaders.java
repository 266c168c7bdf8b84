package dev.reveille.push.windows;

import dev.reveille.http.client.ClientAnswer;
import java.util.List;

/// Reads headers of a service's answer for trails and logs: control characters are replaced, a
/// value is cut at 120 characters, and several together at 400.
public final class AnswerHeaders {
  private static final int LONGEST_VALUE = 120;
  private static final int LONGEST = 400;

  private AnswerHeaders() {}

  /// A header's value; "" when there is none.
  ///
  /// @param name lower case
  public static String value(final ClientAnswer answer, final String name) {
    return answer.header(name).map(text -> plain(text, LONGEST_VALUE)).orElse("");
  }

  /// One of the words that a table knows, in its spelling whatever its case; another one as it
  /// came.
  public static String word(final String said, final List<String> known) {
    for (final var word : known) {
      if (word.equalsIgnoreCase(said)) {
        return word;
      }
    }
    return said;
  }

  /// The headers that are there, with their values word for word: `NAME: VALUE, NAME: VALUE`.
  ///
  /// @param names as their maker writes them
  public static String gathered(final ClientAnswer answer, final List<Named> names) {
    final var all = new StringBuilder();
    for (final var name : names) {
      final var value = value(answer, name.lower());
      if (!value.isEmpty()) {
        all.append(all.isEmpty() ? "" : ", ").append(name.name()).append(": ").append(value);
      }
    }
    return plain(all.toString(), LONGEST);
  }

  /// A header's name as its documentation spells it, and in lower case for the look-up.
  public record Named(String name, String lower) {
    public static Named of(final String name) {
      return new Named(name, name.toLowerCase(java.util.Locale.ROOT));
    }
  }

  private static String plain(final String text, final int longest) {
    final var cut = text.length() > longest ? text.substring(0, longest) : text;
    for (int i = 0; i < cut.length(); i++) {
      if (!isPlain(cut.charAt(i))) {
        return replaced(cut);
      }
    }
    return cut.strip();
  }

  private static String replaced(final String text) {
    final var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append(isPlain(text.charAt(i)) ? text.charAt(i) : '?');
    }
    return out.toString().strip();
  }

  private static boolean isPlain(final char c) {
    return c >= 0x20 && c < 0x7F;
  }
}
