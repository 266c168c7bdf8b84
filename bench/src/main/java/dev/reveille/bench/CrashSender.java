package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.verdict.Evidence.HandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// One of the senders of [CrashLoad]. It behaves as the API guide says: hands each event in again,
/// with the same id, until it is answered; and some of them once more after that, as a sender does
/// that lost the answer.
final class CrashSender implements Runnable {
  private static final Duration GIVES_UP = Duration.ofMinutes(3);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final Duration SOONEST_FATE = Duration.ofMillis(300);
  private static final int AT_ONCE = 4;
  private static final int LARGEST_GROUP = 4;

  private final SetupApi api;
  private final String name;
  private final Random random;
  private final CrashLoad load;
  private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(AT_ONCE);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean running = true;

  CrashSender(final SetupApi api, final String name, final long seed, final CrashLoad load) {
    this.api = api;
    this.name = name;
    this.random = new Random(seed);
    this.load = load;
  }

  void stop() {
    running = false;
  }

  /// Waits for all that was begun, the fates of calls too.
  void finish() throws InterruptedException {
    ended.await();
    finish(workers);
    finish(later);
    api.close();
  }

  private void finish(final ExecutorService threads) throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(4, TimeUnit.MINUTES)) {
      throw new IllegalStateException(name + " did not come to an end");
    }
  }

  @Override
  public void run() {
    try {
      final long pause = load.plan().traffic().pause().toMillis();
      while (running) {
        final var event =
            random.nextInt(10) < load.plan().traffic().callsInTen() ? call() : message();
        workers.execute(event);
        Thread.sleep(random.nextLong(Math.max(1, pause / 4), 2 * pause));
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  // ---- events ----------------------------------------------------------------------------------

  /// Most events concern one user; a third of the calls a group, of which one takes the call.
  private List<String> recipients(final boolean group) {
    final var users = new ArrayList<>(load.users());
    Collections.sort(users);
    Collections.shuffle(users, random);
    final int count = group ? random.nextInt(2, LARGEST_GROUP + 1) : 1;
    return List.copyOf(users.subList(0, Math.min(count, users.size())));
  }

  private Runnable message() {
    final long number = load.nextNumber();
    final var to = recipients(random.nextInt(10) == 0);
    final var event = event("m-" + number, "message", to);
    event.put("conversation", "c");
    event.put(
        "content", Map.of("title", CrashLoad.NAMES.getLast(), "text", CrashLoad.text(number)));
    final boolean again = random.nextInt(20) == 0;
    return () -> handIn(event, to, CrashLoad.text(number), "", again);
  }

  private Runnable call() {
    final long number = load.nextNumber();
    final var to = recipients(random.nextInt(3) == 0);
    final var call = new UUID(random.nextLong(), random.nextLong()).toString();
    final var event = event("c-" + number, "call", to);
    event.put("ringFor", load.plan().traffic().ringsFor().toString());
    event.put(
        "call",
        Map.of(
            "id",
            call,
            "caller",
            Map.of("name", CrashLoad.NAMES.getFirst(), "address", CrashLoad.NAMES.get(1))));
    final boolean again = random.nextInt(20) == 0;
    final int fate = random.nextInt(9);
    final long after =
        random.nextLong(SOONEST_FATE.toMillis(), load.plan().traffic().longestFate().toMillis());
    return () -> {
      if (handIn(event, to, "", call, again)) {
        later.schedule(() -> end(call, to, fate), after, TimeUnit.MILLISECONDS);
      }
    };
  }

  private Map<String, Object> event(
      final String id, final String eventClass, final List<String> to) {
    final var event = new LinkedHashMap<String, Object>();
    event.put("source", name);
    event.put("id", id);
    event.put("class", eventClass);
    event.put("to", to);
    return event;
  }

  private boolean handIn(
      final Map<String, Object> event,
      final List<String> to,
      final String text,
      final String call,
      final boolean again) {
    final var events = new ArrayList<String>();
    final var refused = new ArrayList<String>();
    var kept = Instant.MAX;
    for (int time = 0; time < (again ? 2 : 1); time++) {
      final var answer = untilAnswered("/v1/events", event);
      if (answer.isEmpty()) {
        continue; // it was given up, which the verdict sees by the missing answer
      }
      if (answer.get().statusCode() / 100 == 2) {
        kept = events.isEmpty() ? Instant.now() : kept;
        try {
          events.add(json(answer.get()).path("event").asText());
        } catch (final UncheckedIOException wrong) {
          refused.add(wrong.getMessage());
        }
      } else {
        refused.add(answer.get().statusCode() + " " + answer.get().body());
      }
    }
    final var id = String.valueOf(event.get("id"));
    load.handedIn(new HandIn(name, id, text, call, to, kept, events, refused));
    return !events.isEmpty();
  }

  // ---- how calls end ---------------------------------------------------------------------------

  /// Most calls are left to their phones, or to time.
  private void end(final String call, final List<String> users, final int fate) {
    final var user = users.getLast();
    switch (fate) {
      case 0, 1 -> act(call, "cancel", Map.of(), "");
      case 2 ->
          act(call, "answer", Map.of("user", user, "installation", load.installation(user)), "");
      case 3 -> act(call, "decline", Map.of("user", user), user);
      case 4 -> act(call, "answer-elsewhere", Map.of("where", "desk"), "");
      default -> {}
    }
  }

  private void act(
      final String call, final String verb, final Map<String, String> body, final String user) {
    final var asked = Instant.now();
    final var answer = untilAnswered("/v1/calls/" + call + "/" + verb, body);
    if (answer.isEmpty()) {
      return;
    }
    final boolean wasOver = answer.get().statusCode() == 409;
    if (wasOver) {
      load.actCameTooLate();
    } else if (answer.get().statusCode() / 100 != 2) {
      final var refused = answer.get().statusCode() + " " + answer.get().body();
      load.handedIn(
          new HandIn(name, verb, "", call, List.of(), Instant.MAX, List.of(), List.of(refused)));
    }
    if (wasOver) { // for one who had declined it is, also when it rings for others
      load.ended(call, body.getOrDefault("user", ""), asked);
    } else if (answer.get().statusCode() / 100 == 2) {
      final boolean over = json(answer.get()).path("state").asText().equals("over");
      load.ended(call, over ? "" : user, asked);
    }
  }

  // ---- asking ----------------------------------------------------------------------------------

  /// The answer that is no wish to come back later; empty when none came in time.
  private Optional<HttpResponse<String>> untilAnswered(final String path, final Object body) {
    final var until = Instant.now().plus(GIVES_UP);
    while (Instant.now().isBefore(until)) {
      try {
        final var answer = api.send("POST", path, body);
        if (answer.statusCode() != 503 && answer.statusCode() != 429) {
          return Optional.of(answer);
        }
      } catch (final IOException _) {
        // killed, or not back yet: the same again
      }
      load.sentAgain();
      try {
        Thread.sleep(BETWEEN_TRIES.toMillis());
      } catch (final InterruptedException _) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static JsonNode json(final HttpResponse<String> answer) {
    try {
      return SetupApi.JSON.readTree(answer.body());
    } catch (final IOException wrong) {
      throw new UncheckedIOException("the server answered no JSON: " + answer.body(), wrong);
    }
  }
}
