package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Measures the order in which pushes leave after an outage: Apple's simulator is out of reach
/// while senders go on handing in messages; then it comes back.
///
/// First the bulk is handed in, then the messages, so that a server that only went by age would
/// send the bulk first; calls come last, some with a short ring that is over before Apple is back
/// and some that still ring then. The server has a heap of 256 MiB. The hour is shortened to what
/// the hand-in takes: what waits is a row, and a row does not age. Arrivals are counted at the
/// simulated phones.
final class OutageBench {
  private static final int PHONES = 200;
  private static final int BATCH = LoadGenerator.Shape.BATCH.eventsPerRequest;
  private static final int CALLS_OVER = 50;
  private static final int CALLS_RINGING = 10;
  private static final int CALLS_MEANWHILE = 20;
  private static final Duration LONG_RING = Duration.ofMinutes(2);
  private static final Duration SHORT_RING = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final String CONFIGURATION =
      "limits: {events-per-second: 10000000, registrations-per-minute: 1000000}\n";

  private final PrintStream progress;
  private final OutageArrivals arrivals = new OutageArrivals();

  OutageBench(final PrintStream progress) {
    this.progress = progress;
  }

  Report run(final long n) throws IOException, InterruptedException {
    final long bulk = Math.max(BATCH, n / 20 / BATCH * BATCH);
    final long messages = Math.max(BATCH, (n - bulk) / BATCH * BATCH);
    final long all = bulk + messages;
    final var folder = Files.createTempDirectory("reveille-outage-");
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT);
        var server = new ServerProcess(folder, CONFIGURATION, "-Xmx256m");
        var watch = new OutageWatch(server);
        var api = server.open()) {
      setUp(apple, server, api);
      apple.goDown();
      final long begin = System.nanoTime();
      final long refused = handIn(server, bulk, messages);
      final double handIn = seconds(begin);
      final var over = calls(api, "over-", 0, CALLS_OVER, SHORT_RING);
      final var ringing = calls(api, "ringing-", CALLS_OVER, CALLS_RINGING, LONG_RING);
      Thread.sleep(SHORT_RING.plusSeconds(8)); // rings are over
      final double waiting = watch.now("reveille_waiting");
      final int early = arrivals.all();

      final long back = System.nanoTime();
      apple.comeBack();
      final var draining = new Progress(progress, "drained", all);
      final var during = callsMeanwhile(api);
      awaitAll(all, watch, draining);
      final double drain = seconds(back);
      draining.end();

      final var latency = during.stream().mapToDouble(this::waited).sorted().toArray();
      final var report = new Report("outage", all, 1);
      report.figure("hand-in while the service is down", "events/s", all / handIn);
      report.figure("waiting when the service came back", "rows", waiting);
      report.figure("drained after", "s", drain);
      report.figure("drain", "pushes/s", all / drain);
      figures(report, watch, back, latency);
      report.none("events refused", refused);
      report.atLeast("share of events that waited", waiting / all, 0.99, 0.999);
      report.none("pushes while the service was down", early);
      report.none("events that never arrived", all - arrivals.distinct());
      report.none("pushes that arrived twice", arrivals.twice());
      report.none("rings of calls that were over", arrivals.rangOf(over));
      report.none("over, but the trail does not say so", silentTrails(api, over));
      order(report, ringing);
      report.atMost("longest way of a call, ms", Report.percentile(latency, 1), 2_000, 500);
      report.atMost("waiting in the end", watch.now("reveille_waiting"), 0, 0);
      report.atMost("peak resident memory, MiB", watch.peakResidentMib(), 640, 512);
      return report;
    } finally {
      BenchStage.remove(folder);
    }
  }

  /// Hands in bulk and then messages; answers how many were refused.
  private long handIn(final ServerProcess server, final long bulk, final long messages)
      throws IOException, InterruptedException {
    final var handing = new Progress(progress, "handed in", bulk + messages);
    try (var load =
        new LoadGenerator(
            LoadGenerator.Shape.BATCH, server.api(), server.authority(), server.key())) {
      long refused = load.run(bulk, number -> batch("silent", number), () -> bulk, LONGEST);
      handing.at(bulk);
      refused += load.run(messages, number -> batch("message", number), () -> messages, LONGEST);
      handing.end();
      return refused;
    }
  }

  /// Hands in calls to the users from `first` on; answers their events.
  private static List<String> calls(
      final SetupApi api,
      final String name,
      final int first,
      final int count,
      final Duration ringFor)
      throws IOException {
    final var events = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      events.add(call(api, name + i, first + i, ringFor).event);
    }
    return events;
  }

  /// @param latency of the calls during the drain, in milliseconds, sorted
  private void figures(
      final Report report, final OutageWatch watch, final long back, final double[] latency) {
    report.figure("peak heap of at most 256 MiB", "MiB", watch.peakHeapMib());
    report.figure("peak resident memory", "MiB", watch.peakResidentMib());
    report.figure("first push after the service came back", "s", firstAfter(back));
    report.figure("call during the drain, p50", "ms", Report.percentile(latency, 0.5));
    report.figure("call during the drain, longest", "ms", Report.percentile(latency, 1));
    report.figure("missed-call alerts", "", arrivals.of("alert"));
  }

  private void order(final Report report, final List<String> ringing) {
    report.atLeast(
        "chance that a waiting call came before anything else",
        arrivals.chanceOfCallBeforeOthers(ringing),
        0.98,
        0.999);
    report.atLeast(
        "chance that a message came before bulk",
        arrivals.chanceOfMessageBeforeBulk(),
        0.98,
        0.999);
  }

  private void setUp(final AppleSimulator apple, final ServerProcess server, final SetupApi api)
      throws IOException {
    final var key = apple.makeKey();
    final var setting = new Progress(progress, "phones", PHONES);
    AppSetup.in(api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
    try (var devices = new SetupApi(server.devices(), "", server.trust())) {
      for (int i = 0; i < PHONES; i++) {
        final var voip = apple.newToken(AppSetup.APP + ".voip", false);
        AppSetup.oldPhone(devices, AppSetup.code(api, ChatMessages.user(i)), voip);
        final var _ = apple.connectPhone(voip, arrivals::arrived);
        setting.step();
      }
    }
    setting.end();
  }

  private static byte[] batch(final String eventClass, final long number) {
    final var all = new StringBuilder("[");
    for (long i = number * BATCH; i < (number + 1) * BATCH; i++) {
      all.append(all.length() > 1 ? "," : "")
          .append("{\"source\":\"outage\",\"id\":\"")
          .append(eventClass)
          .append(i)
          .append("\",\"class\":\"")
          .append(eventClass)
          .append("\",\"to\":[\"")
          .append(ChatMessages.user((int) (i * 7919 % PHONES)))
          .append(eventClass.equals("message") ? "\"],\"conversation\":\"c\"," : "\"],")
          .append("\"content\":{\"title\":\"Outage\",\"text\":\"")
          .append("x".repeat(100))
          .append("\"}}");
    }
    return all.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  private record Call(String event, Instant handedIn) {}

  private static Call call(
      final SetupApi api, final String id, final int number, final Duration ringFor)
      throws IOException {
    final var now = Instant.now();
    final var caller = Map.of("name", "Outage", "address", "sip:outage@example.com");
    final var event =
        Map.of(
            "source",
            "outage",
            "id",
            id,
            "class",
            "call",
            "to",
            List.of(ChatMessages.user(number % PHONES)),
            "ringFor",
            ringFor.toString(),
            "call",
            Map.of("id", UUID.randomUUID().toString(), "caller", caller));
    return new Call(api.call("POST", "/v1/events", event).get("event").asText(), now);
  }

  /// Handed in as soon as the first waiting push is through.
  private List<Call> callsMeanwhile(final SetupApi api) throws IOException, InterruptedException {
    final var until = Instant.now().plusSeconds(60);
    while (arrivals.all() == 0 && Instant.now().isBefore(until)) {
      Thread.sleep(5);
    }
    final var calls = new ArrayList<Call>();
    for (int i = 0; i < CALLS_MEANWHILE; i++) {
      calls.add(call(api, "meanwhile-" + i, i, LONG_RING));
      Thread.sleep(50);
    }
    return calls;
  }

  private void awaitAll(final long all, final OutageWatch watch, final Progress draining)
      throws IOException, InterruptedException {
    final var until = Instant.now().plus(LONGEST);
    while (Instant.now().isBefore(until)
        && (arrivals.distinct() < all || watch.now("reveille_waiting") > 0)) {
      draining.at(arrivals.distinct());
      Thread.sleep(100);
    }
  }

  private double firstAfter(final long back) {
    return arrivals.first() == 0 ? -1 : (arrivals.first() - back) / 1e9;
  }

  private double waited(final Call call) {
    final var at = arrivals.rings().get(call.event);
    return at == null ? Double.MAX_VALUE : Duration.between(call.handedIn, at).toNanos() / 1e6;
  }

  /// How many of the calls have no settled trail that says they came too late to ring.
  private static long silentTrails(final SetupApi api, final List<String> calls)
      throws IOException {
    final var seen = ConcurrentHashMap.<String>newKeySet();
    for (final var call : calls) {
      final var trail = api.call("GET", "/v1/events/" + call + "/trail", "");
      final boolean over = trail.findValuesAsText("name").contains("TOO_LATE_TO_ALERT");
      final boolean pushed = trail.findValuesAsText("outcome").contains("handed-over");
      if (trail.get("settled").asBoolean() && over && !pushed) {
        seen.add(call);
      }
    }
    return calls.size() - seen.size();
  }

  private static double seconds(final long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
