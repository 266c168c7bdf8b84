package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Bytes;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a target's template consists of, as the store keeps it: JSON, whose unknown fields are
/// passed over.
///
/// @param headers each a text or an expression
/// @param variables more properties, below those of the message
record TargetTemplate(String body, Map<String, String> headers, Map<String, String> variables) {
  private static final String BODY = "body";
  private static final String HEADERS = "headers";
  private static final String VARIABLES = "variables";

  TargetTemplate {
    headers = Map.copyOf(headers);
    variables = Map.copyOf(variables);
  }

  Bytes bytes() {
    return Bytes.of(
        JsonOut.object(out ->
            out.text(BODY, body)
                .object(HEADERS, all -> headers.forEach(all::text))
                .object(VARIABLES, all -> variables.forEach(all::text))));
  }

  static TargetTemplate of(final Bytes bytes) {
    final var node = JsonParsers.tree(bytes.toArray());
    return new TargetTemplate(
        node.path(BODY).asText(), texts(node.path(HEADERS)), texts(node.path(VARIABLES)));
  }

  private static Map<String, String> texts(final JsonNode node) {
    final Map<String, String> texts = new LinkedHashMap<>();
    node.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
