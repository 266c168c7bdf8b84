package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.verdict.ContentScan;
import dev.reveille.bench.verdict.Evidence;
import dev.reveille.bench.verdict.Evidence.End;
import dev.reveille.bench.verdict.Evidence.HandsetInUse;
import dev.reveille.bench.verdict.Evidence.Kill;
import dev.reveille.bench.verdict.Evidence.Said;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import dev.reveille.simulators.phone.ReadingDelay;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/// Runs one crash campaign: load, kills, a drain during which half of the phones stay asleep, and
/// then the collection of everything that arrived. It judges nothing: the result is [Evidence].
final class CrashCampaign {
  private static final Duration TAPS_AFTER = Duration.ofMillis(300);
  private static final Duration DECIDES_AFTER = Duration.ofMillis(900);
  private static final int MOST_PUSHES = 10_000_000;

  private final CrashPlan plan;
  private final int sendsPort;
  private final Random random;
  private final AppleSimulator apple =
      AppleSimulator.start(AppleOptions.DEFAULT.withKeptPushes(MOST_PUSHES));
  private final SigningKey key = apple.makeKey();
  private final List<Phone> phones = new ArrayList<>();
  private final List<HandsetInUse> handsets = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();
  private final ConcurrentLinkedQueue<End> endedAtPhones = new ConcurrentLinkedQueue<>();
  private long sentAgain;
  private long lateActs;
  private int keyChanges;
  private int certificateChanges;
  private long byCertificate;
  private final List<Double> pushesPerSecond = new ArrayList<>();

  /// @param sendsPort where the server takes sends
  CrashCampaign(final CrashPlan plan, final int sendsPort) {
    this.plan = plan;
    this.sendsPort = sendsPort;
    this.random = new Random(plan.seed());
  }

  long sentAgain() {
    return sentAgain;
  }

  long lateActs() {
    return lateActs;
  }

  /// How often the key was changed with which sends went out.
  int keyChanges() {
    return keyChanges;
  }

  /// How often the certificate was changed with which the other sends went out.
  int certificateChanges() {
    return certificateChanges;
  }

  /// Pushes of sends that Apple took from connections that showed a certificate.
  long byCertificate() {
    return byCertificate;
  }

