package dev.reveille.protocols.notificationhubs.template;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.xml.XmlReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A template body in JSON. Numbers keep the spelling in which they were written. Immutable.
final class JsonTemplate implements TemplateBody.Form {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,40})(?:\\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?");

  /// As of the parts of one in XML.
  private static final int MOST_NODES = XmlReading.MOST_PARTS;

  private final Node root;
  private final int expressions;

  private JsonTemplate(final Node root, final int expressions) {
    this.root = root;
    this.expressions = expressions;
  }

  private sealed interface Node {
    record Branch(Map<String, Node> fields) implements Node {}

    record Many(List<Node> items) implements Node {}

    record Words(TemplateText text) implements Node {}

    /// A number, `true`, `false` or `null`, as it is written.
    record Plain(String word) implements Node {}
  }

  static JsonTemplate parse(final String text) {
    final var bytes = text.getBytes(StandardCharsets.UTF_8);
    try (var in = JsonParsers.parser(bytes, 0, bytes.length)) {
      final var reader = new Reader(in);
      in.nextToken();
      final var root = reader.node("");
      if (in.nextToken() != null) {
        throw new TemplateRefused("the template must be one JSON object");
      }
      return new JsonTemplate(root, reader.expressions);
    } catch (final IOException | IllegalStateException e) {
      throw new TemplateRefused("template: " + JsonParsers.unreadable(e).detail());
    }
  }

  /// Goes as deep as the parser lets it.
  private static final class Reader {
    private final JsonParser in;
    private int expressions;
    private int nodes;

    Reader(final JsonParser in) {
      this.in = in;
    }

    /// Reads the value that the parser stands at.
    ///
    /// @param path of fields to it, for complaints
    private Node node(final String path) throws IOException {
      if (++nodes > MOST_NODES) {
        throw new TemplateRefused("the template has more than " + MOST_NODES + " values");
      }
      return switch (in.currentToken()) {
        case START_OBJECT -> {
          final Map<String, Node> fields = new LinkedHashMap<>();
          while (in.nextToken() == JsonToken.FIELD_NAME) {
            final var name = in.currentName();
            final var below = path.isEmpty() ? name : path + "." + name;
            in.nextToken();
            if (fields.putIfAbsent(Surrogates.mended(name), node(below)) != null) {
              throw new TemplateRefused("template: " + below + ": is there twice");
            }
          }
          yield new Node.Branch(fields);
        }
        case START_ARRAY -> {
          final List<Node> items = new ArrayList<>();
          while (in.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]"));
          }
          yield new Node.Many(items);
        }
        case VALUE_STRING -> {
          final var words = TemplateText.parse("template: " + path, in.getText());
          expressions += words.expressions();
          yield new Node.Words(words);
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
            new Node.Plain(in.getText());
        case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
            throw new TemplateRefused("template: " + path + ": a value is missing");
      };
    }
  }

  @Override
  public int expressions() {
    return expressions;
  }

  @Override
  public byte[] write(final Rendering rendering) {
    return JsonParsers.write(out -> write(out, root, rendering));
  }

  private static void write(final JsonGenerator out, final Node node, final Rendering rendering)
      throws IOException {
    switch (node) {
      case Node.Branch(final var fields) -> {
        out.writeStartObject();
        for (final var field : fields.entrySet()) {
          out.writeFieldName(field.getKey());
          write(out, field.getValue(), rendering);
        }
        out.writeEndObject();
      }
      case Node.Many(final var items) -> {
        out.writeStartArray();
        for (final var item : items) {
          write(out, item, rendering);
        }
        out.writeEndArray();
      }
      case Node.Words(final var text) -> {
        final var value = Surrogates.mended(text.render(rendering));
        if (text.isNumber() && NUMBER.matcher(value).matches()) {
          out.writeRawValue(value);
        } else {
          out.writeString(value);
        }
      }
      case Node.Plain(final var word) -> out.writeRawValue(word);
    }
  }
}
