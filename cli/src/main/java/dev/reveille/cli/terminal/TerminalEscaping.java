package dev.reveille.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Makes text from outside safe for a terminal. A caller chooses a name, a sender a title:
/// characters that a terminal would take for a command, or for the end of a line, are shown as `\n`
/// or `\u001b`, and so are the bidirectional control characters.
///
/// Everything that is printed for people goes through here; what is printed for programs (`--json`)
/// does not.
public final class TerminalEscaping {
  private TerminalEscaping() {}

  /// A text as one line.
  public static String line(final String text) {
    return shown(text, false);
  }

  /// A page that we laid out: its line ends stay.
  public static String page(final String text) {
    return shown(text, true);
  }

  /// The same answer with each text, and each name of a field, as one line.
  public static JsonNode json(final JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        final ObjectNode shown = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(field -> shown.set(line(field.getKey()), json(field.getValue())));
        yield shown;
      }
      case ArrayNode array -> {
        final ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        array.forEach(each -> shown.add(json(each)));
        yield shown;
      }
      default -> node.isTextual() ? JsonNodeFactory.instance.textNode(line(node.asText())) : node;
    };
  }

  private static String shown(final String text, final boolean keepsLines) {
    final var shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (!isHidden(c) || keepsLines && c == '\n') {
        shown.append(c);
      } else {
        switch (c) {
          case '\n' -> shown.append("\\n");
          case '\r' -> shown.append("\\r");
          case '\t' -> shown.append("\\t");
          default -> shown.append(String.format("\\u%04x", (int) c));
        }
      }
    }
    return shown.toString();
  }

  /// Control characters, line and paragraph separators, and what embeds, overrides or isolates a
  /// direction (UAX #9).
  private static boolean isHidden(final char c) {
    return Character.isISOControl(c)
        || c >= '\u2028' && c <= '\u202E'
        || c >= '\u2066' && c <= '\u2069';
  }
}
