package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Sends the app's HTTP requests to the server, with its device token. Only [#register] blocks; the
/// others answer by a future, and at most two of them are under way at a time. Thread-safe.
final class DeviceClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// As an app does it: its requests share two connections. Each one more would be a TLS handshake,
  /// and a burst of receipts a hundred of them.
  private static final int AT_ONCE = 2;

  private final HttpClient http;
  private final PhoneOptions options;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int underWay;
  private volatile String token = "";
  private volatile String installation = "";
  private volatile String live = "/device/v1/live";

  DeviceClient(final HttpClient http, final PhoneOptions options) {
    this.http = http;
    this.options = options;
  }

  String token() {
    return token;
  }

  String installation() {
    return installation;
  }

  URI live() {
    final var address = options.server().resolve(live).toString();
    return URI.create(address.replaceFirst("^http", "ws"));
  }

  JsonNode register(final String code, final ArrayNode pushTokens)
      throws IOException, InterruptedException {
    final var body =
        JSON.createObjectNode()
            .put("app", options.app())
            .put("code", code)
            .put("platform", options.platform())
            .put("osMajor", options.osMajor())
            .put("generation", options.generation());
    options.attributes().forEach(body.putObject("attributes")::put);
    body.set("tokens", pushTokens);
    final var request =
        HttpRequest.newBuilder(options.server().resolve("/device/v1/installations"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    final var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IOException("not registered: " + answer.statusCode() + " " + answer.body());
    }
    final var registered = JSON.readTree(answer.body());
    token = registered.path("token").asText();
    installation = registered.path("installation").asText();
    live = registered.path("live").asText();
    return registered;
  }

  /// The answer's body; a problem with a `call` is an answer too, any other one a failure.
  CompletableFuture<JsonNode> send(
      final String method, final String path, final @Nullable ObjectNode body) {
    final var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body.toString());
    final var request =
        HttpRequest.newBuilder(options.server().resolve("/device/v1" + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    final var answered = new CompletableFuture<HttpResponse<String>>();
    begin(() ->
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete((answer, failure) -> {
              ended();
              if (failure == null) {
                answered.complete(answer);
              } else {
                answered.completeExceptionally(failure);
              }
            }));
    return answered.thenApply(DeviceClient::read);
  }

  private void begin(final Runnable request) {
    synchronized (waiting) {
      if (underWay >= AT_ONCE) {
        waiting.add(request);
        return;
      }
      underWay++;
    }
    request.run();
  }

  private void ended() {
    final Runnable next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        underWay--;
        return;
      }
    }
    next.run();
  }

  private static JsonNode read(final HttpResponse<String> answer) {
    try {
      final var body =
          answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
      if (answer.statusCode() >= 300 && !body.hasNonNull("call")) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
