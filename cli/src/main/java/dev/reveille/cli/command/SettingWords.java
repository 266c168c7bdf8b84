package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.stream.Collectors;

/// Reads assignments of settings from a command line, and says in words what the server answers.
final class SettingWords {
  private SettingWords() {}

  /// The body of a change: `NAME=VALUE` sets, `NAME=` resets, `NAME+=VALUE` and `NAME-=VALUE`
  /// change a list. A name that is set several times gets a list.
  static ObjectNode body(final List<String> assignments) {
    final ObjectNode values = Json.object();
    for (final String assignment : assignments) {
      final int equals = assignment.indexOf('=');
      final int end = equals > 0 && isSign(assignment.charAt(equals - 1)) ? equals - 1 : equals;
      if (end < 1) {
        throw Failure.misuse(
            "\"" + assignment + "\" is no assignment.", "Write NAME=VALUE, such as apple=true.");
      }
      final String name = assignment.substring(0, end);
      final String value = assignment.substring(equals + 1);
      if (end < equals) {
        adjust(values, name, assignment.charAt(end) == '+' ? "add" : "remove", value);
      } else {
        assign(values, name, value);
      }
    }
    final ObjectNode body = Json.object();
    body.set("values", values);
    return body;
  }

  private static boolean isSign(final char each) {
    return each == '+' || each == '-';
  }

  private static void assign(final ObjectNode values, final String name, final String value) {
    switch (values.get(name)) {
      case final ArrayNode list -> list.add(value);
      case final JsonNode first when first.isTextual() && !value.isEmpty() ->
          values.set(name, Json.array(List.of(first.textValue(), value)));
      case null, default -> {
        if (value.isEmpty()) {
          values.putNull(name);
        } else {
          values.put(name, value);
        }
      }
    }
  }

  private static void adjust(
      final ObjectNode values, final String name, final String how, final String value) {
    if (values.has(name) && !values.path(name).isObject()) {
      throw Failure.misuse(
          name + " is set and changed at once.", "Write either NAME=VALUE or NAME+=VALUE.");
    }
    values.withObject("/" + name).withArray(how).add(value);
  }

  /// An object with all its properties, one on a line; what it does not set itself is marked.
  static String inWords(final JsonNode setting) {
    final var text = new StringBuilder();
    if (!setting.has("effective")) { // a server of before
      return text.append(head(setting)).append(": ").append(values(setting)).toString();
    }
    text.append(head(setting));
    final JsonNode own = setting.path("values");
    final var properties = setting.path("effective").properties();
    final int width = properties.stream().mapToInt(each -> each.getKey().length()).max().orElse(0);
    for (final var each : properties) {
      text.append(
          String.format(
              "%n  %-" + width + "s  %s%s",
              each.getKey(),
              value(each.getValue()),
              own.has(each.getKey()) ? "" : " (default)"));
    }
    final String note = setting.path("note").asText("");
    return note.isEmpty() ? text.toString() : text.append(String.format("%n  %s", note)).toString();
  }

  private static String head(final JsonNode setting) {
    return setting.path("collection").asText()
        + " "
        + setting.path("identity").asText()
        + (setting.path("version").asLong() == 0
            ? " (nothing is set, the defaults hold)"
            : " (version " + setting.path("version").asText() + inPlaceOfGlobal(setting) + ")");
  }

  /// A site's or service's own object replaces the global one as a whole.
  private static String inPlaceOfGlobal(final JsonNode setting) {
    final String identity = setting.path("identity").asText();
    final boolean isScope = identity.startsWith("site:") || identity.startsWith("service:");
    return isScope && !setting.path("collection").asText().equals("topology")
        ? "; nothing of the global object holds here"
        : "";
  }

  private static String values(final JsonNode setting) {
    final String values =
        setting.path("values").properties().stream()
            .map(each -> each.getKey() + " = " + String.join(", ", Json.texts(each.getValue())))
            .sorted()
            .collect(Collectors.joining("; "));
    return values.isEmpty() ? "nothing set" : values;
  }

  private static String value(final JsonNode value) {
    final String text = value.isArray() ? String.join(" ", Json.texts(value)) : value.asText();
    return text.isEmpty() ? "-" : text;
  }

  /// The collections that there are.
  static String collections(final JsonNode answer) {
    final var table = new Table("COLLECTION", "FOR", "");
    for (final JsonNode each : answer.path("collections")) {
      table.row(
          each.path("name").asText(),
          String.join(", ", Json.texts(each.path("identities"))),
          each.path("meaning").asText());
    }
    return table.toString();
  }

  /// Who changed what.
  static String audit(final JsonNode answer) {
    final boolean knowsFrom =
        Json.elements(answer.path("entries")).anyMatch(entry -> entry.has("from"));
    final var table =
        knowsFrom ? new Table("AT", "WHO", "FROM", "WHAT") : new Table("AT", "WHO", "WHAT");
    for (final JsonNode entry : answer.path("entries")) {
      final String at = Json.moment(entry.path("at"));
      final String who = entry.path("who").asText();
      final String what = entry.path("what").asText();
      if (knowsFrom) {
        table.row(at, who, entry.path("from").asText(""), what);
      } else {
        table.row(at, who, what);
      }
    }
    return table.isEmpty() ? "Nothing was changed yet." : table.toString();
  }
}
