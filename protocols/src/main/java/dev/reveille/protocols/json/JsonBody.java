package dev.reveille.protocols.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.http.routes.SpellingSuggestion;
import dev.reveille.model.Reason;
import dev.reveille.model.Surrogates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads a small JSON object of a request, field by field. The known fields are named when it is
/// opened, or by [#only]; any other is refused with the nearest known name. `null` reads as absent;
/// [#clears] tells the two apart. Not thread-safe.
public final class JsonBody {
  private static final int LONGEST_WORD_NAME = 64;
  private static final int LONGEST_WORD = 256;

  private final JsonNode node;
  private final String path;

  private JsonBody(final JsonNode node, final String path) {
    this.node = node;
    this.path = path;
    if (!node.isObject()) {
      throw Refusal.malformed(
          path.isEmpty() ? "" : path.substring(0, path.length() - 1),
          "must be an object, not " + kind(node));
    }
  }

  /// @throws Refusal when it is no object or has other fields
  public static JsonBody of(final byte[] bytes, final String... known) {
    return open(bytes).only(known);
  }

  /// The same for an object whose fields depend on what stands in it; [#only] is called later.
  public static JsonBody open(final byte[] bytes) {
    if (bytes.length == 0) {
      throw Refusal.malformed("", "the request needs a JSON object as its body");
    }
    return new JsonBody(JsonParsers.tree(bytes), "");
  }

  /// The same for a body that may have single quotes in place of double ones, as a shell's user
  /// writes them.
  public static JsonBody openLenient(final byte[] bytes) {
    if (bytes.length == 0) {
      throw Refusal.malformed("", "the request needs a JSON object as its body");
    }
    return new JsonBody(JsonParsers.lenientTree(bytes), "");
  }

  /// @throws Refusal when it has other fields
  public JsonBody only(final String... known) {
    final var names = List.of(known);
    for (final var entry : node.properties()) {
      if (!names.contains(entry.getKey())) {
        throw unknown(path, entry.getKey(), names);
      }
    }
    return this;
  }

  /// The refusal for a field that does not exist.
  public static Refusal unknown(final String path, final String name, final List<String> known) {
    return new Refusal(
        Reason.UNKNOWN_FIELD,
        path
            + name
            + ": "
            + (known.isEmpty()
                ? "there are no fields here"
                : SpellingSuggestion.hint(name, known)));
  }

  public boolean has(final String name) {
    return value(name) != null;
  }

  /// The field is there and says `null`.
  public boolean clears(final String name) {
    final var value = node.get(name);
    return value != null && value.isNull();
  }

  /// Free text: an unpaired surrogate reads as U+FFFD.
  public Optional<String> text(final String name) {
    return written(name).map(Surrogates::mended);
  }

  /// A name, which may be empty, exactly as it was sent.
  ///
  /// @throws Refusal when it has an unpaired surrogate, which no text can hold
  public Optional<String> name(final String name) {
    final var given = written(name);
    if (given.isPresent() && Surrogates.halfIn(given.get())) {
      throw Refusal.malformed(path + name, "holds half a surrogate pair: no character");
    }
    return given;
  }

  /// A text exactly as it was sent.
  private Optional<String> written(final String name) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw Refusal.malformed(path + name, "must be a text, not " + kind(value));
    }
    return Optional.of(value.textValue());
  }

  /// A name or a secret, exactly as it was sent.
  ///
  /// @throws Refusal when the field is absent or empty
  public String required(final String name) {
    final var text = written(name).orElseThrow(() -> missing(name));
    if (text.isEmpty()) {
      throw Refusal.malformed(path + name, "must not be empty");
    }
    return text;
  }

  private Refusal missing(final String name) {
    return Refusal.malformed(path + name, "is missing");
  }

  /// A complaint about the value of a field.
  public Refusal wrong(final String name, final String complaint) {
    return Refusal.malformed(path + name, complaint);
  }

  /// A text that is there, as a value that checks itself.
  ///
  /// @param reader throws an [IllegalArgumentException] whose message says what is wrong
  public <T> T value(final String name, final Function<String, T> reader) {
    final var text = required(name);
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(path + name, String.valueOf(e.getMessage()));
    }
  }

  /// The same where it may be absent.
  public <T> Optional<T> maybe(final String name, final Function<String, T> reader) {
    return has(name) ? Optional.of(value(name, reader)) : Optional.empty();
  }

  /// Names, exactly as they were sent; what they name looks for halves of surrogate pairs.
  public Optional<List<String>> texts(final String name) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isArray()) {
      throw Refusal.malformed(path + name, "must be a list of texts, not " + kind(value));
    }
    final var texts = new ArrayList<String>(value.size());
    for (final var item : value) {
      if (!item.isTextual()) {
        throw Refusal.malformed(
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
      throw Refusal.malformed(path + name, "must be true or false, not " + kind(value));
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
      throw Refusal.malformed(path + name, "must be a whole number from " + least + " to " + most);
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
    return openObject(name).map(object -> object.only(known));
  }

  /// An object in this one whose fields are the sender's own.
  public Optional<JsonBody> openObject(final String name) {
    final var value = value(name);
    return value == null ? Optional.empty() : Optional.of(new JsonBody(value, path + name + "."));
  }

  /// A list of objects with these fields and no others.
  public Optional<List<JsonBody>> objects(final String name, final String... known) {
    final var value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isArray()) {
      throw Refusal.malformed(path + name, "must be a list of objects, not " + kind(value));
    }
    final var objects = new ArrayList<JsonBody>(value.size());
    for (final var item : value) {
      objects.add(new JsonBody(item, path + name + "[" + objects.size() + "].").only(known));
    }
    return Optional.of(objects);
  }

  /// A list that must be there, of at most so many texts.
  public List<String> texts(final String name, final int most) {
    return texts(bounded(name, most)).orElseThrow(() -> missing(name));
  }

  /// A list that must be there, of at most so many objects with these fields and no others.
  public List<JsonBody> objects(final String name, final int most, final String... known) {
    return objects(bounded(name, most), known).orElseThrow(() -> missing(name));
  }

  /// Looks at the size of a list before anything else in it.
  private String bounded(final String name, final int most) {
    final var value = value(name);
    if (value != null && value.isArray() && value.size() > most) {
      throw new Refusal(
          Reason.TOO_LARGE,
          path + name + ": has " + value.size() + " elements; at most " + most + " are taken");
    }
    return name;
  }

  /// An object of short texts whose names are the sender's own; empty when it is absent.
  ///
  /// @param most of them
  public Map<String, String> words(final String name, final int most) {
    final var words = new HashMap<String, String>();
    for (final var field : openObject(name).map(JsonBody::fields).orElse(List.of())) {
      if (!field.getValue().isTextual()
          || field.getKey().length() > LONGEST_WORD_NAME
          || field.getValue().textValue().length() > LONGEST_WORD) {
        throw Refusal.malformed(
            path + name, "must be an object of texts: names to 64 characters, values to 256");
      }
      words.put(field.getKey(), Surrogates.mended(field.getValue().textValue()));
      if (words.size() > most) {
        throw new Refusal(
            Reason.TOO_LARGE,
            path + name + ": has more fields than the " + most + " that are taken");
      }
    }
    return words;
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
