package dev.reveille.routing.presentation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Text with places that an event fills: `{title}`, `{data.room}`. `{{` and `}}` are braces. Taken
/// apart once; filling it only joins strings.
final class Template {
  static final int LONGEST = 1_000;
  private static final String DATA = "data.";

  static final Template EMPTY = new Template(List.of(), List.of());

  /// Literal text and names by turns, beginning with a text.
  private final List<String> texts;

  private final List<String> names;

  private Template(final List<String> texts, final List<String> names) {
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
        texts.add(literal.toString());
        names.add(name);
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
    texts.add(literal.toString());
    return new Template(texts, names);
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

  String fill(final Facts facts) {
    if (texts.isEmpty()) {
      return "";
    }
    if (names.isEmpty()) {
      return texts.getFirst();
    }
    final var filled = new StringBuilder(64);
    for (int i = 0; i < names.size(); i++) {
      filled.append(texts.get(i)).append(facts.of(names.get(i)));
    }
    return filled.append(texts.getLast()).toString();
  }
}
