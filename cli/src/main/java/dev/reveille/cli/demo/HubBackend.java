package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A backend and its apps as they speak to a notification hub: requests that are signed as the SDKs
/// of Azure sign them, with the key of the connection string.
final class HubBackend {
  private static final String VERSION = "?api-version=2020-06";
  private static final Duration SIGNED_FOR = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient http;
  private final URI server;
  private final String authority;
  private final String hub;
  private final String signature;

  /// @param policy with its name and connection string, as the server told it
  HubBackend(final Api api, final String hub, final JsonNode policy) {
    this.http = api.http();
    this.server = api.target().server();
    this.authority = api.target().ca();
    this.hub = hub;
    this.signature =
        sign(
            server.resolve("/").toString(),
            policy.path("name").asText(),
            policy.path("connectionString").asText().replaceFirst(".*SharedAccessKey=", ""));
  }

  private static String sign(final String resource, final String policy, final String key) {
    final String encoded = URLEncoder.encode(resource, StandardCharsets.UTF_8);
    final long end = Instant.now().plus(SIGNED_FOR).getEpochSecond();
    try {
      final var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      final byte[] signed = mac.doFinal((encoded + "\n" + end).getBytes(StandardCharsets.UTF_8));
      return "SharedAccessSignature sr=%s&sig=%s&se=%d&skn=%s"
          .formatted(
              encoded,
              URLEncoder.encode(Base64.getEncoder().encodeToString(signed), StandardCharsets.UTF_8),
              end,
              policy);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /// An app registers its iPhone.
  void install(final String id, final String token, final String tag) {
    final ObjectNode installation =
        Json.object().put("installationId", id).put("platform", "apns").put("pushChannel", token);
    installation.putArray("tags").add(tag);
    final var answer =
        send(
            request("/installations/" + id)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(installation.toString())));
    Witness.require(answer.statusCode() == 200, "the hub refused: " + answer.body());
  }

  /// A notification to those that the expression means.
  record Notification(String tags, String body) {
    /// The headers of the request, in their order.
    Map<String, String> headers() {
      return new TreeMap<>(
          Map.of(
              "Content-Type", "application/json;charset=utf-8",
              "ServiceBusNotification-Format", "apple",
              "ServiceBusNotification-Tags", tags));
    }
  }

  /// Sends it; answers its id.
  String send(final Notification what) {
    final var request = request("/messages").POST(BodyPublishers.ofString(what.body()));
    what.headers().forEach(request::header);
    final var answer = send(request);
    Witness.require(answer.statusCode() == 201, "the hub refused: " + answer.body());
    final String location = answer.headers().firstValue("Location").orElse("");
    return location.substring(location.lastIndexOf('/') + 1, location.indexOf('?'));
  }

  /// The same request for a shell.
  String curl(final Notification what) {
    final var line = new StringBuilder("curl --cacert " + authority + " \\\n");
    line.append("    -H 'Authorization: ").append(signature).append("' \\\n");
    what.headers()
        .forEach((name, value) ->
            line.append("    -H '").append(name).append(": ").append(value).append("' \\\n"));
    return line.append("    -d '")
        .append(what.body())
        .append("' \\\n    '")
        .append(address("/messages"))
        .append("'")
        .toString();
  }

  private URI address(final String path) {
    return server.resolve("/" + hub + path + VERSION);
  }

  private HttpRequest.Builder request(final String path) {
    return HttpRequest.newBuilder(address(path))
        .timeout(PATIENCE)
        .header("Authorization", signature);
  }

  private HttpResponse<String> send(final HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw Failure.missing("The hub does not answer: " + e.getMessage() + ".", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The demo was interrupted.", "");
    }
  }
}
