package dev.reveille.protocols.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The served document, to hold requests and answers against. All tests of the API and of the
/// devices' requests do, through their clients: what a test has answered must be described, with
/// every field it has.
public final class Documented {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "PATCH", "DELETE");
  private static final JsonNode DOCUMENT = strict(read());
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private Documented() {}

  static JsonNode read() {
    try (var stream = ApiDocument.class.getResourceAsStream("openapi.json")) {
      return JSON.readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every address of the document that begins so, with its methods; open places are `{}`.
  public static Map<String, Set<String>> addresses(final boolean ofDevices) {
    final var all = new TreeMap<String, Set<String>>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(path -> {
          if (path.getKey().startsWith("/device/") == ofDevices) {
            final var methods = new TreeSet<String>();
            path.getValue()
                .fieldNames()
                .forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
            methods.retainAll(METHODS);
            all.put(path.getKey().replaceAll("\\{\\w+}", "{}"), methods);
          }
        });
    return all;
  }

  /// The query parameters of every method and address that takes some.
  public static Map<String, Set<String>> parameters(final boolean ofDevices) {
    final var all = new TreeMap<String, Set<String>>();
    for (final var path : DOCUMENT.path("paths").properties()) {
      if (path.getKey().startsWith("/device/") == ofDevices) {
        for (final var operation : path.getValue().properties()) {
          final var names = new TreeSet<String>();
          for (final var parameter : operation.getValue().path("parameters")) {
            final var one =
                parameter.has("$ref")
                    ? DOCUMENT.at(parameter.get("$ref").asText().substring(1))
                    : parameter;
            if (one.path("in").asText().equals("query")) {
              names.add(one.path("name").asText());
            }
          }
          if (!names.isEmpty()) {
            all.put(
                operation.getKey().toUpperCase(Locale.ROOT)
                    + " "
                    + path.getKey().replaceAll("\\{\\w+}", "{}"),
                names);
          }
        }
      }
    }
    return all;
  }

  /// Fails when the answer is none that the document describes, or when a request that was taken is
  /// none.
  ///
  /// @param path with or without a query
  /// @param type of the answer
  public static void check(
      final String method,
      final String path,
      final String request,
      final int status,
      final String type,
      final String answer) {
    final var operation = operation(method, path.replaceFirst("\\?.*", ""));
    if (operation == null) {
      return; // what the document does not have: that it is refused is for other tests
    }
    final var where = method + " " + path + " answers " + status;
    final var responses = operation.path("responses");
    final var known = responses.path(Integer.toString(status));
    final boolean refused = status >= 400;
    if (known.isMissingNode() && !refused) {
      throw new AssertionError(where + ", which is not described");
    }
    final var response =
        known.isMissingNode() ? DOCUMENT.at("/components/responses/Problem") : known;
    final var content = response.path("content").path(type.replaceFirst(";.*", "").strip());
    if (answer.isEmpty() || method.equals("HEAD")) {
      if (response.has("content") && !refused) {
        throw new AssertionError(where + " with nothing, though content is described");
      }
      return;
    }
    if (content.isMissingNode()) {
      throw new AssertionError(where + " with " + type + ", which is not described: " + answer);
    }
    if (content.has("schema")) {
      fits(where, content.path("schema"), answer);
    }
    final var asked = operation.path("requestBody").path("content").path("application/json");
    if (!refused && !request.isEmpty() && request.strip().startsWith("{")) {
      fits(method + " " + path + " was taken", asked.path("schema"), request);
    }
  }

  private static @Nullable JsonNode operation(final String method, final String path) {
    for (final var each : DOCUMENT.path("paths").properties()) {
      final var pattern = new StringBuilder();
      for (final var part : each.getKey().substring(1).split("/")) {
        pattern.append('/').append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
      }
      if (path.matches(pattern.toString())
          && each.getValue().has(method.toLowerCase(Locale.ROOT))) {
        return each.getValue().path(method.toLowerCase(Locale.ROOT));
      }
    }
    return null;
  }

  private static void fits(final String where, final JsonNode schema, final String text) {
    final List<String> complaints = new ArrayList<>();
    try {
      for (final ValidationMessage each : compiled(schema).validate(JSON.readTree(text))) {
        complaints.add(each.getMessage());
      }
    } catch (IOException e) {
      complaints.add("no JSON");
    }
    if (!complaints.isEmpty()) {
      throw new AssertionError(where + ": " + text + "\n  " + String.join("\n  ", complaints));
    }
  }

  private static JsonSchema compiled(final JsonNode schema) {
    return SCHEMAS.computeIfAbsent(
        schema.toString(),
        _ -> {
          final var root = JSON.createObjectNode();
          root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
          root.set("$defs", DOCUMENT.at("/components/schemas"));
          root.putArray("allOf").add(schema);
          return FACTORY.getSchema(root.toString().replace("#/components/schemas/", "#/$defs/"));
        });
  }

  /// Objects that list their fields have no others, here; elsewhere fields may be added within v1.
  private static JsonNode strict(final JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    for (final var child : node) {
      strict(child);
    }
    return node;
  }

  /// Every reference of the document, such as `#/components/schemas/Event`.
  static Set<String> references(final JsonNode node) {
    final var all = new HashSet<String>();
    if (node.path("$ref").isTextual()) {
      all.add(node.path("$ref").asText());
    }
    for (final var child : node) {
      all.addAll(references(child));
    }
    return all;
  }
}
