package dev.reveille.protocols.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Writes one JSON object into bytes. Names come with their values, so that the code reads like the
/// JSON that it writes. Not thread-safe.
public final class JsonOut {
  private final JsonGenerator out;

  private JsonOut(final JsonGenerator out) {
    this.out = out;
  }

  /// The bytes of the object that `fields` writes.
  public static byte[] object(final Consumer<JsonOut> fields) {
    return object(fields, false);
  }

  /// The same with a line's end, as an answer of its own: terminals show it without.
  public static byte[] answer(final Consumer<JsonOut> fields) {
    return object(fields, true);
  }

  private static byte[] object(final Consumer<JsonOut> fields, final boolean ends) {
    try (var bytes = new ByteArrayBuilder();
        var generator = JsonParsers.FACTORY.createGenerator(bytes)) {
      generator.writeStartObject();
      fields.accept(new JsonOut(generator));
      generator.writeEndObject();
      if (ends) {
        generator.writeRaw('\n');
      }
      generator.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonOut text(final String name, final String value) {
    return write(() -> out.writeStringField(name, encodable(value)));
  }

  /// Leaves the field out when there is nothing to say.
  public JsonOut textIfAny(final String name, final String value) {
    return value.isEmpty() ? this : text(name, value);
  }

  public JsonOut number(final String name, final long value) {
    return write(() -> out.writeNumberField(name, value));
  }

  public JsonOut flag(final String name, final boolean value) {
    return write(() -> out.writeBooleanField(name, value));
  }

  public JsonOut moment(final String name, final Instant value) {
    return text(name, value.toString());
  }

  public JsonOut texts(final String name, final Collection<String> values) {
    return write(() -> {
      out.writeArrayFieldStart(name);
      for (final var value : values) {
        out.writeString(encodable(value));
      }
      out.writeEndArray();
    });
  }

  public JsonOut texts(final String name, final Map<String, String> values) {
    return write(() -> {
      out.writeObjectFieldStart(name);
      for (final var entry : values.entrySet()) {
        out.writeStringField(encodable(entry.getKey()), encodable(entry.getValue()));
      }
      out.writeEndObject();
    });
  }

  public JsonOut object(final String name, final Consumer<JsonOut> fields) {
    return write(() -> {
      out.writeObjectFieldStart(name);
      fields.accept(this);
      out.writeEndObject();
    });
  }

  /// A value that writes itself.
  public JsonOut value(final String name, final JsonParsers.Writing value) {
    return write(() -> {
      out.writeFieldName(name);
      value.to(out);
    });
  }

  /// A list of objects, each written by `fields`.
  public <T> JsonOut objects(
      final String name,
      final Collection<T> items,
      final java.util.function.BiConsumer<JsonOut, T> fields) {
    return write(() -> {
      out.writeArrayFieldStart(name);
      for (final var item : items) {
        out.writeStartObject();
        fields.accept(this, item);
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }

  /// A list of objects that are JSON already, as [#object] makes them.
  public JsonOut objects(final String name, final Collection<byte[]> items) {
    return write(() -> {
      out.writeArrayFieldStart(name);
      for (final var item : items) {
        JsonParsers.raw(out, item);
      }
      out.writeEndArray();
    });
  }

  /// Writes items until a page is full ([JsonParsers#LARGEST_PAGE]); one at least.
  ///
  /// @return each as an object, for [#objects]
  public static <T> List<byte[]> page(
      final Iterable<T> items, final java.util.function.BiConsumer<JsonOut, T> fields) {
    final var page = new ArrayList<byte[]>();
    long held = 0;
    for (final var item : items) {
      final var one = object(out -> fields.accept(out, item));
      held += one.length;
      if (!page.isEmpty() && held > JsonParsers.LARGEST_PAGE) {
        break;
      }
      page.add(one);
    }
    return page;
  }

  private interface Step {
    void run() throws IOException;
  }

  private JsonOut write(final Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// JSON can carry half a surrogate pair as an escape, UTF-8 cannot.
  private static String encodable(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
