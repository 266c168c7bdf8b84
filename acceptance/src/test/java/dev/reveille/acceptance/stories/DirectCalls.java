package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Requests to a hub by a program that signs them itself, with the key of one policy.
final class DirectCalls implements AutoCloseable {
  private static final String CONNECT =
      "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";

  private final URI api;
  private final HttpClient http;
  private final String hub;
  private final String policy;
  private final String key;

  record Request(String method, String target, String body, Map<String, String> headers) {}

  DirectCalls(final HubStage stage, final JsonNode hub, final String policy) throws Exception {
    this.api = stage.api();
    this.http = HttpClient.newBuilder().sslContext(stage.trusting()).build();
    this.hub = hub.path("name").asText();
    this.policy = policy;
    this.key = HubStage.key(hub, policy);
  }

  HttpResponse<String> answer(final Request request) throws Exception {
    final var url = "https://" + api.getAuthority() + request.target();
    final var end = Instant.now().plus(Duration.ofMinutes(5));
    final var builder =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(AcrossProcesses.PATIENCE)
            .header("Authorization", new HubSignature("form", url, policy, key, end).toString())
            .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
    request.headers().forEach(builder::header);
    return http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Registers an iPhone.
  void register(final String id, final String token, final String... tags) throws Exception {
    final var entry =
        "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content><AppleRegistrationDescription"
            + " xmlns=\""
            + CONNECT
            + "\"><Tags>"
            + String.join(",", tags)
            + "</Tags><DeviceToken>"
            + token
            + "</DeviceToken></AppleRegistrationDescription></content></entry>";
    final var path = "/" + hub + "/registrations/" + id;
    assertEquals(200, answer(new Request("PUT", path, entry, Map.of())).statusCode());
  }

  /// A list without the moments of its answer.
  static String still(final String feed) {
    return feed.replaceAll("<updated>[^<]*", "<updated>");
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
