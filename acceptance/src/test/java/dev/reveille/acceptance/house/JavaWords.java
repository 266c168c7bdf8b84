package dev.reveille.acceptance.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The words of a Java file, by where they stand. Comments on consecutive lines are one comment,
/// and literals joined by `+` one text, so that a phrase is found although it goes over a line's
/// end.
///
/// @param comments without the signs that mark them, and without what stands in them as code
/// @param texts string literals and text blocks, with blanks for escapes
/// @param names identifiers, divided into words: `isLast` is `is Last`
record JavaWords(List<String> comments, List<String> texts, List<String> names) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)(?<comment>//[^\\n]*|/\\*.*?\\*/)"
              + "|(?<text>\"\"\".*?(?<!\\\\)\"\"\"|\"(?:[^\"\\\\]++|\\\\.)*+\")"
              + "|(?<letter>'(?:[^'\\\\]|\\\\.[^']*)')"
              + "|(?<name>[A-Za-z_]\\w*)"
              + "|(?<sign>\\S)");

  private static final Pattern MARK = Pattern.compile("(?m)^\\s*(?://+|/\\*+|\\*+/?)|\\*/$");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u[0-9a-fA-F]{4}|\\R|.)");

  static JavaWords of(final String source) {
    final var words = new JavaWords(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    String before = "";
    for (final MatchResult token : TOKEN.matcher(source).results().toList()) {
      before = words.add(token, before);
    }
    words.comments.replaceAll(comment -> CODE.matcher(comment).replaceAll(""));
    return words;
  }

  /// Divides names as Java and JavaScript write them into their words.
  static String divided(final String name) {
    return name.replace('_', ' ').replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
  }

  /// @param before the kind of the token before; a `+` behind a text is still that text
  /// @return the kind of this token
  private String add(final MatchResult token, final String before) {
    if (token.group("comment") != null) {
      final var words = MARK.matcher(token.group()).replaceAll("");
      append(comments, words, before.equals("comment") ? "\n" : null);
      return "comment";
    }
    if (token.group("text") != null) {
      final var quoted = token.group();
      final int quotes = quoted.startsWith("\"\"\"") ? 3 : 1;
      final var words = quoted.substring(quotes, quoted.length() - quotes);
      append(texts, ESCAPE.matcher(words).replaceAll(" "), before.equals("text") ? "" : null);
      return "text";
    }
    if (token.group("name") != null) {
      names.add(divided(token.group()));
    }
    return before.equals("text") && token.group().equals("+") ? "text" : "";
  }

  private static void append(
      final List<String> all, final String words, final @Nullable String joint) {
    if (joint == null) {
      all.add(words);
    } else {
      all.add(all.removeLast() + joint + words);
    }
  }
}
