package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// The packaged server answers recorded requests as it did when they were recorded, or as
/// `changes.json` and the change log say.
///
/// With `-Dreveille.record=true` the answers of this server become the recorded ones.
final class RecordedAnswersStory {
  private static final Path FOLDER =
      Packaged.launcher().resolveSibling("acceptance/src/test/resources/recorded");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// As open as a server can be, with room for ten events at a time.
  private static final String OPEN =
      """
      routing: {max-queued-events: 10}
      listeners: {devices: {http2: true}}
      devices: {demo-page: true, origins: ["https://app.example.org"]}
      live: {drain: PT0S}
      """;

  /// Refuses by its limits what the open one takes.
  private static final String TIGHT =
      """
      store: {disk-floor-mib: 1000000000}
      limits: {events-per-second: 50, registrations-per-minute: 1}
      live: {drain: PT0S}
      """;

  @Test
  void every_recorded_request_is_answered_as_recorded_or_as_the_change_log_says() throws Exception {
    final var parts = RecordedRequest.read(FOLDER.resolve("requests.json"));
    assertEquals(List.of("open", "ended", "tight"), List.copyOf(parts.keySet()));
    final var answers = new LinkedHashMap<String, ObjectNode>();
    try (var atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
      final var plays =
          List.of(
              atOnce.submit(() -> play(OPEN, part(parts, "open"), part(parts, "ended"))),
              atOnce.submit(() -> play(TIGHT, part(parts, "tight"), List.of())));
      for (final var one : plays) {
        answers.putAll(one.get());
      }
    }

    final var now = new RecordedAnswers(answers);
    final var changes = JSON.readTree(FOLDER.resolve("changes.json").toFile());
    final var file = FOLDER.resolve("answers.json");
    if (Boolean.getBoolean("reveille.record")) {
      assertEquals("[]", changes.toString(), "what is recorded anew is no change any more");
      now.write(file);
    }
    final var changeLog = Files.readString(Packaged.launcher().resolveSibling("CHANGELOG.md"));
    final var found = RecordedAnswers.read(file).differences(now, changes, changeLog);
    assertEquals(0, found.size(), () -> found.size() + " differ:\n" + String.join("\n", found));
  }

  private static List<RecordedRequest> part(
      final Map<String, List<RecordedRequest>> parts, final String name) {
    return parts.getOrDefault(name, List.of());
  }

  /// @param afterwards what is sent or read when the server was asked to end
  private static Map<String, ObjectNode> play(
      final String configuration,
      final List<RecordedRequest> requests,
      final List<RecordedRequest> afterwards)
      throws Exception {
    final var answers = new LinkedHashMap<String, ObjectNode>();
    try (var theatre = new Theatre(configuration)) {
      final var trusting = Packaged.trusting(Files.readString(theatre.authority()));
      final var values = new RecordedValues();
      final var boss =
          Map.of("rights", List.of("send", "listen", "manage"), "note", "plays the records");
      values.put("boss", theatre.call("POST", "/v1/keys", boss).get("secret").asText());
      final var servers = new HashMap<String, URI>();
      for (final var listener : List.of("api", "devices", "metrics")) {
        servers.put(listener, theatre.address(listener));
      }
      final var placeholders = new Placeholders(epoch(theatre));
      try (var play = new RecordedPlay(servers, trusting, values, placeholders)) {
        for (final var request : requests) {
          answers.put(request.name(), play.play(request));
        }
        if (!afterwards.isEmpty()) {
          theatre.stop();
        }
        for (final var request : afterwards) {
          answers.put(request.name(), play.play(request));
        }
      }
    }
    return answers;
  }

  /// The first part of every position of the server's store.
  private static String epoch(final Theatre theatre) throws Exception {
    theatre.call("PUT", "/v1/users/first", Map.of());
    final var upTo = theatre.call("GET", "/v1/users/first/inbox", "").get("upTo").asText();
    theatre.call("DELETE", "/v1/users/first", "");
    return upTo.substring(0, upTo.indexOf('-'));
  }
}
