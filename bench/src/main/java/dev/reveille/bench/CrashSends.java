package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.verdict.Evidence.Came;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.bench.verdict.Evidence.TrailLine;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.DeviceToken;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Pushes to addresses that belong to no user, in the mix of a crash campaign: each send is handed
/// in again, with the same id, until it is answered; some wait for a moment to come, and some are
/// cancelled soon. They have an app and a push service of their own, so that their faults do not
/// hit the calls. Writes down what the server said to each, and what came to Apple.
final class CrashSends implements AutoCloseable {
  private static final String APP = AppSetup.APP + ".sends";
  private static final String AUDIENCE = "crash";
  private static final String SANDBOX_AUDIENCE = "crash-sandbox";

  /// Behind an app's id: the listener for sends takes its tokens for ones of Apple's sandbox.
  private static final String IN_SANDBOX = "/sandbox";

  /// With these words the simulator says that it did not look at a push: it may be repeated without
  /// a word.
  private static final Set<String> UNSEEN =
      Set.of("GOAWAY_BEFORE", "RESET", "InvalidProviderToken", "ExpiredProviderToken");

  private static final int MOST_PUSHES = 10_000_000;
  private static final Duration GIVES_UP = Duration.ofMinutes(3);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(40);
  private static final Duration RATED_OVER = Duration.ofSeconds(10);
  private static final Duration LATEST_MOMENT = Duration.ofSeconds(3);
  private static final Duration LATEST_CANCEL = Duration.ofMillis(1_200);
  private static final int MOST_NAMED = 1_000; // addresses that stand in the send itself
  private static final int TOKENS_SOUGHT = 50;

  private final CrashPlan plan;
  private final PushAuthority authority = PushAuthority.make();
  private final AppleSimulator apple =
      AppleSimulator.start(
          AppleOptions.DEFAULT
              .withKeptPushes(MOST_PUSHES)
              .withClientAuthority(authority.certificate()));
  private final SigningKey key = apple.makeKey();
  private final Issued certificate = CredentialRotation.issue(authority, APP);
  private final SendsApi api;
  private final Random random;
  private final List<String> tokens;

  /// Of Apple's sandbox, where pushes go out with a certificate.
  private final List<String> sandboxTokens;

  private final Queue<Out> out = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private volatile boolean running = true;
  private @Nullable Thread sender;
  private @Nullable CredentialRotation rotation;

  /// A send that was handed in.
  ///
  /// @param number that the server gave it, 0 when it was not taken
  private record Out(
      String id,
      int size,
      Instant notBefore,
      long number,
      Instant kept,
      Queue<Instant> cancelled,
      Queue<String> refused) {}

  CrashSends(final CrashPlan plan, final int port) {
    this.plan = plan;
    this.api = new SendsApi(port);
    this.random = new Random(plan.seed() + 1);
    this.tokens = FanoutAudience.tokens(plan.sends().largest(), plan.seed());
    this.sandboxTokens = FanoutAudience.tokens(plan.sends().largest(), plan.seed() + 1);
  }

  /// Words that operators must not read, as many as are quickly looked for.
  List<String> secrets() {
    final var secrets = new ArrayList<>(tokens.subList(0, Math.min(TOKENS_SOUGHT, tokens.size())));
    secrets.addAll(sandboxTokens.subList(0, Math.min(TOKENS_SOUGHT, sandboxTokens.size())));
    secrets.add(CredentialRotation.secret(key.pem()));
    secrets.add(CredentialRotation.secret(certificate.keyPem()));
    if (rotation != null) {
      secrets.addAll(rotation.secrets());
    }
    return secrets;
  }

