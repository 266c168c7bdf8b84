package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/// Threads of an attack that send the next request as soon as they are answered, each on a
/// connection of its own from one of the attacker's addresses.
final class Askers implements Attack.Part {
  /// Counted when the server refused more because of a limit: the attack fills it.
  static final String PRESSED = "pressed";

  /// Told instead of 202 for a batch of which something was refused.
  static final int IN_BATCH = 429;

  private static final String REFUSED = "\"refused\"";

  /// The next request of a thread.
  @FunctionalInterface
  interface Ask {
    HttpRequest next(long number);
  }

  /// What the attack makes of an answer.
  @FunctionalInterface
  interface Told {
    void status(HttpRequest request, int status);
  }

  private final SSLContext trust;
  private final Tally tally;
  private final int threads;
  private final Ask ask;
  private final Told told;
  private final AtomicLong numbers = new AtomicLong();
  private final List<Thread> running = new ArrayList<>();
  private volatile boolean over;

  Askers(
      final SSLContext trust,
      final Tally tally,
      final int threads,
      final Ask ask,
      final Told told) {
    this.trust = trust;
    this.tally = tally;
    this.threads = threads;
    this.ask = ask;
    this.told = told;
  }

  @Override
  public void begin() {
    for (int i = 0; i < threads; i++) {
      final int number = i;
      running.add(Thread.ofPlatform().daemon().name("asker " + i).start(() -> run(number)));
    }
  }

  /// Reads only what says what became of a batch.
  private static HttpResponse.BodySubscriber<String> ofBatch(final HttpResponse.ResponseInfo info) {
    return info.statusCode() == 202
        ? HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8)
        : HttpResponse.BodySubscribers.replacing("");
  }

  private void run(final int number) {
    try (var client =
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .localAddress(InetAddress.getByName(AttackConnections.address(number)))
            .build()) {
      while (!over) {
        final var request = ask.next(numbers.getAndIncrement());
        try {
          final var answer = client.send(request, Askers::ofBatch);
          final int status = answer.body().contains(REFUSED) ? IN_BATCH : answer.statusCode();
          tally.count(String.valueOf(status));
          told.status(request, status);
        } catch (final IOException _) {
          tally.count("no-answer");
          Thread.sleep(20); // a server that is gone must not make the attacker spin
        }
      }
      client.shutdownNow();
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    over = true;
    running.forEach(Thread::interrupt);
  }
}
