package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.siege.Attacker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attacks a server and checks that another organisation's calls still ring.
///
/// Two servers of the same kind stand beside each other, and the same calls are handed in at both.
/// The attacker, one process on one processor that gives way to all others, goes at the first; the
/// calls at the second are the control, so that what the attacker takes of the machine is in both.
///
/// Every attack fills one bound, and what it says counts only when the server held nearly as much
/// as the bound allows. With another checkout named, that one is attacked first: it has to end,
/// hang or keep calls waiting, else the attack is made twice as large.
final class SiegeBench {
  static final int PER_SECOND = 50;
  private static final int WARM_UP = 100;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int MOST_DOUBLINGS = 4;
  private static final int PUSH_TOKENS = 20;
  private static final Duration ATTACKER_READY = Duration.ofSeconds(120);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration HEAP_RETURNS = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 1_000;
  private static final Duration LEANS_WITHIN = Duration.ofSeconds(15);

  /// Severe lines that an attack may bring about: none so far.
  private static final List<String> ALLOWED = List.of();

  private final PrintStream out;
  private final Options options;
  private int attacks;

  /// @param attacks names
  /// @param heaps as `-Xmx` takes them
  /// @param seconds of each attack
  /// @param against another checkout; absent for none
  /// @param keep folder for the raw record of each call; absent for nowhere
  /// @param lift of the configuration's limits, to see the verdict of a server without a bound
  record Options(
      List<String> attacks,
      List<String> heaps,
      int seconds,
      @Nullable Checkout against,
      @Nullable Path keep,
      String lift) {
    static List<String> names() {
      return Attacker.names();
    }
  }

  SiegeBench(final PrintStream out, final Options options) {
    this.out = out;
    this.options = options;
  }

  Report run() throws IOException, InterruptedException {
    final var report = new Report("siege", (long) PER_SECOND * options.seconds, 1);
    try (var platform = new SiegePlatform()) {
      for (final var heap : options.heaps) {
        at(heap, platform, report);
      }
      final var violations = platform.violations();
      violations.stream().limit(5).forEach(one -> report.remark("violation: " + one));
      report.none("violations of the live protocol", violations.size());
    }
    return report;
  }

  private void at(final String heap, final SiegePlatform platform, final Report report)
      throws IOException, InterruptedException {
    @Nullable SiegePair pair = null;
    try {
      for (final var attack : options.attacks) {
        final int size = against(attack, heap, platform, report);
        if (pair == null) {
          pair = SiegePair.start(Checkout.THIS, platform, heap, options.lift);
          warmUp(pair);
        }
        if (!isWell(attack, heap, size, platform, pair, report)) {
          pair.close(); // the next attack begins with a server that works
          pair = null;
        }
      }
    } finally {
      if (pair != null) {
        pair.close();
      }
    }
  }

  /// Whether the next attack may go at the same server. An attack that could not be played to its
  /// end is void, unless the server is gone.
  private boolean isWell(
      final String attack,
      final String heap,
      final int size,
      final SiegePlatform platform,
      final SiegePair pair,
      final Report report)
      throws InterruptedException {
    try {
      final var facts = play(attack, heap, size, platform, pair);
      SiegeVerdict.tell(report, facts);
      return facts.stands() && facts.unanswered() == 0;
    } catch (final IOException failed) {
      final var goal = attack + ", " + heap + ": the server ended";
      if (pair.besieged().stands()) {
        report.notJudged(goal, 0, 0, "it could not be attacked: " + failed.getMessage());
      } else {
        report.none(goal, 1);
        report.remark(goal + ": " + failed.getMessage());
      }
      return false;
    }
  }

  /// The size at which the other checkout was hurt; 1 when there is none.
  private int against(
      final String attack, final String heap, final SiegePlatform platform, final Report report)
      throws IOException, InterruptedException {
    final var other = options.against;
    if (other == null) {
      return 1;
    }
    final var name = attack + ", " + heap + ": the build before";
    int size = 1;
    for (int doubled = 0; doubled <= MOST_DOUBLINGS; doubled++, size *= 2) {
      try (var pair = SiegePair.start(other, platform, heap, "")) {
        warmUp(pair);
        final var hurt = SiegeVerdict.hurt(play(attack, heap, size, platform, pair));
        report.remark("%s, size %d: %s".formatted(name, size, hurt.isEmpty() ? "not hurt" : hurt));
        if (!hurt.isEmpty()) {
          report.none(name + " withstood it", 0);
          return size;
        }
      }
    }
    report.none(name + " withstood it", 1);
    return size / 2;
  }