  void setUp(final SetupApi server) throws IOException {
    if (plan.sends().isNone()) {
      return;
    }
    AppSetup.app(
        server, APP, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
    tokens.forEach(token -> apple.put(DeviceToken.active(token, APP, false)));
    api.register(AUDIENCE, tokens);
    if (plan.sends().rotates()) {
      CredentialRotation.give(server, APP, apple, certificate);
      sandboxTokens.forEach(token -> apple.put(DeviceToken.active(token, APP, true)));
      api.register(SANDBOX_AUDIENCE, sandboxTokens);
    }
    plan.sends().faults().over(apple, plan.seed());
  }

  // ---- during ---------------------------------------------------------------------------------

  void start() {
    if (!plan.sends().isNone()) {
      sender = Thread.ofPlatform().name("sends").start(this::run);
    }
  }

  /// Changes key and certificate of the sends' app while they flow.
  void rotateCredentials(final ServerProcess server) {
    rotation = new CredentialRotation(server::open, APP, apple, authority, key, certificate);
  }

  /// How often the key was changed.
  int keyChanges() {
    return rotation == null ? 0 : rotation.keyChanges();
  }

  /// How often the certificate was changed.
  int certificateChanges() {
    return rotation == null ? 0 : rotation.certificateChanges();
  }

  /// Pushes that Apple took from connections that showed a certificate.
  long byCertificate() {
    return apple.counters().getOrDefault("by-certificate", 0L);
  }

  private void run() {
    final long pause = plan.sends().pause().toMillis();
    try {
      for (int number = 0; running; number++) {
        one(number);
        Thread.sleep(random.nextLong(pause / 4, 2 * pause));
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Some go to all addresses, so that some are always under way for a while.
  private void one(final int number) throws InterruptedException {
    final int largest = plan.sends().largest();
    final int size =
        number % plan.sends().oneInSo() == 0
            ? largest
            : 1 + random.nextInt(Math.max(1, largest / 4));
    final boolean named = size <= MOST_NAMED && random.nextInt(3) == 0;
    final boolean sandbox = plan.sends().rotates() && number / 2 % 2 == 1;
    final boolean scheduled = random.nextInt(10) < plan.sends().scheduledInTen();
    final boolean cancelled = random.nextInt(10) < plan.sends().cancelledInTen();
    final long wait = random.nextLong(1, LATEST_MOMENT.toMillis());
    final long until = random.nextLong(1, LATEST_CANCEL.toMillis());
    final var notBefore = scheduled ? Instant.now().plusMillis(wait) : Instant.EPOCH;
    final var id = "send-" + number;
    final Map<String, Object> send = new HashMap<>();
    send.put("id", id);
    send.put("mark", id);
    send.put("app", sandbox ? APP + IN_SANDBOX : APP);
    send.put("title", CrashLoad.NAMES.getLast());
    send.put("text", CrashLoad.text(number));
    send.put("lane", number % 2 == 0 ? "bulk" : "normal");
    send.put("notBefore", notBefore.toString());
    send.put("until", Instant.now().plus(Duration.ofHours(1)).toString());
    if (named) {
      send.put("tokens", (sandbox ? sandboxTokens : tokens).subList(0, size));
    } else {
      send.put("audience", sandbox ? SANDBOX_AUDIENCE : AUDIENCE);
      send.put("upTo", size);
    }
    final var one = handIn(send, id, size, notBefore);
    out.add(one);
    if (cancelled && one.number() > 0) {
      final var _ = threads.schedule(() -> cancel(one), until, TimeUnit.MILLISECONDS);
    }
  }

  private Out handIn(
      final Map<String, Object> send, final String id, final int size, final Instant notBefore)
      throws InterruptedException {
    final var answer = untilAnswered(() -> api.tryHandIn(send));
    final var kept = Instant.now();
    final Queue<String> refused = new ConcurrentLinkedQueue<>();
    long number = 0;
    if (answer.isEmpty()) {
      refused.add("no answer within " + GIVES_UP);
    } else if (answer.get().statusCode() == 202) {
      number = number(answer.get().body());
    } else {
      refused.add(answer.get().statusCode() + " " + answer.get().body());
    }
    return new Out(
        id,
        size,
        notBefore,
        number,
        number > 0 ? kept : Instant.MAX,
        new ConcurrentLinkedQueue<>(),
        refused);
  }

  private static long number(final String body) {
    try {
      return SetupApi.JSON.readTree(body).path("send").asLong();
    } catch (final IOException wrong) {
      throw new UncheckedIOException("the server answered no JSON: " + body, wrong);
    }
  }

  private void cancel(final Out one) {
    try {
      final var answer = untilAnswered(() -> api.tryCancel(one.number()));
      if (answer.isPresent() && answer.get().statusCode() == 200) {
        one.cancelled().add(Instant.now());
      } else {
        one.refused().add("its cancel: " + answer.map(HttpResponse::body).orElse("no answer"));
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Asking {
    HttpResponse<String> ask() throws IOException;
  }

  /// The answer that is no wish to come back later; empty when none came in time.
  private static Optional<HttpResponse<String>> untilAnswered(final Asking asking)
      throws InterruptedException {
    final var until = Instant.now().plus(GIVES_UP);
    while (Instant.now().isBefore(until)) {
      try {
        final var answer = asking.ask();
        if (answer.statusCode() != 503) {
          return Optional.of(answer);
        }
      } catch (final IOException _) {
        // killed, or not back yet: the same again
      }
      Thread.sleep(BETWEEN_TRIES.toMillis());
    }
    return Optional.empty();
  }

  /// Waits until so many more pushes were accepted, or the patience is over. Answers how many there
  /// were a second, at the end.
  double awaitPushes(final int more) throws InterruptedException {
    final long wanted = accepted() + more;
    final long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    final var samples = new ArrayDeque<Sample>();
    samples.add(new Sample(System.nanoTime(), accepted()));
    while (samples.getLast().accepted() < wanted && System.nanoTime() - until < 0) {
      Thread.sleep(BETWEEN_TRIES.toMillis());
      samples.add(new Sample(System.nanoTime(), accepted()));
      while (samples.getLast().nanos() - samples.getFirst().nanos() > RATED_OVER.toNanos()) {
        samples.removeFirst();
      }
    }
    final long nanos = samples.getLast().nanos() - samples.getFirst().nanos();
    return (samples.getLast().accepted() - samples.getFirst().accepted())
        * 1e9
        / Math.max(1, nanos);
  }

  private record Sample(long nanos, long accepted) {}

  /// Pushes that Apple took.
  long accepted() {
    return apple.counters().getOrDefault("accepted", 0L);
  }

  /// Ends the load and waits for what is under way, cancels too.
  void stop() throws InterruptedException {
    running = false;
    final var thread = sender;
    if (thread != null) {
      thread.join();
    }
    if (rotation != null) {
      rotation.close();
    }
    apple.clearFaults();
    threads.shutdown();
    if (!threads.awaitTermination(4, TimeUnit.MINUTES)) {
      throw new IllegalStateException("cancels of sends did not come to an end");
    }
  }

  // ---- after ----------------------------------------------------------------------------------

  /// Waits until each send is over or cancelled and each of its targets is settled, or the patience
  /// is over.
  void settle(final Duration patience) throws IOException, InterruptedException {
    final var until = Instant.now().plus(patience);
    var open = out.stream().filter(one -> one.number() > 0).toList();
    while (!open.isEmpty() && Instant.now().isBefore(until)) {
      final var left = new ArrayList<Out>();
      for (final var one : open) {
        if (!isSettled(one, api.progress(one.number()))) {
          left.add(one);
        }
      }
      open = left;
      if (!open.isEmpty()) {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    }
  }

  private static boolean isSettled(final Out one, final JsonNode progress) {
    return switch (progress.path("state").asText()) {
      case "OVER" -> progress.path("settled").asLong() >= one.size();
      case "CANCELLED" -> true;
      default -> false;
    };
  }

  /// What was handed in and what came of it. Asks the server for the trails.
  List<SendOut> all() throws IOException {
    final Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      numbers.put(tokens.get(i), i + 1);
      numbers.put(sandboxTokens.get(i), i + 1);
    }
    final Map<String, List<Came>> came = new HashMap<>();
    for (final var push : apple.pushes("")) {
      final var mark = FanoutAudience.mark(push);
      if (!mark.isEmpty()) {
        came.computeIfAbsent(mark, _ -> new ArrayList<>())
            .add(
                new Came(
                    numbers.getOrDefault(push.token(), 0),
                    push.at(),
                    push.status(),
                    !UNSEEN.contains(push.reason())));
      }
    }
    final var all = new ArrayList<SendOut>();
    for (final var one : out) {
      final var cancelled = one.cancelled().peek();
      all.add(
          new SendOut(
              one.id(),
              one.size(),
              one.kept(),
              one.notBefore(),
              cancelled == null ? Instant.MAX : cancelled,
              came.getOrDefault(one.id(), List.of()),
              one.number() == 0 ? List.of() : tries(api.trail(one.number())),
              List.copyOf(one.refused())));
    }
    return all;
  }

  /// The last try of a settled line is the one that settled the target.
  private static List<TrailLine> tries(final JsonNode lines) {
    final var tries = new ArrayList<TrailLine>();
    for (final var line : lines) {
      final int target = line.path("target").asInt();
      final boolean settled = line.path("settled").asBoolean();
      final int last = line.path("tries").size() - 1;
      for (int i = 0; i <= last; i++) {
        final var one = line.path("tries").get(i);
        tries.add(
            new TrailLine(
                target,
                Instant.parse(one.path("at").asText()),
                one.path("outcome").asText(),
                one.path("why").asText(),
                settled && i == last));
      }
      if (settled && last < 0) {
        tries.add(new TrailLine(target, Instant.parse(line.path("at").asText()), "", "", true));
      }
    }
    return tries;
  }

  @Override
  public void close() {
    running = false;
    threads.shutdownNow();
    api.close();
    apple.close();
  }
}
