package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Claims a handle at a clearing house for each push token of a phone, and proves with the push
/// that came back that the token is the phone's own. One claim after the other, on the thread that
/// asks; pushes may come on any.
final class HandleClaims {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHALLENGE = "reveille:handle-challenge";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PATH = "/device/v1/handles";

  /// Where the phone claims handles, and for whom.
  ///
  /// @param listener the clearing house's device listener, `https://host:port`
  /// @param domain of the clearing house, as the phone's own server knows it
  /// @param partner the domain of that server
  /// @param code of the partner's
  record ClearingHouse(URI listener, String domain, String partner, String code) {}

  private final HttpClient http;
  private final ClearingHouse house;
  private final String app;
  private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

  HandleClaims(final HttpClient http, final ClearingHouse house, final String app) {
    this.http = http;
    this.house = house;
    this.app = app;
  }

  /// Whether a push is a challenge: then it is for this class and for nothing else.
  boolean takes(final JsonNode push) {
    final var envelope = PushedEnvelope.tolerantly(push);
    if (!envelope.type().equals(CHALLENGE)) {
      return false;
    }
    words.add(envelope.event());
    return true;
  }

  /// The handles that stand for these tokens, as a registration has them.
  ///
  /// @param tokens as a registration has them
  /// @throws IOException when a claim is refused, or no challenge came
  ArrayNode inPlaceOf(final ArrayNode tokens) throws IOException, InterruptedException {
    final var handles = JSON.createArrayNode();
    for (final var token : tokens) {
      handles
          .addObject()
          .put("service", token.path("service").asText())
          .put("channel", token.path("channel").asText())
          .put("handle", claimed(token))
          .put("clearingHouse", house.domain());
    }
    return handles;
  }

  private String claimed(final JsonNode token) throws IOException, InterruptedException {
    words.clear();
    final var claim =
        JSON.createObjectNode()
            .put("app", app)
            .put("partner", house.partner())
            .put("code", house.code());
    claim.set("token", token);
    final var answer = post(PATH, claim);
    if (answer.statusCode() != 202) {
      throw new IOException("no handle: " + answer.statusCode() + " " + answer.body());
    }
    return confirmed(JSON.readTree(answer.body()).path("handle").asText());
  }

  /// A challenge may be pushed twice; a former one confirms nothing.
  private String confirmed(final String handle) throws IOException, InterruptedException {
    final var path = PATH + "/" + handle + "/confirmation";
    final long until = System.nanoTime() + PATIENCE.toNanos();
    for (var word = words.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        word != null;
        word = words.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      final var answer = post(path, JSON.createObjectNode().put("challenge", word));
      if (answer.statusCode() == 200) {
        return JSON.readTree(answer.body()).path("handle").asText();
      }
    }
    throw new IOException("no challenge came for the handle within " + PATIENCE);
  }

  private HttpResponse<String> post(final String path, final ObjectNode body)
      throws IOException, InterruptedException {
    final var request =
        HttpRequest.newBuilder(house.listener().resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
