package dev.reveille.protocols.openapi;

import static dev.reveille.protocols.openapi.ApiPage.escaped;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;

/// Renders a JSON schema of the OpenAPI document as an indented list of names, types and
/// descriptions.
final class SchemaText {
  private static final String STEP = "  ";

  private final StringBuilder out;

  SchemaText(final StringBuilder out) {
    this.out = out;
  }

  void write(final JsonNode schema, final int depth) {
    if (schema.has("$ref")) {
      final String name = schema.path("$ref").asText().replaceFirst(".*/", "");
      out.append("<a href=\"#schema-").append(escaped(name)).append("\">");
      out.append(escaped(name)).append("</a>");
    } else if (schema.has("anyOf")) {
      String between = "";
      for (final JsonNode each : schema.path("anyOf")) {
        out.append(between);
        write(each, depth);
        between = " or ";
      }
    } else if (schema.has("properties")) {
      object(schema, depth);
    } else if (schema.has("items")) {
      out.append("list of ");
      write(schema.path("items"), depth);
    } else if (schema.path("additionalProperties").isObject()) {
      out.append("names to ");
      write(schema.path("additionalProperties"), depth);
    } else {
      out.append(escaped(kind(schema)));
    }
  }

  private void object(final JsonNode schema, final int depth) {
    final var required = new ArrayList<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    out.append("{\n");
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          out.append(STEP.repeat(depth + 1)).append(escaped(property.getKey()));
          out.append(required.contains(property.getKey()) ? ": " : "?: ");
          write(property.getValue(), depth + 1);
          final String said = property.getValue().path("description").asText("");
          out.append(said.isEmpty() ? "" : "   <span class=\"quiet\">" + escaped(said) + "</span>");
          out.append('\n');
        });
    out.append(STEP.repeat(depth)).append('}');
  }

  private static String kind(final JsonNode schema) {
    if (schema.has("enum")) {
      final var words = new ArrayList<String>();
      schema.path("enum").forEach(word -> words.add(word.toString()));
      return String.join(" | ", words);
    }
    final JsonNode type = schema.path("type");
    if (type.isArray()) {
      final var kinds = new ArrayList<String>();
      type.forEach(each -> kinds.add(each.asText()));
      return String.join(" or ", kinds);
    }
    return schema.has("format") ? schema.path("format").asText() : type.asText("anything");
  }
}
