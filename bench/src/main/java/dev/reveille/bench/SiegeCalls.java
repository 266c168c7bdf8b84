package dev.reveille.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Hands in the victim's calls at one server, at a steady pace that does not depend on the answers.
/// Nine of ten use a connection that stands; each tenth uses a new one, whose handshake counts,
/// since an attack may keep out new clients and leave connected ones alone.
final class SiegeCalls implements AutoCloseable {
  static final int FRESH_EACH = 10;
  private static final int ACCEPTED = 202;
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 50;

  private final SiegeServer server;
  private final HttpClient client;
  private final ConcurrentLinkedQueue<SiegeCall> calls = new ConcurrentLinkedQueue<>();
  private final ExecutorService fresh = Executors.newCachedThreadPool();
  private @Nullable Thread ringing;

  SiegeCalls(final SiegeServer server) throws IOException {
    this.server = server;
    this.client = server.client();
  }

  /// Rings without waiting for answers.
  void begin(final int count, final int perSecond) {
    ringing =
        Thread.ofPlatform()
            .daemon()
            .name("calls at " + server.name)
            .start(() -> {
              try {
                ring(count, perSecond);
              } catch (final InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void ring(final int count, final int perSecond) throws InterruptedException {
    final long begin = System.nanoTime();
    for (int number = 0; number < count; number++) {
      final long wait = begin + number * 1_000_000_000L / perSecond - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      one(number);
    }
  }

  private void one(final int number) {
    final var callee = server.callee(number);
    final var call =
        new SiegeCall(
            UUID.randomUUID().toString(), callee.phone(), number % FRESH_EACH == FRESH_EACH - 1);
    calls.add(call);
    server.platform().expect(call);
    final var body =
        """
        {"source":"siege","id":"%s","class":"call","to":["%s"],"ringFor":"PT20S",
        "call":{"id":"%s","caller":{"name":"Siege","address":"sip:siege@example.com"}}}\
        """
            .formatted(call.id, callee.user(), call.id);
    if (call.isFresh) {
      fresh.execute(() -> onNewConnection(call, body));
    } else {
      onStandingConnection(call, body);
    }
  }

  private void onStandingConnection(final SiegeCall call, final String body) {
    final var request =
        HttpRequest.newBuilder(server.process.api().resolve("/v1/events"))
            .timeout(LONGEST)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + server.process.key())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    call.sent(SiegePlatform.micros(Instant.now()));
    final var _ =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete((answer, failed) ->
                call.answered(failed != null ? failed.toString() : inWords(answer)));
  }

  /// The status, and of a refusal what the server says of it.
  private static String inWords(final HttpResponse<String> answer) {
    return answer.statusCode() == ACCEPTED
        ? String.valueOf(ACCEPTED)
        : answer.statusCode() + " " + answer.body().strip();
  }

  private void onNewConnection(final SiegeCall call, final String body) {
    call.sent(SiegePlatform.micros(Instant.now()));
    try (var post =
        new RawPost(
            server.process.api().resolve("/v1/events"),
            server.process.trust(),
            "Content-Type: application/json\r\nAuthorization: Bearer "
                + server.process.key()
                + "\r\n",
            body.getBytes(StandardCharsets.UTF_8))) {
      final long _ = post.send();
      final var _ = post.answer();
      call.answered(String.valueOf(ACCEPTED));
    } catch (final IOException failed) {
      call.answered(failed.toString());
    }
  }

  /// Waits until all are handed in, and each has been answered and has arrived, or until the
  /// patience ends. Answers the raw record.
  List<SiegeCall.Fact> await(final Duration patience) throws InterruptedException {
    final var handing = ringing;
    if (handing != null) {
      handing.join();
    }
    final long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - until < 0
        && !calls.stream().allMatch(call -> call.isAnswered() && call.hasArrived())) {
      Thread.sleep(LOOK_MILLIS);
    }
    return calls.stream().map(SiegeCall::fact).toList();
  }

  @Override
  public void close() {
    final var handing = ringing;
    if (handing != null) {
      handing.interrupt();
    }
    fresh.shutdownNow();
    client.shutdownNow();
  }
}
