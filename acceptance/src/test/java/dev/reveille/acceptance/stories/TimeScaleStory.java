package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trial.time-scale`: what it changes, what says so, and where it is refused.
final class TimeScaleStory {
  @TempDir private Path folder;

  private static String health(final Theatre theatre) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      final URI page = theatre.address("metrics").resolve("/health");
      return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void lives_are_divided_and_the_health_page_says_so() throws Exception {
    try (var theatre = new Theatre("trial: {time-scale: 60}\n")) {
      theatre.switchPush(true);
      theatre.phone("anna", kind -> kind);
      theatre.apple.goDown();
      final var before = Instant.now();
      final var event =
          theatre.event(
              "anna",
              Map.of(
                  "class", "alert",
                  "alertFor", "PT2M",
                  "content", Map.of("title", "Two minutes", "text", "are two seconds")));
      AcrossProcesses.get(
          "the end of two minutes",
          () -> theatre.devices(event).toString().contains("\"expired\"") ? true : null);
      final var took = Duration.between(before, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(2)) >= 0, took::toString);
      assertTrue(took.compareTo(Duration.ofSeconds(20)) < 0, took::toString);
      assertEquals("alive\ntime-scale 60: a trial, all waits are divided by it\n", health(theatre));
      assertTrue(theatre.metrics().contains("reveille_time_scale 60"), theatre.metrics());
    }
  }

  @Test
  void a_host_of_a_push_service_is_refused_in_a_trial() throws Exception {
    try (var theatre = new Theatre("trial: {time-scale: 60}\n")) {
      final var key = theatre.apple.makeKey();
      final var refused =
          theatre.send(
              "PUT",
              "/v1/apps/" + Theatre.APP + "/credentials/apns",
              Map.of("team", key.team(), "keyId", key.keyId(), "key", key.pem()));
      assertEquals(400, refused.statusCode(), refused::body);
      final var told = new ObjectMapper().readTree(refused.body());
      assertEquals("RV-222", told.get("code").asText(), refused::body);
      assertTrue(told.toString().contains("trial.time-scale is set"), refused::body);
    }
  }

  @Test
  void a_trial_does_not_start_on_data_with_credentials_for_a_push_service() throws Exception {
    final var data = folder.resolve("data");
    try (var theatre = new Theatre("")) {
      final var key = theatre.apple.makeKey();
      theatre.call("PUT", "/v1/apps/com.example.real", Map.of());
      theatre.call(
          "PUT",
          "/v1/apps/com.example.real/credentials/apns",
          Map.of("team", key.team(), "keyId", key.keyId(), "key", key.pem()));
      theatre.stop();
      theatre.copyData(data);
    }
    final var file = Files.writeString(folder.resolve("trial.yaml"), "trial: {time-scale: 60}\n");
    final var out =
        serve("--data", data.toString(), "--config", file.toString(), "--push-host", "127.0.0.1");
    assertEquals(2, out.exit(), out::text);
    assertTrue(
        out.text().contains("trial.time-scale is set, and app com.example.real has credentials"),
        out::text);
  }

  @Test
  void a_host_of_a_push_service_cannot_be_allowed_in_a_trial() throws Exception {
    for (final var host : new String[] {"api.push.apple.com", "sg2p.notify.windows.com:443"}) {
      final var file =
          Files.writeString(
              folder.resolve("trial.yaml"),
              "trial: {time-scale: 60}\npush: {allowed-hosts: [\"" + host + "\"]}\n");
      final var out =
          serve("--data", folder.resolve("none").toString(), "--config", file.toString());
      assertEquals(2, out.exit(), out::text);
      assertTrue(out.text().contains("belongs to a push service"), out::text);
    }
  }

  private Packaged.Out serve(final String... words) throws Exception {
    final var all = new java.util.ArrayList<>(java.util.List.of("serve"));
    all.addAll(java.util.List.of(words));
    for (final var listener : new String[] {"api", "device", "metrics"}) {
      all.addAll(java.util.List.of("--" + listener + "-port", "0"));
    }
    return Packaged.run(folder, 30, all.toArray(String[]::new));
  }
}
