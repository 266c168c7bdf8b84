package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Plays recorded requests to a hub: those of HTTP/1.1 byte for byte over a socket, those of HTTP/2
/// by the JDK's client, which writes the frames. Answers what came back, with a word in place of
/// each value that is another one every time.
///
/// A part of a recording says how its client signs; each request is its lines, its body in one or
/// several lines, what later requests take from its answer, and perhaps the only element that
/// counts there.
final class HubClientPlay implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAMED = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern MOMENT =
      Pattern.compile("(?!9999)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z?");
  private static final Pattern GUID =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\w{12}");

  /// Bytes that are no text stand here among the characters.
  private static final char BYTES = '\uF700';

  /// Of a value that is looked for in answers: shorter ones stand in them by chance.
  private static final int SHORTEST = 8;

  private static final List<String> HEADERS =
      List.of(
          "allow",
          "content-location",
          "content-type",
          "etag",
          "location",
          "retry-after",
          "trackingid",
          "www-authenticate",
          "x-ms-continuationtoken");

  private final URI api;
  private final SSLContext trusting;
  private final HttpClient http2;
  private final HubClientValues given;
  private final boolean lenient;
  private final Map<String, String> taken = new LinkedHashMap<>();
  private @Nullable WireConnection connection;

  /// @param lenient whether a placeholder that has no value stays as it is
  HubClientPlay(
      final URI api,
      final SSLContext trusting,
      final HubClientValues given,
      final boolean lenient) {
    this.api = api;
    this.trusting = trusting;
    this.given = given;
    this.lenient = lenient;
    this.http2 =
        HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_2).build();
  }

  /// Plays all requests of a part; answers what came to each, by its name.
  ObjectNode play(final JsonNode part) throws Exception {
    final var answers = JSON.createObjectNode();
    for (final var request : part.get("requests")) {
      final var name = request.get("name").asText();
      if (answers.has(name)) {
        throw new AssertionError("two requests are called " + name);
      }
      answers.set(name, played(part, request));
    }
    return answers;
  }

  private ObjectNode played(final JsonNode part, final JsonNode request) throws Exception {
    final var recorded = lines(request.get("request"));
    final var target = in(recorded.getFirst().split(" ", 3)[1], part, "", "");
    final boolean hasParts = recorded.stream().anyMatch(line -> line.contains("multipart/"));
    final var body =
        bytes(
            in(
                String.join(hasParts ? "\r\n" : "\n", lines(request.path("body"))),
                part,
                target,
                ""));
    final var length = Integer.toString(body.length);
    final var lines = recorded.stream().map(line -> in(line, part, target, length)).toList();
    final var answer =
        part.get("over").asText().equals("HTTP/2")
            ? overHttp2(lines, body)
            : overSocket(lines, body);
    take(request.path("take"), answer);
    return blanked(answer, String.join("\n", lines), request.path("only").asText());
  }

  private static List<String> lines(final JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private String in(
      final String text, final JsonNode part, final String target, final String length) {
    return NAMED
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), part, target, length)));
  }

  private String value(
      final String name, final JsonNode part, final String target, final String length) {
    final var known = taken.get(name);
    if (known != null) {
      return known;
    }
    try {
      return name.equals("length") ? length : given.of(name, part, target);
    } catch (final IllegalArgumentException | IndexOutOfBoundsException unknown) {
      if (lenient) {
        return name;
      }
      throw unknown;
    }
  }

  private static byte[] bytes(final String text) {
    final var bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(point -> {
          if (point >= BYTES && point <= BYTES + 0xFF) {
            bytes.write(point - BYTES);
          } else {
            bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
          }
        });
    return bytes.toByteArray();
  }

  // ---- sending --------------------------------------------------------------------------------

  private WireAnswer overSocket(final List<String> lines, final byte[] body) throws IOException {
    final var all = new ByteArrayOutputStream();
    all.writeBytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    final var open = connection == null ? WireConnection.open(api, trusting) : connection;
    connection = open;
    open.send(all.toByteArray());
    final var answer = open.read(lines.getFirst().startsWith("HEAD "), 0);
    if (answer.endsConnection()) {
      open.close();
      connection = null;
    }
    return answer;
  }

  private WireAnswer overHttp2(final List<String> lines, final byte[] body) throws Exception {
    final var first = lines.getFirst().split(" ", 2);
    final var request =
        HttpRequest.newBuilder(URI.create("https://" + api.getAuthority() + first[1]))
            .timeout(AcrossProcesses.PATIENCE)
            .method(
                first[0],
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (final var line : lines.subList(1, lines.size())) {
      final var header = line.split(": ", 2);
      request.header(header[0], header[1]);
    }
    final var answer = http2.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.version() != HttpClient.Version.HTTP_2) {
      throw new AssertionError("the server chose " + answer.version());
    }
    final var headers = new TreeMap<String, String>();
    answer.headers().map().forEach((name, all) -> headers.put(name, String.join(" | ", all)));
    return new WireAnswer(answer.statusCode(), headers, answer.body());
  }

  // ---- answers --------------------------------------------------------------------------------

  private void take(final JsonNode wanted, final WireAnswer answer) {
    wanted
        .properties()
        .forEach(one -> {
          final var from = one.getValue().asText();
          final var value =
              from.startsWith("element:")
                  ? element(answer.body(), from.substring("element:".length()))
                  : answer.header(from).replaceFirst("\\?.*", "").replaceFirst(".*/", "");
          if (value.isEmpty()) {
            throw new AssertionError(
                "no " + from + ": " + answer.status() + " " + answer.headers() + answer.body());
          }
          taken.put(one.getKey(), value);
        });
  }

  private static String element(final String xml, final String name) {
    final var found = Pattern.compile("<" + name + ">([^<]*)<").matcher(xml);
    return found.find() ? found.group(1) : "";
  }

  /// @param only the one element that counts; "" when all do
  private ObjectNode blanked(final WireAnswer answer, final String request, final String only) {
    final var blanked = JSON.createObjectNode().put("status", answer.status());
    final var headers = blanked.putObject("headers");
    HEADERS.forEach(name -> {
      if (!answer.header(name).isEmpty()) {
        headers.put(name, blanked(answer.header(name), request));
      }
    });
    if (!only.isEmpty()) {
      blanked.put(only, element(answer.body(), only));
    } else if (!answer.body().isEmpty()) {
      blanked.put("body", blanked(answer.body(), request));
    }
    return blanked;
  }

  private String blanked(final String text, final String request) {
    var blanked = text.replace(api.getAuthority(), "${host}");
    final var values = new ArrayList<>(taken.entrySet());
    values.sort((one, other) -> other.getValue().length() - one.getValue().length());
    for (final var one : values) {
      if (one.getValue().length() >= SHORTEST) {
        blanked = blanked.replace(one.getValue(), "${" + one.getKey() + "}");
      }
    }
    blanked = MOMENT.matcher(blanked).replaceAll("<moment>");
    blanked =
        GUID.matcher(blanked)
            .replaceAll(found -> request.contains(found.group()) ? found.group() : "<guid>");
    return blanked
        .replaceAll("<((?:Primary|Secondary)Key)>[^<]*", "<$1><key>")
        .replaceAll("<ETag>\\d+<", "<ETag><number><")
        .replaceAll("^(W/\")?\\d+(\")?$", "$1<number>$2");
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
    http2.shutdownNow();
    http2.close();
  }
}
