package dev.reveille.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Samples a server's memory twice a second and keeps the maximum; also reads single metrics. Runs
/// on a thread of its own until it is closed.
final class OutageWatch implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(500);
  private static final double MIB = 1 << 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ServerProcess server;
  private final Cpu process;
  private final Thread thread;
  private volatile double peakHeap;
  private volatile double peakResident;
  private volatile boolean running = true;

  OutageWatch(final ServerProcess server) {
    this.server = server;
    this.process = new Cpu(server.pid());
    this.thread = Thread.ofPlatform().name("watch").daemon().start(this::look);
  }

  private void look() {
    try {
      while (running) {
        peakResident = Math.max(peakResident, process.residentMib());
        peakHeap = Math.max(peakHeap, now("jvm_memory_used_bytes{area=\"heap\"") / MIB);
        Thread.sleep(BETWEEN);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final IOException gone) {
      System.err.println("the server's metrics are out of reach: " + gone);
    }
  }

  double peakHeapMib() {
    return peakHeap;
  }

  double peakResidentMib() {
    return peakResident;
  }

  /// The sum of all lines that begin so.
  double now(final String beginning) throws IOException, InterruptedException {
    final var answer =
        client.send(
            HttpRequest.newBuilder(server.metrics()).timeout(Duration.ofSeconds(30)).build(),
            HttpResponse.BodyHandlers.ofString());
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    client.close();
  }
}
