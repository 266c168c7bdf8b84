package dev.reveille.routing.presentation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Text with places that an event fills: `{title}`, `{data.room}`. `{{` and `}}` are braces. Taken
/// apart once; filling it only joins strings, and stops at [#MOST_FILLED].
final class Template {
  static final int LONGEST = 1_000;

  /// A new text has at most this many places. One that was kept by an older version is cut before
  /// the next.
  static final int MOST_PLACES = 8;

  /// No push carries more bytes than this, so no text is filled with more characters.
  static final int MOST_FILLED = 4_096;

  private static final String DATA = "data.";

  static final Template EMPTY = new Template(List.of(), List.of(), 0);

  /// Literal text and names by turns, beginning with a text.
  private final List<String> texts;

  private final List<String> names;

  /// How many there were before it was cut.
  private final int places;

  private Template(final List<String> texts, final List<String> names, final int places) {
    this.places = places;
    this.texts = List.copyOf(texts);
    this.names = List.copyOf(names);
  }

  /// @param where names the place in complaints
  /// @param known the names that this kind of event can fill
  /// @throws IllegalArgumentException when it is too long, has an open brace or an unknown name
  static Template of(final String where, final String text, final Set<String> known) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          where + ": must have at most " + LONGEST + " characters, not " + text.length());
    }
    final var texts = new ArrayList<String>();
    final var names = new ArrayList<String>();
    final var literal = new StringBuilder();
    int places = 0;
    @Nullable String cut = null;
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
        literal.append(c);
        i++;
      } else if (c == '{') {
        final int end = text.indexOf('}', i);
        if (end < 0) {
          throw new IllegalArgumentException(
              where
                  + ": the brace at character "
                  + (i + 1)
                  + " is not closed; write {{ for a brace");
        }
        final var name = text.substring(i + 1, end);
        if (name.startsWith(DATA)
            ? !known.contains(DATA) || name.equals(DATA)
            : !known.contains(name)) {
          throw new IllegalArgumentException(
              where + ": there is no {" + name + "} here; there are " + shown(known));
        }
        places++;
        if (places <= MOST_PLACES) {
          texts.add(literal.toString());
          names.add(name);
        } else if (cut == null) {
          cut = literal.toString();
        }
        literal.setLength(0);
        i = end;
      } else if (c == '}') {
        throw new IllegalArgumentException(
            where
                + ": the brace at character "
                + (i + 1)
                + " was not opened; write }} for a brace");
      } else {
        literal.append(c);
      }
    }
    texts.add(cut == null ? literal.toString() : cut);
    return new Template(texts, names, places);
  }

  private static String shown(final Set<String> known) {
    final var words = new ArrayList<String>();
    known.stream()
        .sorted()
        .forEach(name -> words.add(name.equals(DATA) ? "{data.NAME}" : "{" + name + "}"));
    return String.join(", ", words);
  }

  /// The literal parts.
  List<String> texts() {
    return texts;
  }

  /// The names of the places, each as often as it is there.
  List<String> names() {
    return names;
  }

  /// How many places it was written with.
  int places() {
    return places;
  }

  String fill(final TemplateValues values) {
    return fill(values, MOST_FILLED);
  }

  /// @param most characters that it is filled with; what comes after them is left out
  String fill(final TemplateValues values, final int most) {
    if (texts.isEmpty()) {
      return "";
    }
    if (names.isEmpty()) {
      return beginning(texts.getFirst(), most);
    }
    final var filled = new StringBuilder(64);
    for (int i = 0; i < names.size(); i++) {
      if (isCut(filled, texts.get(i), most) || isCut(filled, values.of(names.get(i)), most)) {
        return filled.toString();
      }
    }
    isCut(filled, texts.getLast(), most);
    return filled.toString();
  }

  /// Adds as much as there is room for. Answers whether something was left out: then nothing comes
  /// after it.
  private static boolean isCut(final StringBuilder filled, final String part, final int most) {
    final int end = endOfBeginning(part, most - filled.length());
    filled.append(part, 0, end);
    return end < part.length();
  }

  private static String beginning(final String text, final int most) {
    return text.substring(0, endOfBeginning(text, most));
  }

  /// A character of two halves is left out whole.
  private static int endOfBeginning(final String text, final int most) {
    if (text.length() <= most) {
      return text.length();
    }
    return most > 0 && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }
}
