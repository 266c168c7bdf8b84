package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A notification hub of the server, as its backend and its apps use it: they register and send
/// over HTTPS with a signature, as the SDKs of Azure do. Thread-safe.
final class HubsApi implements AutoCloseable {
  /// Behind a word that each phone's template takes from the message.
  static final String MARK = "send-of-bench";

  private static final String VERSION = "?api-version=2020-06";
  private static final String FORMAT = "ServiceBusNotification-Format";
  private static final String POLICY = "DefaultFullSharedAccessSignature";
  private static final String BOUNDARY = "batch-of-bench";
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration SIGNED_FOR = Duration.ofHours(12);
  private static final int AT_ONCE = 16;

  private final String hub;
  private final URI server;
  private final String signature;
  private final HttpClient client;
  private final SetupApi rest;

  private HubsApi(final ServerProcess server, final String hub, final String key)
      throws IOException {
    this.hub = hub;
    this.server = server.api();
    this.signature = sign(server.api().resolve("/").toString(), key);
    this.client =
        HttpClient.newBuilder()
            .sslContext(server.trust())
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    this.rest = server.open();
  }

  /// Makes a hub that sends to a simulator of Apple's.
  ///
  /// @param credentials as `PUT /v1/apps/{app}/credentials/apns` takes them
  static HubsApi make(
      final ServerProcess server,
      final String hub,
      final String bundle,
      final Map<String, String> credentials)
      throws IOException {
    try (var api = server.open()) {
      final var made = api.call("POST", "/v1/hubs", Map.of("name", hub));
      final var app = "/v1/apps/" + made.path("app").asText();
      api.call("PUT", app, Map.of("bundleId", bundle));
      api.call("PUT", app + "/credentials/apns", credentials);
      for (final var policy : made.path("policies")) {
        if (policy.path("name").asText().equals(POLICY)) {
          final var connection = policy.path("connectionString").asText();
          return new HubsApi(server, hub, connection.replaceFirst(".*SharedAccessKey=", ""));
        }
      }
      throw new IOException("the hub has no policy " + POLICY + ": " + made);
    }
  }

  private static String sign(final String resource, final String key) {
    final var encoded = URLEncoder.encode(resource, StandardCharsets.UTF_8);
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
              POLICY);
    } catch (final GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", missing);
    }
  }

  // ---- registering ----------------------------------------------------------------------------

  /// Registers an iPhone for each token, as installations `phone-1` and up.
  ///
  /// @param tags of the phone of each number
  /// @param template whether each has a template too, which says the message's mark
  void register(
      final List<String> tokens,
      final IntFunction<List<String>> tags,
      final boolean template,
      final Progress progress)
      throws IOException, InterruptedException {
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<Boolean>>();
      for (int i = 1; i <= tokens.size(); i++) {
        final int number = i;
        work.add(() -> {
          register(number, tokens.get(number - 1), tags.apply(number), template);
          progress.step();
          return true;
        });
      }
      for (final var done : workers.invokeAll(work)) {
        done.get();
      }
    } catch (final ExecutionException failed) {
      throw new IOException("a phone could not be registered", failed);
    }
  }

  private void register(
      final int number, final String token, final List<String> tags, final boolean template)
      throws IOException {
    final Map<String, Object> installation = new HashMap<>();
    installation.put("installationId", name(number));
    installation.put("platform", "apns");
    installation.put("pushChannel", token);
    installation.put("tags", tags);
    if (template) {
      final var body = "{\"aps\":{\"alert\":\"Morning\"},\"%s\":\"$(mark)\"}".formatted(MARK);
      installation.put("templates", Map.of("bench", Map.of("body", body)));
    }
    final var answer =
        send(
            request("PUT", "/installations/" + name(number))
                .PUT(BodyPublishers.ofString(SetupApi.JSON.writeValueAsString(installation))));
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
  }

  static String name(final int number) {
    return "phone-" + number;
  }

  // ---- sending --------------------------------------------------------------------------------

  /// A notification with this body and these headers, named by its id: handed in again it is the
  /// same one.
  HttpResponse<String> trySend(
      final String id, final String format, final String body, final Map<String, String> headers)
      throws IOException {
    final var collection =
        headers.containsKey("ServiceBusNotification-ScheduleTime")
            ? "/schedulednotifications"
            : "/messages";
    final var request =
        request("POST", collection)
            .header("TrackingId", id)
            .header(FORMAT, format)
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request);
  }

  /// A native notification to these handles.
  HttpResponse<String> tryBatch(final String id, final String body, final List<String> handles)
      throws IOException {
    final var parts =
        "--%1$s\r\nContent-Type: application/json\r\nContent-Disposition: inline;"
            + " name=notification\r\n\r\n%2$s\r\n--%1$s\r\nContent-Type: application/json\r\n"
            + "Content-Disposition: inline; name=devices\r\n\r\n%3$s\r\n--%1$s--\r\n";
    return send(
        HttpRequest.newBuilder(server.resolve("/" + hub + "/messages/$batch" + VERSION + "&direct"))
            .timeout(LONGEST)
            .header("Authorization", signature)
            .header("TrackingId", id)
            .header(FORMAT, "apple")
            .header("Content-Type", "multipart/mixed; boundary=\"" + BOUNDARY + "\"")
            .POST(
                BodyPublishers.ofString(
                    parts.formatted(BOUNDARY, body, SetupApi.JSON.writeValueAsString(handles)))));
  }

  /// The id that a notification was given.
  static String id(final HttpResponse<String> answer) {
    final var location = answer.headers().firstValue("Location").orElse("");
    final var end = location.indexOf('?') < 0 ? location.length() : location.indexOf('?');
    return location.substring(location.lastIndexOf('/') + 1, end);
  }

  /// How far a notification has come, in the words of the server's own API.
  JsonNode progress(final String id) throws IOException {
    return rest.call("GET", "/v1/sends/" + id, "");
  }

  /// What was tried, target by target.
  List<JsonNode> targets(final String id) throws IOException {
    final var all = new ArrayList<JsonNode>();
    long after = 0;
    while (true) {
      final var page =
          rest.call("GET", "/v1/sends/" + id + "/targets?limit=1000&after=" + after, "");
      page.path("targets").forEach(all::add);
      if (!page.has("next")) {
        return all;
      }
      after = page.path("next").asLong();
    }
  }

  private HttpRequest.Builder request(final String method, final String path) {
    return HttpRequest.newBuilder(server.resolve("/" + hub + path + VERSION))
        .timeout(LONGEST)
        .header("Authorization", signature)
        .header("Content-Type", "application/json;charset=utf-8")
        .method(method, BodyPublishers.noBody());
  }

  private HttpResponse<String> send(final HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Override
  public void close() {
    client.close();
    rest.close();
  }
}
