package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One line of `requests.json`. In every text of it `${NAME}` stands for what [RecordedValues]
/// knows under the name.
///
/// | field | |
/// |---|---|
/// | `name` | what the request shows; the answer stands under it |
/// | `to` | `api` (the default), `devices` or `metrics` |
/// | `do` | method and target, as they stand in the request line |
/// | `as` | the name of the key or device token that goes along; for the API `boss` without it |
/// | `body`, `text` | the body as JSON, or as text |
/// | `headers` | further headers; one with the name of a usual one replaces it |
/// | `raw` | the request's bytes instead of `do`; before each part but the first an answer is read |
/// | `http2` | by HTTP/2 |
/// | `take` | names for values of the answer, each with its JSON pointer, or `header:NAME` |
/// | `until` | JSON pointers with values: the request is repeated until the answer has them |
/// | `repeat` | a status: it is sent until it is answered so, 1,000 times at most |
/// | `hold`, `held` | leaves the answer unread under a name; reads it (nothing is sent then) |
/// | `events` | so many events of a stream are read |
/// | `anyOrder` | JSON pointers to lists that stand in the order of random names |
/// | `vague` | JSON pointers, or `header:NAME`: only that there is a value is recorded |
/// | `body only` | `hash`: the text's hash is recorded; `none`: nothing of it |
record RecordedRequest(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "to",
          "do",
          "as",
          "body",
          "text",
          "headers",
          "raw",
          "http2",
          "take",
          "until",
          "repeat",
          "hold",
          "held",
          "events",
          "anyOrder",
          "vague",
          "body only");

  RecordedRequest {
    for (final var field : json.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new IllegalArgumentException(field.getKey() + " is no field of a request: " + json);
      }
    }
    if (json.path("name").asText().isEmpty()
        || (json.has("do") ? 1 : 0) + (json.has("raw") ? 1 : 0) + (json.has("held") ? 1 : 0) != 1) {
      throw new IllegalArgumentException("needs a name and one of do, raw and held: " + json);
    }
  }

  /// The requests of a file, by the part of the play in which they are sent.
  static Map<String, List<RecordedRequest>> read(final Path file) throws IOException {
    final var parts = new LinkedHashMap<String, List<RecordedRequest>>();
    final var names = new HashSet<String>();
    for (final var part : JSON.readTree(file.toFile()).properties()) {
      final var requests = new ArrayList<RecordedRequest>();
      for (final var one : part.getValue()) {
        requests.add(new RecordedRequest(one));
        if (!names.add(requests.getLast().name())) {
          throw new IllegalArgumentException("there are two requests: " + requests.getLast());
        }
      }
      parts.put(part.getKey(), requests);
    }
    return parts;
  }

  String name() {
    return json.get("name").asText();
  }

  String text(final String field) {
    return json.path(field).asText("");
  }

  int number(final String field) {
    return json.path(field).asInt(0);
  }

  boolean has(final String field) {
    return json.has(field);
  }

  List<String> texts(final String field) {
    return json.path(field).valueStream().map(JsonNode::asText).toList();
  }

  Map<String, String> pairs(final String field) {
    final var pairs = new LinkedHashMap<String, String>();
    json.path(field).properties().forEach(one -> pairs.put(one.getKey(), one.getValue().asText()));
    return pairs;
  }

  String listener() {
    return json.path("to").asText("api");
  }

  /// The name of what the request authorises itself with; empty for nothing.
  String as() {
    return json.path("as").asText(listener().equals("api") ? "boss" : "");
  }

  String method() {
    return text("do").split(" ", 2)[0];
  }

  String target() {
    return text("do").split(" ", 2)[1];
  }

  /// The body with its values filled in; empty for none.
  String body(final RecordedValues values) {
    return has("text")
        ? values.in(text("text"))
        : has("body") ? values.in(json.get("body")).toString() : "";
  }

  /// The headers that are not said by the connection itself.
  Map<String, String> headers(final RecordedValues values) {
    final var headers = new HashMap<String, String>();
    if (!as().isEmpty()) {
      headers.put("Authorization", "Bearer " + values.of(as()));
    }
    if (has("body") || has("text")) {
      headers.put("Content-Type", "application/json");
    }
    pairs("headers").forEach((name, value) -> headers.put(name, values.in(value)));
    headers.values().removeIf(String::isEmpty);
    return headers;
  }
}