  /// Until the calls of a round all come: a young server on a busy machine may be late with some.
  private void warmUp(final SiegePair pair) throws IOException, InterruptedException {
    List<SiegeCall.Fact> amiss = List.of();
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      try (var one = new SiegeCalls(pair.besieged());
          var other = new SiegeCalls(pair.beside())) {
        one.begin(WARM_UP, PER_SECOND);
        other.begin(WARM_UP, PER_SECOND);
        final var all = new ArrayList<>(one.await(PATIENCE));
        all.addAll(other.await(PATIENCE));
        amiss = all.stream().filter(call -> !call.isExact()).toList();
      }
      if (amiss.isEmpty()) {
        return;
      }
    }
    throw new IOException("a call did not come before any attack: " + amiss.getFirst());
  }

  private SiegeFacts play(
      final String attack,
      final String heap,
      final int size,
      final SiegePlatform platform,
      final SiegePair pair)
      throws IOException, InterruptedException {
    final var name = attack + ", " + heap;
    final var server = pair.besieged();
    final var row = SiegeRow.of(attack);
    final long most = server.mostHeap();
    final long before = Heap.live(server.process.pid());
    final int logged = server.logLines();
    final var plan = plan(server, platform, most, size);
    out.printf("%s, size %d%n", name, size);
    pair.attacker().say("attack " + attack + " " + plan);
    final var round = round(pair, row, row.limit().applyAsDouble(most));
    final var log = server.logAfter(logged);
    keep(name, round.calls, round.beside, round.looks, log);
    final var ready = SiegeWatch.answers(round.looks);
    final boolean stands = server.stands();
    final long allowance = allowance(attack, most);
    final long after = stands && !ready.contains("none") ? returned(server, before + allowance) : 0;
    final var found =
        new SiegeFacts(
            name,
            stands && server.stands(),
            ready,
            round.calls,
            round.beside,
            row.held(SiegeWatch.mostHeld(round.looks), round.said),
            row.limit().applyAsDouble(most),
            row.unit(),
            before,
            after,
            allowance,
            SiegeVerdict.faults(log, ALLOWED),
            round.said.path("told").toString());
    print(found);
    return found;
  }

  /// What one attack showed, as it was recorded.
  ///
  /// @param calls at the server that is attacked
  /// @param beside the same calls at the other server
  /// @param said the attacker's last line
  private record Round(
      List<SiegeCall.Fact> calls,
      List<SiegeCall.Fact> beside,
      JsonNode said,
      List<SiegeWatch.Observation> looks) {}

  /// Lets the attacker begin, hands in calls at both servers once the bound is full, and stops it.
  private Round round(final SiegePair pair, final SiegeRow row, final double limit)
      throws IOException, InterruptedException {
    final var attacker = pair.attacker();
    final var server = pair.besieged();
    try (var calls = new SiegeCalls(server);
        var control = new SiegeCalls(pair.beside())) {
      attacker.await("ready", ATTACKER_READY);
      try (var watch = new SiegeWatch(server.process.metrics(), row.metric())) {
        attacker.say("go");
        awaitFull(attacker, watch, row, limit);
        calls.begin(options.seconds * PER_SECOND, PER_SECOND);
        control.begin(options.seconds * PER_SECOND, PER_SECOND);
        final var beside = control.await(PATIENCE.plusSeconds(options.seconds));
        final var facts = calls.await(PATIENCE);
        attacker.say("stop");
        return new Round(facts, beside, lastLine(attacker), watch.looks());
      }
    }
  }

  private void print(final SiegeFacts found) {
    out.printf(
        Locale.ROOT,
        "%s: held %.0f of %.0f %s, wake p99 %.1f ms, control %.1f ms, %d of %d calls amiss; %s%n",
        found.attack(),
        found.held(),
        found.row(),
        found.unit(),
        SiegeFacts.percentile(found.calls(), 0.99),
        SiegeFacts.percentile(found.beside(), 0.99),
        found.lost(),
        found.calls().size(),
        found.said());
  }

  /// Waits until the attack fills its bound, so that all calls are made under it; not for ever,
  /// since a server without bounds says nothing of them, or is gone.
  private void awaitFull(
      final LaunchedProcess attacker,
      final SiegeWatch watch,
      final SiegeRow row,
      final double limit)
      throws IOException, InterruptedException {
    final long until = System.nanoTime() + LEANS_WITHIN.toNanos();
    while (System.nanoTime() - until < 0 && !SiegeWatch.answers(watch.looks()).contains("none")) {
      final var line = attacker.await("holds ", Duration.ofSeconds(30));
      final var said = SetupApi.JSON.readTree(line.substring("holds ".length()));
      if (row.held(SiegeWatch.mostHeld(watch.looks()), said) >= SiegeVerdict.LEAST_HELD * limit) {
        return;
      }
    }
  }

  private static JsonNode lastLine(final LaunchedProcess attacker) throws IOException {
    final var line = attacker.await("done ", Duration.ofSeconds(30));
    return SetupApi.JSON.readTree(line.substring("done ".length()));
  }

  /// What the attacker is told, as a file. Each attack has two organisations of its own; a server
  /// that cannot make them lends that of the victim.
  private Path plan(
      final SiegeServer server, final SiegePlatform platform, final long heap, final int size)
      throws IOException {
    final var run = "siege" + ++attacks;
    final var first = organisation(server, run);
    final var second = organisation(server, run + "b");
    final var apple = platform.key();
    final var plan = server.folder().resolve(run + ".json");
    final var all =
        new HashMap<String, Object>(
            Map.of(
                "api",
                server.process.api().toString(),
                "devices",
                server.process.devices().toString(),
                "authority",
                server.process.authority().toString(),
                "organisation",
                first.get("organisation"),
                "key",
                first.get("key"),
                "second",
                second,
                "run",
                run,
                "tokens",
                platform.tokens("com.example." + run, PUSH_TOKENS),
                "heap",
                heap,
                "size",
                size));
    all.put(
        "apple",
        Map.of(
            "team", apple.team(),
            "keyId", apple.keyId(),
            "key", apple.pem(),
            "endpoint", platform.apple().production(),
            "trust", platform.apple().authorityPem()));
    SetupApi.JSON.writeValue(plan.toFile(), all);
    return plan;
  }

  /// A new one and a key of it, or that of the victim.
  private static Map<String, String> organisation(final SiegeServer server, final String name)
      throws IOException {
    try (var api = server.process.open()) {
      final var made = api.send("POST", "/v1/organisations", Map.of("name", name));
      return made.statusCode() == 201
          ? Map.of(
              "organisation",
              name,
              "key",
              SetupApi.JSON.readTree(made.body()).at("/key/secret").asText())
          : Map.of("organisation", "default", "key", server.process.key());
    }
  }

  /// Caches fill and pools grow: a sixteenth of the heap. Calls are remembered for ten minutes
  /// after they ended, within their bound.
  private static long allowance(final String attack, final long heap) {
    return heap / 16 + (attack.equals("ringing") ? heap / 8 : 0);
  }

  /// Live bytes, as soon as they are few enough or when the time is over.
  private static long returned(final SiegeServer server, final long most)
      throws IOException, InterruptedException {
    final long until = System.nanoTime() + HEAP_RETURNS.toNanos();
    long live = Heap.live(server.process.pid());
    while (live > most && System.nanoTime() - until < 0) {
      Thread.sleep(LOOK_MILLIS);
      live = Heap.live(server.process.pid());
    }
    return live;
  }

  private void keep(
      final String name,
      final List<SiegeCall.Fact> calls,
      final List<SiegeCall.Fact> beside,
      final List<SiegeWatch.Observation> looks,
      final List<String> log)
      throws IOException {
    final var folder = options.keep;
    if (folder == null) {
      return;
    }
    Files.createDirectories(folder);
    final var lines = new ArrayList<String>();
    for (final var fact : calls) {
      lines.add(SetupApi.JSON.writeValueAsString(Map.of("at", "attacked", "call", fact)));
    }
    for (final var fact : beside) {
      lines.add(SetupApi.JSON.writeValueAsString(Map.of("at", "control", "call", fact)));
    }
    for (final var look : looks) {
      lines.add(
          SetupApi.JSON.writeValueAsString(
              Map.of("look", look.at().toString(), "ready", look.ready(), "held", look.held())));
    }
    for (final var line : log) {
      lines.add(SetupApi.JSON.writeValueAsString(Map.of("log", line)));
    }
    final var file = "%s-%d.jsonl".formatted(name.replace(", ", "-"), attacks);
    Files.write(folder.resolve(file), lines);
  }
}
