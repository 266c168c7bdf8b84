package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.verdict.Evidence.Came;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.bench.verdict.Evidence.TrailLine;
import dev.reveille.simulators.apple.ArrivedPush;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Notifications that the backend of a hub hands in one after the other while the server is killed:
/// to all, by a tag, by templates, to handles, and for a moment to come. Each is handed in again
/// under its name until it is answered. Writes down what was answered and what came.
final class HubSends {
  /// The tag that every second phone has.
  static final String EVEN = "even";

  /// With these words the simulator says that it did not look at a push: it may be repeated without
  /// a word.
  private static final Set<String> UNSEEN =
      Set.of("GOAWAY_BEFORE", "RESET", "InvalidProviderToken", "ExpiredProviderToken");

  private static final Duration GIVES_UP = Duration.ofMinutes(3);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
  private static final Duration LATEST_MOMENT = Duration.ofSeconds(2);
  private static final int MOST_HANDLES = 1_000;

  /// Whom a notification is for.
  enum Kind {
    BROADCAST,
    TAG,
    TEMPLATE,
    BATCH,
    SCHEDULED
  }

  /// In turns.
  private static final List<Kind> KINDS = List.of(Kind.values());

  /// @param number of the server, "" when it was not taken
  private record Out(
      Kind kind,
      String mark,
      int size,
      Instant notBefore,
      String number,
      Instant kept,
      List<String> refused) {}

  private final HubsApi hub;
  private final List<String> tokens;
  private final Random random;
  private final Queue<Out> out = new ConcurrentLinkedQueue<>();
  private volatile boolean running = true;
  private @Nullable Thread sender;

  /// @param tokens of the phones, by their numbers
  HubSends(final HubsApi hub, final List<String> tokens, final long seed) {
    this.hub = hub;
    this.tokens = tokens;
    this.random = new Random(seed);
  }

  // ---- during ---------------------------------------------------------------------------------

  void start() {
    sender = Thread.ofPlatform().name("hub-sends").start(this::run);
  }

