package dev.reveille.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A sender that does what a good sender does: hands each event in again, with the same id, until
/// it is answered. Remembers what was answered as kept.
final class CrashLoad implements Runnable {
  private static final Duration GIVES_UP = Duration.ofSeconds(60);

  private final ServerProcess server;
  private final Random random;
  private final int users;
  private final Duration rings;
  private final Set<String> messages = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> calls = new ConcurrentHashMap<>();
  private final Map<String, Instant> ends = new ConcurrentHashMap<>();
  private final AtomicLong repeated = new AtomicLong();
  private volatile boolean running = true;

  CrashLoad(final ServerProcess server, final long seed, final int users, final Duration rings) {
    this.server = server;
    this.random = new Random(seed);
    this.users = users;
    this.rings = rings;
  }

  /// Public ids of messages answered as kept.
  Set<String> messages() {
    return Set.copyOf(messages);
  }

  /// Calls answered as kept, and when.
  Map<String, Instant> calls() {
    return Map.copyOf(calls);
  }

  /// When the end of a call was answered as committed.
  Map<String, Instant> ends() {
    return Map.copyOf(ends);
  }

  boolean endedBefore(final String call, final Instant moment) {
    final var end = ends.get(call);
    return end != null && end.isBefore(moment);
  }

  double accepted() {
    return messages.size() + calls.size() + ends.size();
  }

  double repeated() {
    return repeated.get();
  }

  void stop() {
    running = false;
  }

  @Override
  public void run() {
    try (var api = server.open();
        ScheduledExecutorService later = Executors.newScheduledThreadPool(8);
        var senders = Executors.newFixedThreadPool(8)) {
      for (long number = 0; running; number++) {
        final long id = number;
        final var user = Events.user(random.nextInt(users));
        final boolean call = random.nextInt(4) == 0;
        final boolean ended = random.nextInt(3) == 0;
        final long endsAfter = random.nextLong(300, 4_000);
        senders.execute(() -> {
          if (call) {
            call(api, id, user, ended ? endsAfter : 0, later);
          } else {
            message(api, id, user);
          }
        });
        Thread.sleep(random.nextLong(5, 40));
      }
      senders.shutdown();
      senders.awaitTermination(2, TimeUnit.MINUTES);
      later.shutdown();
      later.awaitTermination(2, TimeUnit.MINUTES);
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private void message(final Api api, final long id, final String user) {
    final var event = new HashMap<String, Object>();
    event.put("source", "crash");
    event.put("id", "m-" + id);
    event.put("class", "message");
    event.put("to", List.of(user));
    event.put("conversation", "c");
    event.put("content", Map.of("title", "Crash", "text", "number " + id));
    final var kept = untilAnswered(api, "/v1/events", event);
    if (!kept.isEmpty()) {
      messages.add(kept);
    }
  }

  private void call(
      final Api api,
      final long id,
      final String user,
      final long endsAfterMillis,
      final ScheduledExecutorService later) {
    final var call = UUID.randomUUID().toString();
    final var event = new HashMap<String, Object>();
    event.put("source", "crash");
    event.put("id", "c-" + id);
    event.put("class", "call");
    event.put("to", List.of(user));
    event.put("ringFor", rings.toString());
    event.put(
        "call",
        Map.of("id", call, "caller", Map.of("name", "Crash", "address", "sip:crash@example.com")));
    if (untilAnswered(api, "/v1/events", event).isEmpty()) {
      return;
    }
    calls.put(call, Instant.now());
    if (endsAfterMillis > 0) {
      later.schedule(
          () -> {
            if (!untilAnswered(api, "/v1/calls/" + call + "/cancel", Map.of()).isEmpty()) {
              ends.put(call, Instant.now());
            }
          },
          endsAfterMillis,
          TimeUnit.MILLISECONDS);
    }
  }

  /// The event's public id once it is kept; "" when the server refused it for good.
  private String untilAnswered(final Api api, final String path, final Object body) {
    final var until = Instant.now().plus(GIVES_UP);
    while (Instant.now().isBefore(until)) {
      try {
        final var answer = api.send("POST", path, body);
        if (answer.statusCode() / 100 == 2) {
          return Api.JSON.readTree(answer.body()).get("event").asText();
        }
        if (answer.statusCode() != 503 && answer.statusCode() != 429) {
          return "";
        }
      } catch (final IOException _) {
        // killed, or not back yet: the same again
      }
      repeated.incrementAndGet();
      try {
        Thread.sleep(50);
      } catch (final InterruptedException _) {
        Thread.currentThread().interrupt();
        return "";
      }
    }
    return "";
  }
}
