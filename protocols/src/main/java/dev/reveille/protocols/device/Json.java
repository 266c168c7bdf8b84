package dev.reveille.protocols.device;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A phone's JSON: read with the API's parser and its limits, written compactly.
final class Json {
  /// Writes one value.
  interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  private Json() {}

  /// Reads an object.
  ///
  /// @throws Refusal when it is none
  static JsonObject object(final byte[] text) {
    if (text.length == 0) {
      throw new Refusal(Reason.MALFORMED, "the body is empty; a JSON object is expected");
    }
    try {
      final var node = dev.reveille.protocols.json.Json.tree(text);
      if (!node.isObject()) {
        throw new Refusal(Reason.MALFORMED, "a JSON object is expected");
      }
      return new JsonObject(node, "");
    } catch (Unreadable unreadable) {
      throw new Refusal(unreadable.why(), unreadable.detail());
    }
  }

  /// An answer: with a line's end, because terminals show it without.
  static byte[] answer(final Writing writing) {
    return write(out -> {
      writing.to(out);
      out.writeRaw('\n');
    });
  }

  static byte[] write(final Writing writing) {
    final var bytes = new ByteArrayOutputStream(256);
    try (var out = dev.reveille.protocols.json.Json.generator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
