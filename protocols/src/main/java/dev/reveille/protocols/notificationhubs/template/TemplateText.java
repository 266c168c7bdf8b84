package dev.reveille.protocols.notificationhubs.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One text of a template, or the value of one of its headers: either literal text or an
/// expression. Immutable.
public final class TemplateText {
  /// Of the text, in characters.
  static final int LONGEST = 64 * 1024;

  /// In one pair of braces.
  static final int MOST_PARTS = 32;

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_NUMBER = 6;
  private static final String OPERATORS = "$.%#";
  private static final String DOTS = "...";

  private final List<Part> parts;
  private final boolean isInBraces;

  private TemplateText(final List<Part> parts, final boolean isInBraces) {
    this.parts = List.copyOf(parts);
    this.isInBraces = isInBraces;
  }

  private sealed interface Part {
    record Literal(String text) implements Part {}

    /// @param operator one of [#OPERATORS]
    /// @param most characters of the result; a very large number where none is written
    record Property(char operator, String name, int most) implements Part {}
  }

  /// @param where the text stands, for complaints
  /// @throws TemplateRefused when it begins like an expression and is none
  public static TemplateText parse(final String where, final String text) {
    final var stripped = text.strip();
    if (stripped.length() > LONGEST) {
      throw new TemplateRefused(where + ": has more than " + LONGEST + " characters");
    }
    if (!isExpression(stripped)) {
      return literal(text);
    }
    return new TemplateText(new Reader(where, stripped).whole(), stripped.startsWith("{"));
  }

  /// A text that is no expression, whatever it looks like.
  static TemplateText literal(final String text) {
    return new TemplateText(List.of(new Part.Literal(text)), false);
  }

  private static boolean isExpression(final String text) {
    return text.startsWith("{")
        || text.length() > 1 && OPERATORS.indexOf(text.charAt(0)) >= 0 && text.charAt(1) == '(';
  }

  /// How many properties it names.
  int expressions() {
    return (int) parts.stream().filter(Part.Property.class::isInstance).count();
  }

  /// Whether it is `#(p)` and nothing more, no braces either.
  boolean isNumber() {
    return !isInBraces
        && parts.getFirst() instanceof Part.Property(final char operator, _, _)
        && operator == '#';
  }

  /// The text for a message, with the properties of [TemplateProperties#of].
  public String render(final TemplateProperties properties) {
    return render(new Rendering(properties, LONGEST));
  }

  /// The same for one of several texts that share what they may become together.
  public String render(final Rendering rendering) {
    if (parts.size() == 1) {
      return part(parts.getFirst(), rendering);
    }
    final var text = new StringBuilder();
    parts.forEach(part -> text.append(part(part, rendering)));
    return text.toString();
  }

  private static String part(final Part part, final Rendering rendering) {
    return switch (part) {
      case Part.Literal(final var text) -> text;
      case Part.Property(final char operator, final var name, final int most) ->
          rendering.isTooLarge() // then nothing is made of it
              ? ""
              : rendering.counted(value(operator, rendering.properties().of(name), most));
    };
  }

  private static String value(final char operator, final String value, final int most) {
    return switch (operator) {
      case '%' ->
          URLEncoder.encode(value, StandardCharsets.UTF_8)
              .replace("+", "%20")
              .replace("*", "%2A")
              .replace("%7E", "~");
      case '.' ->
          value.length() <= most
              ? value
              : most <= DOTS.length()
                  ? DOTS.substring(0, most)
                  : cut(value, most - DOTS.length()) + DOTS;
      default -> cut(value, most);
    };
  }

  /// Leaves no unpaired surrogate.
  private static String cut(final String value, final int most) {
    if (value.length() <= most) {
      return value;
    }
    final boolean splits =
        most > 0
            && Character.isHighSurrogate(value.charAt(most - 1))
            && Character.isLowSurrogate(value.charAt(most));
    return value.substring(0, splits ? most - 1 : most);
  }

  /// Reads one expression, without going deeper than one level: braces hold no braces.
  private static final class Reader {
    private static final Map<Character, String> FORMS =
        Map.of(
            '$', "$(name) or $(name, length)",
            '.', ".(name, length)",
            '%', "%(name)",
            '#', "#(name)");

    private final String where;
    private final String text;
    private int at;

    Reader(final String where, final String text) {
      this.where = where;
      this.text = text;
    }

    List<Part> whole() {
      final var parts = new ArrayList<Part>();
      if (text.charAt(0) == '{') {
        at++;
        do {
          if (parts.size() == MOST_PARTS) {
            throw wrong("there are more than " + MOST_PARTS + " parts in the braces");
          }
          parts.add(part());
        } while (takes('+'));
        if (!takes('}')) {
          throw wrong("+ or } must stand here");
        }
      } else {
        parts.add(property());
      }
      blanks();
      if (at < text.length()) {
        throw wrong("nothing may follow; to join texts write {'text' + $(name)}");
      }
      return parts;
    }

    private Part part() {
      blanks();
      if (at == text.length()) {
        throw wrong("a text in quotes or a property must stand here");
      }
      final char first = text.charAt(at);
      if (first == '\'' || first == '"') {
        final int end = text.indexOf(first, at + 1);
        if (end < 0) {
          throw wrong("the quote is not closed");
        }
        final var literal = new Part.Literal(text.substring(at + 1, end));
        at = end + 1;
        return literal;
      }
      if (OPERATORS.indexOf(first) < 0) {
        throw wrong("a text in quotes or a property must stand here");
      }
      return property();
    }

    private Part property() {
      final char operator = text.charAt(at);
      final int begin = at;
      at++;
      if (at == text.length() || text.charAt(at) != '(') {
        throw wrong("( must stand here: " + FORMS.get(operator));
      }
      final int end = text.indexOf(')', at);
      if (end < 0) {
        throw wrong("the parenthesis is not closed");
      }
      final var inside = text.substring(at + 1, end);
      final int comma = inside.indexOf(',');
      final var name = (comma < 0 ? inside : inside.substring(0, comma)).strip();
      final boolean mayHaveLength = operator == '$' || operator == '.';
      if (name.isEmpty()
          || name.length() > LONGEST_NAME
          || comma < 0 && operator == '.'
          || comma >= 0 && !mayHaveLength) {
        at = begin;
        throw wrong("must be " + FORMS.get(operator));
      }
      final int most = comma < 0 ? Integer.MAX_VALUE : length(inside.substring(comma + 1).strip());
      at = end + 1;
      return new Part.Property(operator, name, most);
    }

    private int length(final String number) {
      if (number.isEmpty()
          || number.length() > LONGEST_NUMBER
          || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw wrong("a length is a number of at most " + LONGEST_NUMBER + " digits");
      }
      return Integer.parseInt(number);
    }

    private boolean takes(final char mark) {
      blanks();
      if (at == text.length() || text.charAt(at) != mark) {
        return false;
      }
      at++;
      return true;
    }

    private void blanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private TemplateRefused wrong(final String complaint) {
      return new TemplateRefused(where + ": expression, character " + (at + 1) + ": " + complaint);
    }
  }
}