  /// Of sends, in the ten seconds before a kill, in the median.
  double pushesPerSecond() {
    final var sorted = pushesPerSecond.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  /// @param killed is told after each kill
  Evidence run(final ServerProcess server, final Runnable killed)
      throws IOException, InterruptedException {
    try (apple;
        var network = PhoneNetwork.trusting(Files.readString(server.authority()));
        var readings = ReadingDelay.of(network);
        var sends = new CrashSends(plan, sendsPort);
        var _ = closing(phones)) {
      setUp(server, network, sends);
      plan.faults().over(apple, plan.seed());
      final var installations =
          handsets.stream()
              .collect(Collectors.toMap(HandsetInUse::user, HandsetInUse::installation));
      final var load = new CrashLoad(server, plan, installations);
      load.start();
      sends.start();
      if (plan.sends().rotates()) {
        sends.rotateCredentials(server);
      }
      trouble(server, sends, killed);
      load.stop();
      sends.stop();
      keyChanges = sends.keyChanges();
      certificateChanges = sends.certificateChanges();
      byCertificate = sends.byCertificate();
      apple.clearFaults();
      sentAgain = load.repeated();
      lateActs = load.lateActs();
      try (var api = server.open()) {
        return lookAtAll(server, api, load, sends, readings);
      }
    }
  }

  private static Closing closing(final List<Phone> phones) {
    return () -> phones.forEach(Phone::close);
  }

  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  // ---- before ----------------------------------------------------------------------------------

  private void setUp(final ServerProcess server, final PhoneNetwork network, final CrashSends sends)
      throws IOException, InterruptedException {
    try (var api = server.open()) {
      AppSetup.in(
          api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
      sends.setUp(api);
      for (int number = 0; number < plan.phones(); number++) {
        final var user = ChatMessages.user(number);
        final var phone = new Phone(network, options(server, number), this::told);
        phones.add(phone);
        phone.register(AppSetup.code(api, user));
        if (!plan.after().sleepers() || number % 4 == 0) {
          phone.foreground();
        }
        handsets.add(new HandsetInUse(user, user, phone.installation(), sleeps(number)));
      }
    }
  }

  /// Whether the phone is left asleep for the drain. Its user does not tap alerts, so that it
  /// learns of messages by pushes alone.
  private boolean sleeps(final int number) {
    return plan.after().sleepers() && number % 2 == 1;
  }

  private PhoneOptions options(final ServerProcess server, final int number) {
    final var options =
        PhoneOptions.at(server.devices(), AppSetup.APP)
            .named(ChatMessages.user(number))
            .withApple(URI.create(apple.control()), AppSetup.APP);
    return switch (number % 8) {
      case 0, 4 -> options.tapping(TAPS_AFTER);
      case 2 -> options.tapping(TAPS_AFTER).answering(DECIDES_AFTER);
      case 6 -> options.tapping(TAPS_AFTER).declining(DECIDES_AFTER);
      case 3 -> options.answering(DECIDES_AFTER);
      default -> options;
    };
  }

  /// The server confirmed to an app that its user answered or declined; or that it is over, which
  /// it is for one who had declined also when it rings for others.
  private void told(final PhoneReport report) {
    final boolean done = report.fields().path("done").asBoolean();
    if (report.is("answered") || report.is("declined")) {
      final var user = report.is("answered") && done ? "" : report.phone();
      endedAtPhones.add(new End(report.text("call"), user, report.at(), report.at()));
    }
  }

  // ---- during ----------------------------------------------------------------------------------

  private void trouble(final ServerProcess server, final CrashSends sends, final Runnable killed)
      throws IOException, InterruptedException {
    final long until = System.nanoTime() + plan.traffic().length().toNanos();
    for (int kill = 0; kill < plan.kills(); kill++) {
      if (plan.sends().beforeKill() > 0) {
        pushesPerSecond.add(sends.awaitPushes(plan.sends().beforeKill()));
      } else {
        Thread.sleep(random.nextLong(200, 2_500));
      }
      switchAppStates();
      final var sent = Instant.now();
      server.kill();
      final var gone = Instant.now();
      server.start();
      kills.add(new Kill(sent, gone, Instant.now()));
      killed.run();
    }
    while (System.nanoTime() < until) {
      Thread.sleep(random.nextLong(200, 800));
      switchAppStates();
    }
  }

  private void switchAppStates() {
    if (!plan.after().sleepers()) {
      return;
    }
    for (final var phone : phones) {
      switch (random.nextInt(6)) {
        case 0 -> phone.foreground();
        case 1 -> phone.suspend("locked");
        default -> {}
      }
    }
  }

  // ---- after -----------------------------------------------------------------------------------

  private Evidence lookAtAll(
      final ServerProcess server,
      final SetupApi api,
      final CrashLoad load,
      final CrashSends sends,
      final ReadingDelay readings)
      throws IOException, InterruptedException {
    for (int number = 0; number < phones.size(); number++) {
      if (sleeps(number)) {
        phones.get(number).suspend("locked");
      } else {
        phones.get(number).foreground();
      }
    }
    final var trails = new CrashTrails(api);
    final Set<String> events = new TreeSet<>();
    load.handIns().forEach(handIn -> events.addAll(handIn.events()));
    trails.settle(events, plan.after().drain());
    sends.settle(plan.after().drain());
    Thread.sleep(plan.after().linger().toMillis());
    final var opened = Instant.now();
    phones.forEach(Phone::foreground);
    awaitInboxes(load);
    final var arrivals = arrivals();
    arrivals.forEach(arrival -> events.add(arrival.event()));
    events.remove("");
    trails.read(events); // of what the server made by itself too, and how they ended
    final var ends = new ArrayList<>(load.ends());
    ends.addAll(endedAtPhones);
    return new Evidence(
        plan.traffic().ringsFor(),
        handsets,
        load.handIns(),
        ends,
        kills,
        arrivals,
        apple.pushes(""),
        sends.all(),
        trails.all(),
        readings.samples(),
        opened,
        said(server, trails.all()),
        ContentScan.of(CrashLoad.NAMES, List.of(CrashLoad.WORDS), secrets(server, sends)));
  }

  /// All phones look: they have what there is when every message has come to its recipients.
  private void awaitInboxes(final CrashLoad load) throws InterruptedException {
    final var until = Instant.now().plus(plan.after().looking());
    final Set<String> wanted = new TreeSet<>();
    load.handIns().stream()
        .filter(handIn -> handIn.isKept() && !handIn.isCall())
        .forEach(handIn -> handIn.users().forEach(user -> wanted.add(user + " " + handIn.text())));
    while (Instant.now().isBefore(until)) {
      arrivals().stream()
          .filter(arrival -> arrival.kind() == Arrival.Kind.MESSAGE)
          .forEach(arrival -> wanted.remove(arrival.phone() + " " + arrival.text()));
      if (wanted.isEmpty()) {
        return;
      }
      Thread.sleep(200);
    }
  }

  private List<Arrival> arrivals() {
    return phones.stream().flatMap(phone -> phone.arrivals().all().stream()).toList();
  }

  /// What the server wrote for operators. Of a trail the event itself is left out: its content is
  /// there by right, for a key that may listen.
  private static List<Said> said(final ServerProcess server, final Map<String, JsonNode> trails)
      throws IOException, InterruptedException {
    final var said = new ArrayList<Said>();
    said.add(new Said("the log", Files.readString(server.log())));
    said.add(new Said(Said.METRICS, metrics(server)));
    trails.forEach((event, trail) -> {
      said.add(
          new Said(
              "the trail of " + event,
              trail.path("devices").toString() + trail.path("notNotified").toString()));
    });
    return said;
  }

  private static String metrics(final ServerProcess server)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(server.metrics()).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private Set<String> secrets(final ServerProcess server, final CrashSends sends) {
    final Set<String> secrets = new LinkedHashSet<>();
    secrets.add(server.key());
    secrets.add(CredentialRotation.secret(key.pem()));
    phones.forEach(phone -> secrets.add(phone.deviceToken()));
    apple.pushes("").stream().map(ArrivedPush::token).distinct().forEach(secrets::add);
    secrets.addAll(sends.secrets());
    return secrets;
  }
}
