package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import dev.reveille.simulators.service.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// kill -9 at random moments under load, with Apple misbehaving; then everything that was accepted
/// is looked for at the phones.
///
/// Counted at the phones, which share no code with the server: messages accepted and never
/// downloaded, calls accepted and never rung (unless they ended meanwhile), calls that rang twice
/// on one phone, rings after the call's end was answered as committed.
final class CrashBench {
  private static final int PHONES = 24;
  private static final Duration RINGS = Duration.ofSeconds(20);
  private static final Duration LATE = Duration.ofSeconds(1); // a push may be on its way at the end
  private static final Duration DRAIN = Duration.ofSeconds(90);
  private static final String CONFIGURATION = "limits: {registrations-per-minute: 100000}\n";

  private final PrintStream progress;
  private final Random random;
  private final long seed;
  private final Queue<PhoneReport> reports = new ConcurrentLinkedQueue<>();

  CrashBench(final PrintStream progress, final long seed) {
    this.progress = progress;
    this.seed = seed;
    this.random = new Random(seed);
  }

  Report run(final int kills) throws IOException, InterruptedException {
    progress.println("seed " + seed);
    final var folder = Files.createTempDirectory("reveille-crash-");
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT);
        var server = new ServerProcess(folder, CONFIGURATION);
        var network = PhoneNetwork.trusting(Files.readString(server.authority()))) {
      final var phones = setUp(apple, server, network);
      misbehave(apple);
      final var load = new CrashLoad(server, seed, PHONES, RINGS);
      final var sender = Thread.ofPlatform().name("load").start(load);
      final var counting = new Progress(progress, "kills", kills);
      for (int kill = 0; kill < kills; kill++) {
        Thread.sleep(random.nextLong(200, 2_500));
        switchAppStates(phones);
        server.kill();
        server.start();
        counting.step();
      }
      counting.end();
      load.stop();
      sender.join();
      apple.clearFaults();
      final var report = judge(kills, load, phones);
      phones.forEach(Phone::close);
      return report;
    } finally {
      keepLogIfFailed(folder);
    }
  }

  private boolean failed = true;

  private void keepLogIfFailed(final Path folder) throws IOException {
    if (failed) {
      progress.println("data and log are kept in " + folder);
    } else {
      Stage.remove(folder);
    }
  }

  private List<Phone> setUp(
      final AppleSimulator apple, final ServerProcess server, final PhoneNetwork network)
      throws IOException, InterruptedException {
    final var key = apple.makeKey();
    final var phones = new ArrayList<Phone>();
    try (var api = server.open()) {
      AppSetup.in(
          api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
      for (int i = 0; i < PHONES; i++) {
        final var options =
            PhoneOptions.at(server.devices(), AppSetup.APP)
                .named(Events.user(i))
                .withApple(URI.create(apple.control()), AppSetup.APP)
                .tapping(Duration.ofMillis(300));
        final var phone = new Phone(network, options, reports::add);
        phone.register(AppSetup.code(api, Events.user(i)));
        if (i % 2 == 0) {
          phone.foreground();
        }
        phones.add(phone);
      }
    }
    return phones;
  }

  /// A little of everything that Apple can do to a sender, at random.
  private void misbehave(final AppleSimulator apple) {
    apple.fault(Fault.answer(503, "ServiceUnavailable").always().withChance(0.03, seed));
    apple.fault(
        Fault.answer(503, "ServiceUnavailable").butDelivered().always().withChance(0.03, seed + 1));
    apple.fault(Fault.delay(Duration.ofMillis(200)).always().withChance(0.05, seed + 2));
    apple.fault(Fault.of(Fault.Action.CUT).always().withChance(0.01, seed + 3));
    apple.fault(
        Fault.of(Fault.Action.GOAWAY_BEFORE)
            .saying("Shutdown")
            .always()
            .withChance(0.01, seed + 4));
    apple.fault(Fault.reset("REFUSED_STREAM").always().withChance(0.02, seed + 5));
  }

  private void switchAppStates(final List<Phone> phones) {
    for (final var phone : phones) {
      switch (random.nextInt(6)) {
        case 0 -> phone.foreground();
        case 1 -> phone.suspend("locked");
        default -> {}
      }
    }
  }

  // ---- the verdict ------------------------------------------------------------------------------

  private Report judge(final int kills, final CrashLoad load, final List<Phone> phones)
      throws InterruptedException {
    phones.forEach(Phone::foreground); // everybody looks at their phone: the inbox is downloaded
    final var report = new Report("crash", kills, 1);
    final var until = Instant.now().plus(DRAIN);
    Set<String> missing = missingMessages(load);
    while (!missing.isEmpty() && Instant.now().isBefore(until)) {
      Thread.sleep(200);
      missing = missingMessages(load);
    }
    final var silent = silentCalls(load);
    int twice = 0;
    final var violations = new ArrayList<String>();
    for (final var phone : phones) {
      final var counters = phone.counters();
      twice += (int) counters.ringsPerCall().values().stream().filter(rings -> rings > 1).count();
      violations.addAll(counters.violations());
    }
    final var late = lateRings(load);
    report.figure("events accepted", "", load.accepted());
    report.figure("calls accepted", "", load.calls().size());
    report.figure("rings", "", countOf("rang"));
    report.figure("hand-ins that had to be repeated", "", load.repeated());
    report.atMost("accepted messages lost", missing.size(), 0, 0);
    report.atMost("accepted calls that never rang", silent.size(), 0, 0);
    report.atMost("second rings", twice, 0, 0);
    report.atMost("rings after the end", late.size(), 0, 0);
    report.atMost("rules broken at the phones", violations.size(), 0, 0);
    report.remark("seed " + seed);
    missing.stream().limit(5).forEach(event -> report.remark("lost: " + event));
    silent.stream().limit(5).forEach(call -> report.remark("never rang: " + call));
    late.stream().limit(5).forEach(call -> report.remark("rang late: " + call));
    violations.stream()
        .distinct()
        .limit(5)
        .forEach(violation -> report.remark("violation: " + violation));
    failed = !report.allMet();
    return report;
  }

  private double countOf(final String what) {
    return reports.stream().filter(each -> each.is(what)).count();
  }

  private Set<String> missingMessages(final CrashLoad load) {
    final var missing = new TreeSet<>(load.messages());
    for (final var report : reports) {
      if (report.is("message")) {
        missing.remove(report.text("event"));
      }
    }
    return missing;
  }

  /// Calls that were not ended by the caller in time must have rung.
  private Set<String> silentCalls(final CrashLoad load) {
    final var rang = ConcurrentHashMap.<String>newKeySet();
    reports.stream().filter(each -> each.is("rang")).forEach(each -> rang.add(each.text("call")));
    final var silent = new TreeSet<String>();
    for (final var call : load.calls().entrySet()) {
      if (!rang.contains(call.getKey())
          && !load.endedBefore(call.getKey(), call.getValue().plus(RINGS.dividedBy(2)))) {
        silent.add(call.getKey());
      }
    }
    return silent;
  }

  private List<String> lateRings(final CrashLoad load) {
    final var late = new ArrayList<String>();
    final Map<String, Instant> ends = new HashMap<>(load.ends());
    for (final var report : reports) {
      final var end = ends.get(report.text("call"));
      if (report.is("rang") && end != null && report.at().isAfter(end.plus(LATE))) {
        late.add(
            report.text("call")
                + " by "
                + Duration.between(end, report.at()).toMillis()
                + " ms, "
                + report.text("via"));
      }
    }
    return late;
  }
}
