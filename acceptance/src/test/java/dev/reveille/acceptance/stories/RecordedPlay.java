package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Sends recorded requests to one server, one after the other, and says what each was answered, in
/// the form in which answers are recorded.
final class RecordedPlay implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TIMES = 1_000;
  private static final Set<String> HEADERS =
      Set.of(
          "allow",
          "cache-control",
          "connection",
          "content-security-policy",
          "content-type",
          "cross-origin-opener-policy",
          "etag",
          "keep-alive",
          "location",
          "referrer-policy",
          "retry-after",
          "transfer-encoding",
          "upgrade",
          "vary",
          "www-authenticate",
          "x-accel-buffering",
          "x-content-type-options");
  private static final List<String> HEADER_FAMILIES = List.of("access-control-", "sec-websocket-");

  private final Map<String, URI> servers;
  private final SSLContext trusting;
  private final RecordedValues values;
  private final Placeholders placeholders;
  private final HttpClient http2;
  private final Map<String, WireConnection> connections = new HashMap<>();
  private final Map<String, WireConnection> held = new HashMap<>();

  /// @param servers where each listener is
  RecordedPlay(
      final Map<String, URI> servers,
      final SSLContext trusting,
      final RecordedValues values,
      final Placeholders placeholders) {
    this.servers = servers;
    this.trusting = trusting;
    this.values = values;
    this.placeholders = placeholders;
    this.http2 =
        HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_2).build();
  }

  /// Sends a request and answers what is recorded of its answer; null where it is left unread.
  ObjectNode play(final RecordedRequest request) throws Exception {
    values.put("host", server(request).getAuthority());
    if (request.has("hold")) {
      final var connection = WireConnection.open(server(request), trusting);
      held.put(request.text("hold"), connection);
      connection.send(bytes(request));
      return recorded(request, new WireAnswer(0, Map.of(), ""), List.of());
    }
    final var before = new ArrayList<Integer>();
    final var answer = request.has("until") ? awaited(request, before) : asked(request, before);
    take(request, answer);
    return recorded(request, answer, before);
  }

  private URI server(final RecordedRequest request) {
    return java.util.Objects.requireNonNull(servers.get(request.listener()), request.listener());
  }

  private WireAnswer awaited(final RecordedRequest request, final List<Integer> before)
      throws Exception {
    final var last = new AtomicReference<>("nothing");
    try {
      return AcrossProcesses.get(
          request.name(),
          () -> {
            final var answer = asked(request, before);
            last.set(answer.body());
            return isAwaited(request, answer) ? answer : null;
          });
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + ", but at last " + last.get(), late);
    }
  }

  private WireAnswer asked(final RecordedRequest request, final List<Integer> before)
      throws Exception {
    if (request.has("held")) {
      try (var connection = java.util.Objects.requireNonNull(held.remove(request.text("held")))) {
        return connection.read(false, 0);
      }
    }
    if (request.has("raw")) {
      return raw(request, before);
    }
    if (request.has("http2")) {
      return byHttp2(request);
    }
    var answer = usual(request);
    for (int sent = 1; isRepeated(request, answer) && sent < MOST_TIMES; sent++) {
      answer = usual(request);
    }
    return answer;
  }

  private static boolean isRepeated(final RecordedRequest request, final WireAnswer answer) {
    return request.has("repeat") && answer.status() != request.number("repeat");
  }

  // ---- on the wire ----------------------------------------------------------------------------

  /// On a connection that stays open from one request to the next.
  private WireAnswer usual(final RecordedRequest request) throws IOException {
    final var listener = request.listener();
    var connection = connections.remove(listener);
    if (connection == null) {
      connection = WireConnection.open(server(request), trusting);
    }
    connection.send(bytes(request));
    final var answer = connection.read(request.method().equals("HEAD"), request.number("events"));
    if (answer.endsConnection() || answer.status() == 101 || request.has("events")) {
      connection.close();
    } else {
      connections.put(listener, connection);
    }
    return answer;
  }

  private byte[] bytes(final RecordedRequest request) {
    final var body = request.body(values).getBytes(StandardCharsets.UTF_8);
    final var head = new StringBuilder();
    head.append(request.method()).append(' ').append(values.in(request.target()));
    head.append(" HTTP/1.1\r\nHost: ").append(server(request).getAuthority()).append("\r\n");
    request
        .headers(values)
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    final var start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    final var all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  private WireAnswer raw(final RecordedRequest request, final List<Integer> before)
      throws IOException {
    try (var connection = WireConnection.open(server(request), trusting)) {
      final var parts = request.texts("raw");
      for (final var part : parts.subList(0, parts.size() - 1)) {
        connection.send(values.in(part).getBytes(StandardCharsets.ISO_8859_1));
        before.add(connection.read(false, 0).status());
      }
      connection.send(values.in(parts.getLast()).getBytes(StandardCharsets.ISO_8859_1));
      return connection.read(parts.getLast().startsWith("HEAD"), 0);
    }
  }

  private WireAnswer byHttp2(final RecordedRequest request) throws Exception {
    final var body = request.body(values);
    final var builder =
        HttpRequest.newBuilder(server(request).resolve(values.in(request.target())))
            .timeout(AcrossProcesses.PATIENCE)
            .method(
                request.method(),
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    request.headers(values).forEach(builder::header);
    final var answer = http2.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.version() != HttpClient.Version.HTTP_2) {
      throw new AssertionError(request.name() + " was answered by " + answer.version());
    }
    final var headers = new TreeMap<String, String>();
    answer.headers().map().forEach((name, all) -> headers.put(name, String.join(" | ", all)));
    return new WireAnswer(answer.statusCode(), headers, answer.body());
  }

  // ---- what is read of an answer --------------------------------------------------------------

  private boolean isAwaited(final RecordedRequest request, final WireAnswer answer)
      throws JsonProcessingException {
    final var json = JSON.readTree(answer.body());
    for (final var one : request.pairs("until").entrySet()) {
      if (!json.at(one.getKey()).asText().equals(values.in(one.getValue()))) {
        return false;
      }
    }
    return true;
  }

  private void take(final RecordedRequest request, final WireAnswer answer)
      throws JsonProcessingException {
    for (final var one : request.pairs("take").entrySet()) {
      final var from = one.getValue();
      final var value =
          from.startsWith("header:")
              ? answer.header(from.substring("header:".length()))
              : JSON.readTree(answer.body()).at(from).asText();
      if (value.isEmpty()) {
        throw new AssertionError(
            request.name() + " has no " + from + ": " + answer.status() + " " + answer.body());
      }
      values.put(one.getKey(), value);
    }
  }

  private ObjectNode recorded(
      final RecordedRequest request, final WireAnswer answer, final List<Integer> before) {
    final var recorded = JsonNodeFactory.instance.objectNode();
    if (request.has("hold")) {
      return recorded.put("status", "not answered yet");
    }
    if (!before.isEmpty()) {
      before.forEach(recorded.putArray("before")::add);
    }
    recorded.put("status", answer.status());
    recorded.set("headers", headers(request, answer));
    if (!answer.body().isEmpty()) {
      recorded.set("body", body(request, answer));
      if (!answer.body().endsWith("\n")) {
        recorded.put("endsLine", false);
      }
    }
    return recorded;
  }

  private ObjectNode headers(final RecordedRequest request, final WireAnswer answer) {
    final var headers = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(answer.headers())
        .forEach((name, value) -> {
          if (name.equals("connection") && request.has("held")) {
            return; // a server that ends may answer before or after it closes its listeners
          }
          if (HEADERS.contains(name) || HEADER_FAMILIES.stream().anyMatch(name::startsWith)) {
            final boolean isVague = request.texts("vague").contains("header:" + name);
            headers.put(name, isVague ? "<some>" : placeholders.in(value));
          } else if (name.equals("content-length") && request.text("do").startsWith("HEAD ")) {
            headers.put(name, value.equals("0") ? "0" : "<some>");
          }
        });
    return headers;
  }

  private JsonNode body(final RecordedRequest request, final WireAnswer answer) {
    final var text = answer.body();
    switch (request.text("body only")) {
      case "hash" -> {
        return JsonNodeFactory.instance.textNode("<SHA-256 " + hash(text) + ">");
      }
      case "none" -> {
        return JsonNodeFactory.instance.textNode("<not recorded>");
      }
      default -> {}
    }
    final JsonNode json;
    try {
      json = answer.header("content-type").contains("json") ? JSON.readTree(text) : null;
    } catch (JsonProcessingException e) {
      throw new AssertionError(request.name() + " is answered with broken JSON: " + text, e);
    }
    if (json == null) {
      return JsonNodeFactory.instance.textNode(
          request.has("events") ? events(text, request.number("events")) : placeholders.in(text));
    }
    for (final var pointer : request.texts("anyOrder")) {
      order((ArrayNode) json.at(pointer));
    }
    for (final var pointer : request.texts("vague")) {
      final int last = pointer.lastIndexOf('/');
      if (last >= 0) {
        ((ObjectNode) json.at(pointer.substring(0, last)))
            .put(pointer.substring(last + 1), "<some>");
      }
    }
    return placeholders.in(json);
  }

  /// The first events of a stream, without comments.
  private String events(final String stream, final int number) {
    return Arrays.stream(stream.split("\n\n"))
        .filter(event -> !event.startsWith(":"))
        .limit(number)
        .map(placeholders::inStream)
        .collect(Collectors.joining());
  }

  private void order(final ArrayNode list) {
    final var all = new ArrayList<JsonNode>();
    list.forEach(all::add);
    all.sort(Comparator.comparing(placeholders::withoutNumbers));
    list.removeAll().addAll(all);
  }

  private static String hash(final String text) {
    try {
      final var whole =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(whole, 0, 8);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws Exception {
    for (final var connection : connections.values()) {
      connection.close();
    }
    for (final var connection : held.values()) {
      connection.close();
    }
    http2.shutdownNow();
    http2.close();
  }
}
