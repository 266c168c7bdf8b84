package dev.reveille.protocols.device;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.JsonBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The fields of one JSON object, read with names: what is wrong says where. `null` is the same as
/// leaving a field out.
final class JsonObject {
  private final JsonNode node;
  private final String path;

  JsonObject(final JsonNode node, final String path) {
    this.node = node;
    this.path = path;
  }

  /// Refuses fields that do not exist.
  JsonObject only(final String... known) {
    final var names = List.of(known);
    for (final var name : (Iterable<String>) node::fieldNames) {
      if (!names.contains(name)) {
        final var unknown = JsonBody.unknown(path, name, names);
        throw new Refusal(unknown.why(), unknown.detail());
      }
    }
    return this;
  }

  boolean has(final String name) {
    return node.hasNonNull(name);
  }

  Refusal wrong(final String name, final String expected) {
    return new Refusal(Reason.MALFORMED, path + name + " must be " + expected);
  }

  private JsonNode required(final String name) {
    final var value = node.get(name);
    if (value == null || value.isNull()) {
      throw new Refusal(Reason.MALFORMED, path + name + " is missing");
    }
    return value;
  }

  String text(final String name) {
    final var value = required(name);
    if (!value.isTextual()) {
      throw wrong(name, "a text");
    }
    return value.textValue();
  }

  String text(final String name, final String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  boolean flag(final String name, final boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!required(name).isBoolean()) {
      throw wrong(name, "true or false");
    }
    return required(name).booleanValue();
  }

  int number(final String name, final int least, final int most) {
    final var value = required(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(name, "a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  /// Reads a text as a value that checks itself.
  <T> T value(final String name, final Function<String, T> reader) {
    final var text = text(name);
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, path + name + ": " + e.getMessage());
    }
  }

  Position position(final String name) {
    return value(name, Position::of);
  }

  Optional<Position> maybePosition(final String name) {
    return has(name) ? Optional.of(position(name)) : Optional.empty();
  }

  List<String> texts(final String name, final int most) {
    final var value = array(name, most);
    final var texts = new ArrayList<String>(value.size());
    for (final var element : value) {
      if (!element.isTextual()) {
        throw wrong(name, "a list of texts");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  List<JsonObject> objects(final String name, final int most) {
    final var value = array(name, most);
    final var objects = new ArrayList<JsonObject>(value.size());
    for (int i = 0; i < value.size(); i++) {
      if (!value.get(i).isObject()) {
        throw wrong(name, "a list of objects");
      }
      objects.add(new JsonObject(value.get(i), path + name + "[" + i + "]."));
    }
    return objects;
  }

  private JsonNode array(final String name, final int most) {
    final var value = required(name);
    if (!value.isArray()) {
      throw wrong(name, "a list");
    }
    if (value.size() > most) {
      throw new Refusal(
          Reason.TOO_LARGE,
          path + name + " has " + value.size() + " elements; at most " + most + " are taken");
    }
    return value;
  }

  /// An object of short texts, as in `attributes`.
  Map<String, String> words(final String name, final int most) {
    if (!has(name)) {
      return Map.of();
    }
    final var value = required(name);
    if (!value.isObject()) {
      throw wrong(name, "an object of texts");
    }
    if (value.size() > most) {
      throw new Refusal(
          Reason.TOO_LARGE,
          path + name + " has " + value.size() + " fields; at most " + most + " are taken");
    }
    final var words = new HashMap<String, String>();
    for (final var field : value.properties()) {
      if (!field.getValue().isTextual()
          || field.getKey().length() > 64
          || field.getValue().textValue().length() > 256) {
        throw wrong(name, "an object of texts: names to 64 characters, values to 256");
      }
      words.put(field.getKey(), field.getValue().textValue());
    }
    return words;
  }
}
