package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Reads the trails of events through the API, for a crash campaign. Blocks.
final class CrashTrails {
  private static final int AT_ONCE = 8;
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final SetupApi api;
  private final Map<String, JsonNode> trails = new ConcurrentHashMap<>();

  CrashTrails(final SetupApi api) {
    this.api = api;
  }

  /// By public id of the event; an event that the server does not know has none.
  Map<String, JsonNode> all() {
    return new TreeMap<>(trails);
  }

  /// Waits until nothing more will happen to any of these events, or the patience is over.
  void settle(final Collection<String> events, final Duration patience)
      throws IOException, InterruptedException {
    final var until = Instant.now().plus(patience);
    var open = events;
    while (true) {
      read(open);
      open = events.stream().filter(event -> !isSettled(event)).toList();
      if (open.isEmpty() || Instant.now().isAfter(until)) {
        return;
      }
      Thread.sleep(BETWEEN.toMillis());
    }
  }

  private boolean isSettled(final String event) {
    final var trail = trails.get(event);
    return trail != null && trail.path("settled").asBoolean();
  }

  void read(final Collection<String> events) throws IOException, InterruptedException {
    try (var readers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<Boolean>>();
      events.forEach(event -> work.add(() -> read(event)));
      for (final var done : readers.invokeAll(work)) {
        done.get();
      }
    } catch (final ExecutionException failed) {
      throw new IOException("a trail could not be read", failed);
    }
  }

  private boolean read(final String event) throws IOException {
    final var answer = api.send("GET", "/v1/events/" + event + "/trail", "");
    switch (answer.statusCode()) {
      case 200 -> {
        final var trail = SetupApi.JSON.readTree(answer.body());
        if (trail.has("next")) {
          throw new IOException("the trail of " + event + " has more than one page");
        }
        trails.put(event, trail);
      }
      case 404 -> trails.remove(event);
      default ->
          throw new IOException(
              "the trail of " + event + ": " + answer.statusCode() + " " + answer.body());
    }
    return true;
  }
}
