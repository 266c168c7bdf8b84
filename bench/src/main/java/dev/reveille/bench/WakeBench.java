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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// At 1,000 events a second: how long from the moment an event is written to the server's
/// connection until its push is at Apple's simulator, and until its frame is at a held phone.
///
/// Two servers take turns: one as it is, and as the peer the same one with a store that keeps
/// nothing, so that the difference is what durability costs.
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

  /// One of the two servers, with its phones, its load, and what was measured so far.
  private final class Side implements AutoCloseable {
    private final String name;
    private final Path folder;
    private final ServerProcess server;
    private final PhoneNetwork network;
    private final List<Phone> phones = new ArrayList<>();
    private final Load load;
    private final List<Double> pushed = new ArrayList<>();
    private final List<Double> framed = new ArrayList<>();

    Side(final String name, final AppleSimulator apple, final List<String> otherPorts)
        throws IOException, InterruptedException {
      this.name = name;
      this.folder = Files.createTempDirectory("reveille-wake-");
      this.server = new ServerProcess(folder, CONFIGURATION, "", otherPorts);
      this.network = PhoneNetwork.trusting(Files.readString(server.authority()));
      setUp(apple, server, network, phones);
      this.load = new Load(Load.Shape.H2, server.api(), server.authority(), server.key());
    }

    void turn(final String what, final long events) throws IOException, InterruptedException {
      measure(load, name + "-" + what, events, name + ": " + what);
      pushed.addAll(pushes);
      framed.addAll(frames);
    }

    @Override
    public void close() throws IOException {
      load.close();
      phones.forEach(Phone::close);
      network.close();
      server.close();
      Stage.remove(folder);
    }
  }

  Report run(final long n, final long warmUp, final int turns)
      throws IOException, InterruptedException {
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT);
        var durable = new Side("durable", apple, List.of());
        var peer = new Side("keeps nothing", apple, List.of("--store", "memory"))) {
      for (final var side : List.of(durable, peer)) {
        side.turn("warming", warmUp);
        side.pushed.clear();
        side.framed.clear();
      }
      for (int turn = 1; turn <= turns; turn++) {
        for (final var side : List.of(durable, peer)) {
          side.turn("turn " + turn + " of " + turns, n / turns);
        }
      }
      final var report = new Report("wake", n, turns);
      tell(report, "event to push at the platform", durable.pushed, peer.pushed);
      tell(report, "event to frame at the held phone", durable.framed, peer.framed);
      report.remark(
          "from the sender's write to the far end's read, at "
              + (int) PER_SECOND
              + " events a second; the peer is the same server with a store that keeps nothing");
      return report;
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

  private static void tell(
      final Report report, final String what, final List<Double> values, final List<Double> peer) {
    final var sorted = sorted(values);
    final double half = report.figure(what + ", p50", "ms", Report.percentile(sorted, 0.5));
    final double most = report.figure(what + ", p99", "ms", Report.percentile(sorted, 0.99));
    report.figure(what + ", p99.9", "ms", Report.percentile(sorted, 0.999));
    final var other = sorted(peer);
    report.peer(what + ", p50", "ms", Report.percentile(other, 0.5));
    report.peer(what + ", p99", "ms", Report.percentile(other, 0.99));
    report.atMost(what + ", p50 ms", half, 1, 1);
    report.atMost(what + ", p99 ms", most, 5, 2.5);
  }

  private static double[] sorted(final List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
