package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The published schemas, read more strictly than apps read them: an app ignores fields that it
/// does not know, but what the server sends must all be written down.
final class Schemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final JsonSchemaFactory factory;

  Schemas() throws IOException {
    final Map<String, String> texts = new HashMap<>();
    try (var files = Files.list(Packaged.launcher().resolveSibling("docs/protocols/schemas"))) {
      for (final var file : files.toList()) {
        final var schema = JSON.readTree(file.toFile());
        closed(schema);
        texts.put(schema.get("$id").asText(), schema.toString());
      }
    }
    this.factory =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012, builder -> builder.schemaLoaders(it -> it.schemas(texts)));
  }

  private static void closed(final JsonNode node) {
    if (node instanceof ObjectNode schema
        && schema.path("type").asText().equals("object")
        && schema.has("properties")
        && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    node.forEach(Schemas::closed);
  }

  /// What is wrong with it; empty when it is as the schema says.
  List<String> faults(final String schema, final JsonNode instance) {
    return factory
        .getSchema(SchemaLocation.of("urn:reveille:schema:" + schema + ":1"))
        .validate(instance)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
