package dev.reveille.cli.wire;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads and writes JSON as trees, for the commands.
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
    try (JsonParser in = MAPPER.createParser(text)) {
      try {
        final @Nullable JsonNode read = MAPPER.readTree(in);
        return read == null ? MissingNode.getInstance() : read;
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("no JSON: " + complaint(e, in), e);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
    }
  }

  /// A field that is given twice is named with its path; one of the two would count for nothing.
  private static String complaint(final JsonProcessingException bad, final JsonParser in) {
    final String said = String.valueOf(bad.getOriginalMessage());
    if (said.startsWith("Duplicate field")) {
      return path(in) + " is there twice";
    }
    // The parser's further words name its own settings.
    final @Nullable JsonLocation at = bad.getLocation();
    final String where =
        at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    return where
        + (said.startsWith("Unexpected end-of-input")
            ? "the text ends before everything is closed"
            : said.replaceAll("(?s)\\s*\\((start marker|for Object|for Array).*", ""));
  }

  private static String path(final JsonParser in) {
    final var path = new StringBuilder();
    for (JsonStreamContext at = in.getParsingContext(); at != null; at = at.getParent()) {
      if (at.inArray()) {
        path.insert(0, "[" + at.getCurrentIndex() + "]");
      } else if (at.inObject()) {
        path.insert(0, "." + at.getCurrentName());
      }
    }
    return path.indexOf(".") == 0 ? path.substring(1) : path.toString();
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

  /// A moment or a day (its beginning, UTC); empty when it is missing or none.
  public static Optional<Instant> instant(final JsonNode moment) {
    final String text = moment.asText("");
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(
              text.indexOf('T') < 0
                  ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                  : Instant.parse(text));
    } catch (final DateTimeParseException _) {
      return Optional.empty();
    }
  }

  public static Stream<JsonNode> elements(final JsonNode array) {
    return array.valueStream();
  }
}
