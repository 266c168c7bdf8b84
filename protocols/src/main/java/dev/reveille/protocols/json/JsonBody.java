package dev.reveille.protocols.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A small JSON object that somebody sent, read field by field. Fields are named when it is opened;
/// any other is refused with the nearest known name. `null` reads as absent; [#clears] tells them
/// apart where that matters.
public final class JsonBody {
  private final JsonNode node;
  private final String path;

  /// @param known null when any field may be there
  private JsonBody(final JsonNode node, final String path, final @Nullable List<String> known) {
    this.node = node;
    this.path = path;
    if (!node.isObject()) {
      throw Unreadable.malformed(
          path.isEmpty() ? "" : path.substring(0, path.length() - 1),
          "must be an object, not " + kind(node));
    }
    for (final var entry : node.properties()) {
      if (known != null && !known.contains(entry.getKey())) {
        throw unknown(path, entry.getKey(), known);
      }
    }
  }

  /// @throws Unreadable when it is no object or has other fields
  public static JsonBody of(final byte[] bytes, final String... known) {
    if (bytes.length == 0) {
      throw Unreadable.malformed("", "the request needs a JSON object as its body");
    }
    return new JsonBody(Json.tree(bytes), "", List.of(known));
  }

  /// The complaint about a field that does not exist.
  public static Unreadable unknown(final String path, final String name, final List<String> known) {
    return new Unreadable(Reason.UNKNOWN_FIELD, path + name + ": " + Nearest.hint(name, known));
  }

  public boolean has(final String name) {
    return value(name) != null;
  }

  /// The field is there and says `null`.
  public boolean clears(final String name) {
    final var value = node.get(name);
    return value != null && value.isNull();
  }

  public Optional<String> text(final String name) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw Unreadable.malformed(path + name, "must be a text, not " + kind(value));
    }
    return Optional.of(value.textValue());
  }

  /// @throws Unreadable when the field is absent or empty
  public String required(final String name) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> Unreadable.malformed(path + name, "is missing"));
  }

  public Optional<List<String>> texts(final String name) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isArray()) {
      throw Unreadable.malformed(path + name, "must be a list of texts, not " + kind(value));
    }
    final var texts = new ArrayList<String>(value.size());
    for (final var item : value) {
      if (!item.isTextual()) {
        throw Unreadable.malformed(
            path + name + "[" + texts.size() + "]", "must be a text, not " + kind(item));
      }
      texts.add(item.textValue());
    }
    return Optional.of(texts);
  }

  public Optional<Boolean> flag(final String name) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw Unreadable.malformed(path + name, "must be true or false, not " + kind(value));
    }
    return Optional.of(value.booleanValue());
  }

  public Optional<Integer> number(final String name, final int least, final int most) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw Unreadable.malformed(
          path + name, "must be a whole number from " + least + " to " + most);
    }
    return Optional.of(value.intValue());
  }

  public Optional<Duration> duration(final String name) {
    return text(name).map(text -> Times.duration(path + name, text));
  }

  public Optional<Instant> moment(final String name) {
    return text(name).map(text -> Times.moment(path + name, text));
  }

  /// An object in this one, with these fields and no others.
  public Optional<JsonBody> object(final String name, final String... known) {
    return inner(name, List.of(known));
  }

  /// An object in this one whose fields are the sender's own.
  public Optional<JsonBody> openObject(final String name) {
    return inner(name, null);
  }

  /// A list of objects with these fields and no others.
  public Optional<List<JsonBody>> objects(final String name, final String... known) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isArray()) {
      throw Unreadable.malformed(path + name, "must be a list of objects, not " + kind(value));
    }
    final var objects = new ArrayList<JsonBody>(value.size());
    for (final var item : value) {
      objects.add(new JsonBody(item, path + name + "[" + objects.size() + "].", List.of(known)));
    }
    return Optional.of(objects);
  }

  private Optional<JsonBody> inner(final String name, final @Nullable List<String> known) {
    final var value = value(name);
    return value == null
        ? Optional.empty()
        : Optional.of(new JsonBody(value, path + name + ".", known));
  }

  /// All fields, as they stand there.
  public Iterable<Map.Entry<String, JsonNode>> fields() {
    return node.properties();
  }

  private @Nullable JsonNode value(final String name) {
    final var value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /// What a value is, in words.
  public static String kind(final JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      case MISSING, BINARY, POJO -> "nothing";
    };
  }
}
