package dev.reveille.bench;

import dev.reveille.bench.verdict.ContentScan;
import dev.reveille.bench.verdict.Evidence;
import dev.reveille.bench.verdict.Evidence.Kill;
import dev.reveille.bench.verdict.Question;
import dev.reveille.bench.verdict.Verdict;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.DeviceToken;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.ReadingDelay;
import dev.reveille.simulators.service.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// kill -9 in the middle of notifications of a hub, which its backend hands in by the hub's own
/// interface, with Apple misbehaving. What came to each target is counted from what Apple's
/// simulator got, before anything folds it, and held against the trail.
final class HubCrashBench {
  private static final String HUB = "crash";
  private static final String BUNDLE = "com.example.crash";
  private static final int MOST_PUSHES = 10_000_000;
  private static final int FINDINGS_SHOWN = 5;
  private static final Duration DRAIN = Duration.ofSeconds(90);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(40);

  /// Answers that come so late make a notification last for a while.
  private static final Duration HELD = Duration.ofMillis(60);

  /// What is asked of notifications: the questions of a crash campaign about its sends.
  private static final List<Question> ASKED =
      List.of(
          Question.MISSING, Question.UNTOLD, Question.AGAIN, Question.IN_FLIGHT, Question.EARLY);

  private final PrintStream progress;
  private final long seed;
  private final Random random;
  private final List<Kill> kills = new ArrayList<>();

  HubCrashBench(final PrintStream progress, final long seed) {
    this.progress = progress;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /// @param phones that are registered, two at least
  Report run(final int phones, final int times) throws IOException, InterruptedException {
    if (phones < 2) {
      throw new IllegalArgumentException("--n is at least 2, not " + phones);
    }
    progress.println("seed " + seed);
    final var folder = Files.createTempDirectory("reveille-hub-crash-");
    boolean keep = true;
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT.withKeptPushes(MOST_PUSHES));
        var server = new ServerProcess(folder, "")) {
      final var tokens = FanoutAudience.tokens(phones, seed);
      tokens.forEach(token -> apple.put(DeviceToken.active(token, BUNDLE, false)));
      try (var hub = HubsApi.make(server, HUB, BUNDLE, credentials(apple));
          var network = PhoneNetwork.trusting(Files.readString(server.authority()));
          var readings = ReadingDelay.of(network)) {
        final var registering = new Progress(progress, "registrations", phones);
        hub.register(
            tokens,
            number -> number % 2 == 0 ? List.of(HubSends.EVEN) : List.of("odd"),
            true,
            registering);
        registering.end();
        final var sends = new HubSends(hub, tokens, seed + 1);
        trouble(server, apple, sends, phones, times);
        final long open = sends.settle(DRAIN);
        final var report = report(phones, times, apple, sends, open, readings);
        keep = !report.allMet();
        return report;
      }
    } finally {
      if (keep) {
        progress.println("data and log are kept in " + folder);
      } else {
        BenchStage.remove(folder);
      }
    }
  }

  static Map<String, String> credentials(final AppleSimulator apple) {
    final var key = apple.makeKey();
    return Map.of(
        "team", key.team(),
        "keyId", key.keyId(),
        "key", key.pem(),
        "endpoint", apple.production(),
        "trust", apple.authorityPem());
  }

  /// Each kill comes when a part of one notification, drawn by chance, was pushed since the start
  /// before it.
  private void trouble(
      final ServerProcess server,
      final AppleSimulator apple,
      final HubSends sends,
      final int phones,
      final int times)
      throws IOException, InterruptedException {
    AppleFaultPlan.BAD_FOR_MANY.over(apple, seed);
    apple.fault(Fault.delay(HELD).always());
    final var counting = new Progress(progress, "kills", times);
    sends.start();
    for (int kill = 0; kill < times; kill++) {
      awaitPushes(apple, 1 + random.nextInt(2 * phones));
      final var sent = Instant.now();
      server.kill();
      final var gone = Instant.now();
      server.start();
      kills.add(new Kill(sent, gone, Instant.now()));
      counting.step();
    }
    awaitPushes(apple, 1);
    sends.stop();
    apple.clearFaults();
    counting.end();
  }

  /// Waits until so many more pushes were taken, or the patience is over.
  private static void awaitPushes(final AppleSimulator apple, final int more)
      throws InterruptedException {
    final long wanted = accepted(apple) + more;
    final long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (accepted(apple) < wanted && System.nanoTime() - until < 0) {
      Thread.sleep(1);
    }
  }

  private static long accepted(final AppleSimulator apple) {
    return apple.counters().getOrDefault("accepted", 0L);
  }

  // ---- the report -----------------------------------------------------------------------------

  private Report report(
      final int phones,
      final int times,
      final AppleSimulator apple,
      final HubSends sends,
      final long open,
      final ReadingDelay readings)
      throws IOException {
    final var pushes = apple.pushes("");
    final var evidence =
        new Evidence(
            Duration.ZERO,
            List.of(),
            List.of(),
            List.of(),
            kills,
            List.of(),
            List.of(),
            sends.all(pushes),
            Map.of(),
            readings.samples(),
            Instant.now(),
            List.of(),
            ContentScan.of(List.of(), List.of(), List.of()));
    final var report = new Report("crash", times, 1);
    report.figure("registrations", "", phones);
    for (final var kind : HubSends.Kind.values()) {
      report.figure(
          "notifications accepted, " + kind.name().toLowerCase(Locale.ROOT), "", sends.taken(kind));
    }
    report.figure("targets", "", evidence.sends().stream().mapToLong(Evidence.SendOut::size).sum());
    report.figure("pushes at Apple's simulator", "", pushes.size());
    report.figure(
        "targets under way at a kill and told again", "", Verdict.targetsUnderWayAtKills(evidence));
    report.figure(
        "targets whose three pushes broke off", "", Verdict.targetsRepeatedInVain(evidence));
    final var verdict = Verdict.of(evidence);
    for (final var question : ASKED) {
      report.none(question.words(), verdict.findings(question).size());
      verdict.findings(question).stream()
          .limit(FINDINGS_SHOWN)
          .forEach(finding -> report.remark(question.words() + ": " + finding));
    }
    final var several = HubSends.underSeveralIds(pushes);
    report.none("targets of sends repeated with another apns-id", several.size());
    report.none("targets that the server's progress does not count", open);
    several.stream().limit(FINDINGS_SHOWN).forEach(report::remark);
    report.remark("seed " + seed);
    return report;
  }
}
