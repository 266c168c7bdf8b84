package dev.reveille.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Asks a besieged server twice a second whether it is ready, as an orchestrator does, and reads
/// from its metrics how much it holds. Runs on a thread of its own until it is closed.
final class SiegeWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 500;

  /// After that time without an answer the server hangs.
  static final Duration LONGEST = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LONGEST).build();
  private final URI metrics;
  private final Pattern held;
  private final Thread looking;
  private final List<Observation> looks = new ArrayList<>();

  /// One look at the server, as it was answered.
  ///
  /// @param ready what the question for `/ready` was answered, "none" for no answer in time
  /// @param held NaN when there is no such metric
  record Observation(Instant at, String ready, double held) {}

  /// @param held a metric's name and labels, as a pattern; several that match are added up
  SiegeWatch(final URI metrics, final String held) {
    this.metrics = metrics;
    this.held = Pattern.compile("(?m)^" + held + " (\\S+)$");
    this.looking = Thread.ofPlatform().daemon().name("siege watch").start(this::look);
  }

  private void look() {
    try {
      while (true) {
        note(get("/ready"), held.pattern().contains("()") ? "" : get("/metrics"));
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The status and the text; "none" when there was no answer.
  private String get(final String path) throws InterruptedException {
    try {
      final var answer =
          client.send(
              HttpRequest.newBuilder(metrics.resolve(path)).timeout(LONGEST).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (final IOException _) {
      return "none";
    }
  }

  private synchronized void note(final String ready, final String shown) {
    double sum = Double.NaN;
    for (final var found = held.matcher(shown); found.find(); ) {
      sum = (Double.isNaN(sum) ? 0 : sum) + Double.parseDouble(found.group(1));
    }
    looks.add(new Observation(Instant.now(), ready.strip(), sum));
  }

  /// All looks, in order.
  synchronized List<Observation> looks() {
    return List.copyOf(looks);
  }

  /// What each question for `/ready` was answered, "none" for no answer in time.
  static List<String> answers(final List<Observation> looks) {
    return looks.stream().map(Observation::ready).toList();
  }

  /// NaN when there is no such metric.
  static double mostHeld(final List<Observation> looks) {
    return looks.stream()
        .mapToDouble(Observation::held)
        .filter(amount -> !Double.isNaN(amount))
        .max()
        .orElse(Double.NaN);
  }

  @Override
  public void close() {
    looking.interrupt();
    client.shutdownNow();
  }
}
