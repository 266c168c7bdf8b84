package dev.reveille.cli.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/// A client of a server's REST interface: paths and JSON in, JSON out. Paths are relative to
/// `/v1/`. Each call blocks for at most 30 seconds (90 where the server may wait), and throws
/// [Failure] with the server's words when it refuses or cannot be reached.
public final class Api implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// A call may be watched for a minute; the answer comes after that.
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(90);

  private final ServerTarget target;
  private final HttpClient http;
  private final URI server;
  private final String root;
  private final String key;

  public Api(final ServerTarget target) {
    this(
        target,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .sslContext(Trust.of(target.ca()))
            .build(),
        target.server(),
        "/v1",
        target.key());
  }

  private Api(
      final ServerTarget target,
      final HttpClient http,
      final URI server,
      final String root,
      final String key) {
    this.target = target;
    this.http = http;
    this.server = server;
    this.root = root;
    this.key = key;
  }

  /// The device listener of the same server, as a phone sees it; addresses are relative to
  /// `/device/v1/`. It lives as long as this.
  ///
  /// @param token the phone's own, "" before it is registered
  public Api asDevice(final String token) {
    return new Api(target, http, target.devicesAddress(), "/device/v1", token);
  }

  public ServerTarget target() {
    return target;
  }

  /// The client with this trust, for callers that open another kind of connection.
  public HttpClient http() {
    return http;
  }

  /// An address below `/v1/`, its parts percent-encoded.
  public static String at(final String... parts) {
    return Arrays.stream(parts).map(Api::encoded).collect(Collectors.joining("/"));
  }

  /// Adds a question to an address; nothing when the value is "".
  public static String with(final String address, final String name, final String value) {
    return value.isEmpty()
        ? address
        : address + (address.contains("?") ? "&" : "?") + name + "=" + encoded(value);
  }

  /// What the server says of itself and of our key.
  public JsonNode self() {
    return get("");
  }

  public JsonNode get(final String address) {
    return send(request(address).GET().timeout(LONG_PATIENCE));
  }

  /// All pages of a list, as one list of its elements.
  public List<JsonNode> getAll(final String address, final String list) {
    final var all = new ArrayList<JsonNode>();
    String after = "";
    do {
      final JsonNode page = get(with(with(address, "limit", "1000"), "after", after));
      page.path(list).forEach(all::add);
      after = next(page);
    } while (!after.isEmpty());
    return all;
  }

  /// The same with further lists and fields beside, which are those of the first page; its pages
  /// end by bytes alone.
  public JsonNode getWhole(final String address, final String... lists) {
    final JsonNode first = get(address);
    if (!(first instanceof final ObjectNode whole)) {
      return first;
    }
    String after = next(whole);
    while (!after.isEmpty()) {
      final JsonNode page = get(with(address, "after", after));
      for (final var list : lists) {
        page.path(list).forEach(whole.withArray(list)::add);
      }
      after = next(page);
    }
    whole.remove("next");
    return whole;
  }

  private static String next(final JsonNode page) {
    return page.path("next").asText("");
  }

  public JsonNode post(final String address, final JsonNode body) {
    return send(withBody(address, "POST", body));
  }

  public JsonNode put(final String address, final JsonNode body) {
    return send(withBody(address, "PUT", body));
  }

  /// Creates, and refuses to replace.
  public JsonNode create(final String address, final JsonNode body) {
    return send(withBody(address, "PUT", body).header("If-None-Match", "*"));
  }

  public JsonNode patch(final String address, final JsonNode body) {
    return send(withBody(address, "PATCH", body));
  }

  public void delete(final String address) {
    send(request(address).DELETE());
  }

  /// The same where the server says what it did.
  public JsonNode deleted(final String address) {
    return send(request(address).DELETE().timeout(LONG_PATIENCE));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder withBody(
      final String address, final String method, final JsonNode body) {
    return request(address)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body.toString()));
  }

  private HttpRequest.Builder request(final String address) {
    final var request =
        HttpRequest.newBuilder(URI.create(server + root + (address.isEmpty() ? "" : "/" + address)))
            .timeout(PATIENCE)
            .header("Accept", "application/json, application/problem+json");
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private JsonNode send(final HttpRequest.Builder request) {
    final HttpResponse<String> answer;
    try {
      answer = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The command was interrupted.", "");
    } catch (IllegalArgumentException e) {
      throw Failure.misuse(
          "The key holds characters that no key has.", "Copy it anew; it begins with rk_.");
    }
    if (answer.statusCode() >= 400) {
      throw Problem.of(answer.statusCode(), answer.body(), !key.isEmpty());
    }
    return read(answer);
  }

  private JsonNode read(final HttpResponse<String> answer) {
    if (answer.body().isEmpty()) {
      return Json.object();
    }
    try {
      return Json.read(answer.body());
    } catch (IllegalArgumentException e) {
      throw Failure.missing(
          "What answers at " + server + " is not a Reveille server.",
          "Correct the address given by --server, REVEILLE_SERVER or the profile.");
    }
  }

  private Failure unreachable(final IOException cause) {
    return switch (cause) {
      case SSLException tls -> TlsFailure.of(server.toString(), tls);
      case HttpTimeoutException _ ->
          Failure.missing(
              "The server at " + server + " did not answer in time.",
              "See the server's log; try again.");
      case ConnectException _ ->
          Failure.missing(
              "No server answers at " + server + ".",
              "Start one with `reveille serve`, or name it with --server URL.");
      default ->
          Failure.missing(
              "The connection to " + server + " broke: " + cause.getMessage() + ".",
              "See the server's log; try again.");
    };
  }

  private static String encoded(final String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
