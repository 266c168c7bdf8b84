package dev.reveille.cli.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// JSON as the commands need it: trees, read and written.
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static ArrayNode array(final Collection<String> texts) {
    final ArrayNode array = MAPPER.createArrayNode();
    texts.forEach(array::add);
    return array;
  }

  public static ArrayNode list(final Collection<JsonNode> nodes) {
    return MAPPER.createArrayNode().addAll(nodes);
  }

  /// @throws IllegalArgumentException when the text is no JSON
  public static JsonNode read(final String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// On several lines, for people and for `jq`.
  public static String pretty(final JsonNode node) {
    return node.toPrettyString();
  }

  public static List<String> texts(final JsonNode array) {
    return elements(array).map(JsonNode::asText).toList();
  }

  /// A moment to the millisecond, as people read it; "" when it is missing.
  public static String moment(final JsonNode moment) {
    return moment.isMissingNode()
        ? ""
        : Instant.parse(moment.asText()).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  public static Stream<JsonNode> elements(final JsonNode array) {
    return array.valueStream();
  }
}
