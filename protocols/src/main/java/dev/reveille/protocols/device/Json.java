package dev.reveille.protocols.device;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reveille.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Reads and writes JSON: strictly in, compactly out.
final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(30).build())
          .build();
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /// Writes one value.
  interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  private Json() {}

  /// Reads an object.
  ///
  /// @throws Refusal when it is none
  static JsonObject object(final byte[] text) {
    final JsonNode node = read(text);
    if (!node.isObject()) {
      throw new Refusal(Reason.MALFORMED, "a JSON object is expected");
    }
    return new JsonObject(node, "");
  }

  private static JsonNode read(final byte[] text) {
    try {
      final var node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new Refusal(Reason.MALFORMED, "the body is empty; a JSON object is expected");
      }
      return node;
    } catch (JsonProcessingException e) {
      final var place = e.getLocation();
      throw new Refusal(
          Reason.MALFORMED,
          place == null
              ? "this is no JSON"
              : "this is no JSON: line " + place.getLineNr() + ", column " + place.getColumnNr());
    } catch (IOException e) {
      throw new Refusal(Reason.MALFORMED, "this is no JSON in UTF-8");
    }
  }

  static byte[] write(final Writing writing) {
    final var bytes = new ByteArrayOutputStream(256);
    try (var out = FACTORY.createGenerator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
