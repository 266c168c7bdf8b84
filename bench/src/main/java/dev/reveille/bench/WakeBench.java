package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// At 1,000 durable events a second: how long from the moment an event is written to the server's
/// connection until its push is at Apple's simulator, and until its frame is at a held phone.
///
/// Taken at the outside ends, in one process with one clock: sender, simulator and phones. So both
/// figures hold the server's time plus two ways over loopback TLS and the reading at the far end;
/// the server's own share is smaller.
final class WakeBench {
  private static final double PER_SECOND = 1_000;
  private static final int SLEEPING = 200;
  private static final int HELD = 200;
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String CONFIGURATION =
      "limits: {events-per-second: 10000000, registrations-per-minute: 1000000}\n";

  private final PrintStream progress;
  private final Queue<Double> pushes = new ConcurrentLinkedQueue<>();
  private final Queue<Double> frames = new ConcurrentLinkedQueue<>();
  private volatile String run = "";

  WakeBench(final PrintStream progress) {
    this.progress = progress;
  }

  Report run(final long n, final long warmUp) throws IOException, InterruptedException {
    final var folder = Files.createTempDirectory("reveille-wake-");
    final var phones = new ArrayList<Phone>();
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT);
        var server = new ServerProcess(folder, CONFIGURATION);
        var network = PhoneNetwork.trusting(Files.readString(server.authority()))) {
      setUp(apple, server, network, phones);
      try (var load = new Load(Load.Shape.H2, server.api(), server.authority(), server.key())) {
        measure(load, "warm", warmUp, "warming");
        final var report = new Report("wake", n, 1);
        measure(load, "run", n, "measuring");
        tell(report, "event to push at the platform", pushes);
        tell(report, "event to frame at the held phone", frames);
        report.remark(
            "from the sender's write to the far end's read, at "
                + (int) PER_SECOND
                + " events a second");
        report.remark("not measured: the same with a store that keeps nothing");
        phones.forEach(Phone::close);
        return report;
      }
    } finally {
      Stage.remove(folder);
    }
  }

  private void setUp(
      final AppleSimulator apple,
      final ServerProcess server,
      final PhoneNetwork network,
      final List<Phone> phones)
      throws IOException, InterruptedException {
    final var key = apple.makeKey();
    final var setting = new Progress(progress, "phones", SLEEPING + HELD);
    try (var api = server.open();
        var devices = new Api(server.devices(), "", server.trust())) {
      AppSetup.in(
          api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
      for (int i = 0; i < SLEEPING; i++) {
        final var token = apple.newToken(AppSetup.APP, false);
        AppSetup.phone(
            devices,
            AppSetup.code(api, Events.user(i)),
            token,
            apple.newToken(AppSetup.APP + ".voip", false));
        final var _ = apple.connectPhone(token, this::pushed);
        setting.step();
      }
      for (int i = SLEEPING; i < SLEEPING + HELD; i++) {
        final var options = PhoneOptions.at(server.devices(), AppSetup.APP).named(Events.user(i));
        final var phone = new Phone(network, options, this::shown);
        phone.register(AppSetup.code(api, Events.user(i)));
        phone.foreground();
        phones.add(phone);
        setting.step();
      }
    }
    setting.end();
    Thread.sleep(2_000); // until the channels are open
  }

  private void measure(final Load load, final String name, final long events, final String what)
      throws IOException, InterruptedException {
    pushes.clear();
    frames.clear();
    run = name;
    final var shown = new Progress(progress, what, events);
    final long refused = load.paced(events, PER_SECOND, number -> event(name, number), LONGEST);
    if (refused > 0) {
      throw new IOException(refused + " events of " + events + " were not accepted");
    }
    final var until = Instant.now().plusSeconds(20);
    while (pushes.size() + frames.size() < events && Instant.now().isBefore(until)) {
      Thread.sleep(50);
    }
    if (pushes.size() + frames.size() < events) {
      throw new IOException(
          (events - pushes.size() - frames.size()) + " events of " + events + " never arrived");
    }
    shown.end();
  }

  /// Half of the events go to sleeping phones, half to held ones.
  private static byte[] event(final String run, final long number) {
    final var user = Events.user((int) (number * 7919 % (SLEEPING + HELD)));
    return ("{\"source\":\"wake\",\"id\":\"%s-%d\",\"class\":\"message\",\"to\":[\"%s\"],\"conversation\":\"c\","
                + "\"content\":{\"title\":\"Wake\",\"text\":\"%s\",\"data\":{\"run\":\"%s\",\"micros\":\"%d\"}}}")
        .formatted(run, number, user, "x".repeat(80), run, micros(Instant.now()))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void pushed(final ArrivedPush push) {
    try {
      arrived(Api.JSON.readTree(push.payload()), push.at(), pushes);
    } catch (final IOException wrong) {
      throw new java.io.UncheckedIOException(wrong);
    }
  }

  private void shown(final PhoneReport report) {
    if (report.is("message")) {
      arrived(report.fields(), report.at(), frames);
    }
  }

  private void arrived(final JsonNode where, final Instant at, final Queue<Double> into) {
    final var micros = where.findValue("micros");
    final var of = where.findValue("run");
    if (micros != null && of != null && of.asText().equals(run)) {
      into.add((micros(at) - micros.asLong()) / 1_000.0);
    }
  }

  private static long micros(final Instant moment) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
  }

  private static void tell(final Report report, final String what, final Queue<Double> values) {
    final var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    final double half = report.figure(what + ", p50", "ms", Report.percentile(sorted, 0.5));
    final double most = report.figure(what + ", p99", "ms", Report.percentile(sorted, 0.99));
    report.figure(what + ", p99.9", "ms", Report.percentile(sorted, 0.999));
    report.atMost(what + ", p50 ms", half, 1, 1);
    report.atMost(what + ", p99 ms", most, 5, 2.5);
  }
}