  private void run() {
    try {
      for (int number = 0; running; number++) {
        one(KINDS.get(number % KINDS.size()), "hub-" + number);
        Thread.sleep(random.nextLong(50, 400));
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void one(final Kind kind, final String mark) throws InterruptedException {
    final var body =
        "{\"aps\":{\"alert\":\"Morning\"},\"%s\":\"%s\"}".formatted(HubsApi.MARK, mark);
    final int handles = 1 + random.nextInt(Math.min(tokens.size(), MOST_HANDLES));
    final var at =
        kind == Kind.SCHEDULED
            ? Instant.now().plusMillis(random.nextLong(1, LATEST_MOMENT.toMillis()))
            : Instant.EPOCH;
    final Asking asking =
        switch (kind) {
          case BROADCAST -> () -> hub.trySend(mark, "apple", body, Map.of());
          case TAG ->
              () -> hub.trySend(mark, "apple", body, Map.of("ServiceBusNotification-Tags", EVEN));
          case TEMPLATE ->
              () -> hub.trySend(mark, "template", "{\"mark\":\"" + mark + "\"}", Map.of());
          case BATCH -> () -> hub.tryBatch(mark, body, tokens.subList(0, handles));
          case SCHEDULED -> {
            final var headers =
                Map.of(
                    "ServiceBusNotification-ScheduleTime",
                    at.toString(),
                    "ServiceBusNotification-Tags",
                    EVEN);
            yield () -> hub.trySend(mark, "apple", body, headers);
          }
        };
    final int size =
        switch (kind) {
          case BROADCAST, TEMPLATE -> tokens.size();
          case TAG, SCHEDULED -> tokens.size() / 2;
          case BATCH -> handles;
        };
    handIn(kind, mark, size, at, asking);
  }

  private interface Asking {
    HttpResponse<String> ask() throws IOException;
  }

  private void handIn(
      final Kind kind, final String mark, final int size, final Instant at, final Asking asking)
      throws InterruptedException {
    final var until = Instant.now().plus(GIVES_UP);
    while (Instant.now().isBefore(until)) {
      try {
        final var answer = asking.ask();
        if (answer.statusCode() == 201) {
          out.add(new Out(kind, mark, size, at, HubsApi.id(answer), Instant.now(), List.of()));
          return;
        }
        if (answer.statusCode() != 503) {
          final var refused = List.of(answer.statusCode() + " " + answer.body());
          out.add(new Out(kind, mark, size, at, "", Instant.MAX, refused));
          return;
        }
      } catch (final IOException _) {
        // killed, or not back yet: the same again
      }
      Thread.sleep(BETWEEN_TRIES.toMillis());
    }
    final var refused = List.of("no answer within " + GIVES_UP);
    out.add(new Out(kind, mark, size, at, "", Instant.MAX, refused));
  }

  /// Ends when what is being handed in was answered.
  void stop() throws InterruptedException {
    running = false;
    final var thread = sender;
    if (thread != null) {
      thread.join();
    }
  }

  // ---- after ----------------------------------------------------------------------------------

  /// How many of each kind were taken.
  long taken(final Kind kind) {
    return out.stream().filter(one -> one.kind() == kind && !one.number().isEmpty()).count();
  }

  /// Waits until each target is settled, or the patience is over. Answers how many the server does
  /// not count as settled.
  long settle(final Duration patience) throws IOException, InterruptedException {
    final var until = Instant.now().plus(patience);
    while (true) {
      long open = 0;
      for (final var one : out) {
        if (!one.number().isEmpty()) {
          open += Math.abs(one.size() - hub.progress(one.number()).path("settled").asLong());
        }
      }
      if (open == 0 || Instant.now().isAfter(until)) {
        return open;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  /// What was handed in and what came of it. Asks the server for the trails.
  ///
  /// @param pushes all that came to Apple's simulator
  List<SendOut> all(final List<ArrivedPush> pushes) throws IOException {
    final Map<String, Integer> phones = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      phones.put(tokens.get(i), i + 1);
    }
    final Map<String, List<ArrivedPush>> ofMark = new HashMap<>();
    pushes.forEach(push ->
        ofMark.computeIfAbsent(FanoutAudience.mark(push), _ -> new ArrayList<>()).add(push));
    final var all = new ArrayList<SendOut>();
    for (final var one : out) {
      final var came =
          ofMark.getOrDefault(one.mark(), List.of()).stream()
              .map(push ->
                  new Came(
                      target(one, phones.getOrDefault(push.token(), 0)),
                      push.at(),
                      push.status(),
                      !UNSEEN.contains(push.reason())))
              .toList();
      all.add(
          new SendOut(
              one.mark(),
              one.size(),
              one.kept(),
              one.notBefore(),
              Instant.MAX,
              came,
              one.number().isEmpty() ? List.of() : lines(one),
              one.refused()));
    }
    return all;
  }

  /// The number of a phone in the audience of a notification; 0 when it is not in it.
  private static int target(final Out one, final int phone) {
    return switch (one.kind()) {
      case BROADCAST, TEMPLATE, BATCH -> phone;
      case TAG, SCHEDULED -> phone % 2 == 0 ? phone / 2 : 0;
    };
  }

  private List<TrailLine> lines(final Out one) throws IOException {
    final var lines = new ArrayList<TrailLine>();
    for (final var target : hub.targets(one.number())) {
      final var phone = target.path("installation").asText("");
      final int number =
          one.kind() == Kind.BATCH
              ? target.path("number").asInt()
              : target(one, phone.isEmpty() ? 0 : Integer.parseInt(phone.split("-", 2)[1]));
      final int last = target.path("tries").size() - 1;
      for (int i = 0; i <= last; i++) {
        final JsonNode line = target.path("tries").get(i);
        lines.add(
            new TrailLine(
                number,
                Instant.parse(line.path("at").asText()),
                line.path("outcome").asText(),
                line.path("why").path("code").asText(),
                i == last && target.path("settled").asBoolean()));
      }
    }
    return lines;
  }

  /// Targets of one notification that were pushed to under several ids, by which Apple and the
  /// phone tell a repeat from another push.
  static List<String> underSeveralIds(final List<ArrivedPush> pushes) {
    final Map<String, Set<String>> ids = new HashMap<>();
    pushes.forEach(push ->
        ids.computeIfAbsent(FanoutAudience.mark(push) + " to " + push.token(), _ -> new HashSet<>())
            .add(push.header("apns-id")));
    return ids.entrySet().stream()
        .filter(one -> one.getValue().size() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }
}
