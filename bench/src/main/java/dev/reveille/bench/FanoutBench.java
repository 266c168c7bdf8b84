package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.service.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Measures one send to very many addresses that belong to no user, durable before it is answered:
/// what a push costs beside Pushy's, how much memory the send holds at its half, what it does to
/// the calls of users meanwhile, and whether each address was told once.
///
/// The server is the product's, with a listener of the bench that takes sends and a file of
/// addresses, which it reads page by page; or, for notifications of a hub, the packaged one, with
/// which the addresses are registered by the hub's interface. All that its process spends counts as
/// the server's, from the hand-in until its store says that the send is over.
final class FanoutBench {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration HELD = Duration.ofSeconds(4);

  /// The window is full, and the store, which folds once a second, has folded what it had written.
  private static final Duration UNTIL_FULL = Duration.ofMillis(1_500);

  private static final int CALLS_PER_SECOND = 100;
  private static final double OF_THE_SEND = 0.8; // calls are handed in for this part of its time
  private static final int LEAST_CALLS = 5;
  private static final int LINKED = 50; // users whose calls go through a hub
  static final int TENTH = 10;
  private static final int PAYLOAD = 346; // of Pushy's pushes
  private static final int LINKED_CALLS = 600; // over all turns
  private static final double MIB = 1 << 20;

  private final PrintStream progress;
  private final boolean hubs;

  /// @param hubs by the interface of notification hubs
  FanoutBench(final PrintStream progress, final boolean hubs) {
    this.progress = progress;
    this.hubs = hubs;
  }

  /// @param population with the users who are called
  /// @param n addresses of a send
  /// @param warmUp pushes before the first turn, of each side
  Report run(final Population population, final int n, final long warmUp, final int runs)
      throws IOException, InterruptedException {
    if (n < 2 * TENTH) {
      throw new IllegalArgumentException("--n is at least " + 2 * TENTH + ", not " + n);
    }
    final int port = SendsApi.freePort();
    final var kept = AppleOptions.DEFAULT.withKeptPushes(3 * n + 100_000);
    try (var platform = new WakeStage.Platform(population, kept);
        var stage = new WakeStage(population, platform, otherPorts(port), 0, progress);
        var sends = hubs ? hub(stage, platform.apple()) : new ListenerSends(port)) {
      final var others = tokensOf(population);
      final var linked = hubs ? new LinkedCalls(stage, platform, LINKED) : null;
      if (linked != null) {
        others.addAll(linked.tokens());
      }
      final var audience = new FanoutAudience(platform.apple(), n, others);
      sends.register(audience.tokens());
      try (var pushy = Pushy.at(stage.folder(), platform.apple(), audience.tokens())) {
        final var measuring =
            new Measuring(population, platform.apple(), stage, sends, audience, n);
        measuring.warm(pushy, warmUp);
        for (int run = 1; run <= runs; run++) {
          measuring.cost(pushy, run, runs);
        }
        for (int run = 1; run <= runs; run++) {
          measuring.heap(run, runs);
        }
        measuring.send("warm", n, () -> {}); // after pauses
        for (int run = 1; run <= runs; run++) {
          measuring.wake(run, runs);
        }
        if (linked != null && sends instanceof final HubManySends hub) {
          measuring.hub(hub.direct(), linked, runs);
        }
        measuring.kill();
        return measuring.report(runs);
      }
    }
  }

  private List<String> otherPorts(final int port) {
    return hubs ? List.of() : SendsApi.otherPorts(port);
  }

  private HubManySends hub(final WakeStage stage, final AppleSimulator apple) throws IOException {
    final var credentials = HubCrashBench.credentials(apple);
    return new HubManySends(
        HubsApi.make(stage.server(), "fanout", AppSetup.APP, credentials), progress);
  }

  private static Set<String> tokensOf(final Population population) {
    final var tokens = new HashSet<String>();
    for (final var phone : population.all()) {
      tokens.add(phone.message());
      tokens.add(phone.voip());
    }
    return tokens;
  }

  private interface Meanwhile {
    void run() throws IOException, InterruptedException;
  }

  /// @param cpu seconds of the server's process
  /// @param pushing seconds from the answer to the last push
  private record Turn(double cpu, double pushing) {}

  /// What is measured on one server.
  private final class Measuring {
    private final Population population;
    private final AppleSimulator apple;
    private final WakeStage stage;
    private final ManySends sends;
    private final FanoutAudience audience;
    private final int n;
    private final String text;
    private final List<OnceEach> judged = new ArrayList<>();
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> peer = new ArrayList<>();
    private final List<Double> pushesPerSecond = new ArrayList<>();
    private final List<Double> pushing = new ArrayList<>();
    private final List<Double> atHalf = new ArrayList<>();
    private final List<Double> atHalfOfTenth = new ArrayList<>();
    private final List<Double> between = new ArrayList<>();
    private final List<ArrivalTimes> warm = new ArrayList<>();
    private final List<ArrivalTimes> idle = new ArrayList<>();
    private final List<ArrivalTimes> during = new ArrayList<>();
    private int number;
    private long uncounted;
    private long lostByKill;
    private int calls;
    private @Nullable HubFanoutVerdict ofHub;
    private final List<ArrivalTimes.Faults> hubCalls = new ArrayList<>();

    Measuring(
        final Population population,
        final AppleSimulator apple,
        final WakeStage stage,
        final ManySends sends,
        final FanoutAudience audience,
        final int n)
        throws IOException, InterruptedException {
      this.population = population;
      this.apple = apple;
      this.stage = stage;
      this.sends = sends;
      this.audience = audience;
      this.n = n;
      this.text = "x".repeat(Math.max(1, PAYLOAD - payloadWithoutText()));
    }

    /// The pushes of both sides are to be of one length.
    private int payloadWithoutText() throws IOException, InterruptedException {
      final var mark = mark("size");
      final var _ = sends.handIn(mark, 1, "");
      final var came = apple.awaitPushes(audience.token(1), 1, LONGEST);
      if (came.isEmpty()) {
        throw new IOException("the first push did not come within " + LONGEST);
      }
      audience.came();
      return came.getFirst().payload().length();
    }

    /// All of one length.
    private String mark(final String what) {
      return "%s-%04d".formatted(what, number++);
    }

    // ---- one send -----------------------------------------------------------------------------

    /// Hands in a send, waits until it is over, and judges what came of it.
    Turn send(final String what, final int upTo, final Meanwhile meanwhile)
        throws IOException, InterruptedException {
      return send(sends, what, upTo, meanwhile);
    }

    private Turn send(
        final ManySends by, final String what, final int upTo, final Meanwhile meanwhile)
        throws IOException, InterruptedException {
      final var mark = mark(what);
      final var cpu = new Cpu(stage.server().pid());
      final long acceptedBefore = accepted();
      final var before = cpu.used();
      final long begin = System.nanoTime();
      final var names = by.handIn(mark, upTo, text);
      meanwhile.run();
      final long until = System.nanoTime() + LONGEST.toNanos();
      while (accepted() < acceptedBefore + upTo && System.nanoTime() < until) {
        Thread.sleep(5);
      }
      final double seconds = (System.nanoTime() - begin) / 1e9;
      uncounted += upTo - awaitOver(by, names, upTo, until);
      final double spent = cpu.used().since(before).work();
      judged.add(OnceEach.of(mark, audience.tokens().subList(0, upTo), audience.came()));
      return new Turn(spent, seconds);
    }

    private long accepted() {
      return apple.counters().getOrDefault("accepted", 0L);
    }

    /// Waits until the store says that it is over; answers how many targets it says were handed
    /// over.
    private long awaitOver(
        final ManySends by, final List<String> names, final int upTo, final long until)
        throws IOException, InterruptedException {
      while (true) {
        final var told = by.told(names, upTo);
        if (told.over() || System.nanoTime() > until) {
          return told.handedOver();
        }
        Thread.sleep(100);
      }
    }

    // ---- what is measured ---------------------------------------------------------------------

    void warm(final Pushy pushy, final long pushes) throws IOException, InterruptedException {
      final var warming = new Progress(progress, "warming the server and Pushy", 2 * pushes);
      for (long done = 0; done < pushes; done += n) {
        send("warm", n, () -> {});
        warming.at(Math.min(pushes, done + n));
      }
      pushy.turn(Math.max(n, pushes));
      audience.otherSenderPushed();
      warming.end();
      call("warming calls", (int) Math.clamp(pushes / 1_000, LEAST_CALLS, 500), warm);
    }

    void cost(final Pushy pushy, final int run, final int runs)
        throws IOException, InterruptedException {
      final var turn = send("cost", n, () -> {});
      ours.add(n / turn.cpu());
      pushesPerSecond.add(n / turn.pushing());
      pushing.add(turn.pushing());
      peer.add(n / pushy.turn(n));
      audience.otherSenderPushed();
      progress.printf(
          "cost %d of %d: %.1f us a push, Pushy %.1f us%n",
          run, runs, 1e6 / ours.getLast(), 1e6 / peer.getLast());
    }

    void heap(final int run, final int runs) throws IOException, InterruptedException {
      between.add(live());
      if (run % 2 == 0) { // neither is always the one that comes first
        atHalf.add(liveAtHalf(n));
        atHalfOfTenth.add(liveAtHalf(n / TENTH));
      } else {
        atHalfOfTenth.add(liveAtHalf(n / TENTH));
        atHalf.add(liveAtHalf(n));
      }
      progress.printf(
          "heap %d of %d: %.2f MiB at half, %.2f MiB at half of a tenth, %.2f MiB before%n",
          run,
          runs,
          atHalf.getLast() / MIB,
          atHalfOfTenth.getLast() / MIB,
          between.getLast() / MIB);
    }

    /// Bytes alive at the half of a send: from the moment at which its middle target is told,
    /// answers come so late that no more than a window of targets goes on.
    private double liveAtHalf(final int upTo) throws IOException, InterruptedException {
      final var half = new CountDownLatch(1);
      final var beganAt = number; // the mark of the send that is handed in below
      try (var _ =
          listening(
              audience.token(upTo / 2),
              push -> {
                if (FanoutAudience.mark(push).endsWith("%04d".formatted(beganAt))
                    && half.getCount() > 0) {
                  apple.fault(Fault.delay(HELD).always());
                  half.countDown();
                }
              })) {
        final var found = new ArrayList<Double>();
        send(
            "half",
            upTo,
            () -> {
              try {
                if (!half.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                  throw new IOException("the half of a send did not come within " + LONGEST);
                }
                Thread.sleep(UNTIL_FULL);
                found.add(live());
              } finally {
                apple.clearFaults();
              }
            });
        return found.getFirst();
      }
    }

    private interface Listening extends AutoCloseable {
      @Override
      void close() throws IOException;
    }

    private Listening listening(final String token, final Consumer<ArrivedPush> phone) {
      final var connected = apple.connectPhone(token, phone);
      return () -> {
        try {
          connected.close();
        } catch (final Exception failed) {
          throw new IOException(failed);
        }
      };
    }

    /// The least of three collections: nothing goes on meanwhile but the store's folding, which is
    /// late on a busy machine.
    private double live() throws IOException {
      final long pid = stage.server().pid();
      long least = Heap.live(pid);
      for (int look = 1; look < 3; look++) {
        least = Math.min(least, Heap.live(pid));
      }
      return least;
    }

    void wake(final int run, final int runs) throws IOException, InterruptedException {
      final int count =
          (int)
              Math.max(LEAST_CALLS, OF_THE_SEND * CALLS_PER_SECOND * Report.median(array(pushing)));
      collect();
      call("idle calls " + run + " of " + runs, count, idle);
      collect();
      send("wake", n, () -> call("calls during a send " + run + " of " + runs, count, during));
    }

    /// Collects this process' own garbage. It holds all pushes that came: a collection in the
    /// middle of the calls stops the simulator and the load for half a second, which would count as
    /// the server's.
    private static void collect() {
      System.gc();
    }

    private Population.Phone spare(final int number) {
      return population.spare(number % Population.SPARE);
    }

    private void call(final String what, final int count, final List<ArrivalTimes> all)
        throws IOException, InterruptedException {
      call(what, count, all, this::spare);
    }

    private void call(
        final String what,
        final int count,
        final List<ArrivalTimes> all,
        final IntFunction<Population.Phone> whom)
        throws IOException, InterruptedException {
      final var arrivals = new ArrivalTimes();
      all.add(arrivals);
      stage.reconnect();
      stage.send(
          what,
          count,
          CALLS_PER_SECOND,
          _ -> WakeStage.ToSend.call(whom.apply(calls++)), // one phone
          _ -> arrivals,
          List.of(arrivals));
    }

    /// What only a hub has: batches to handles, in turns with broadcasts, and calls that go through
    /// it, in turns with those that do not.
    void hub(final ManySends direct, final LinkedCalls linked, final int runs)
        throws IOException, InterruptedException {
      final var warmed = send(direct, "warm", n, () -> {});
      final var broadcast = new ArrayList<Double>();
      final var batches = new ArrayList<Double>();
      final var linkedTimes = new ArrayList<ArrivalTimes>();
      final var directTimes = new ArrayList<ArrivalTimes>();
      call("warming linked calls", LEAST_CALLS, warm, linked::phone);
      for (int run = 1; run <= runs; run++) {
        broadcast.add(n / send(sends, "cost", n, () -> {}).cpu());
        batches.add(n / send(direct, "cost", n, () -> {}).cpu());
        collect();
        call("linked calls", LINKED_CALLS / runs, linkedTimes, linked::phone);
        call("direct calls", LINKED_CALLS / runs, directTimes, this::spare);
      }
      progress.printf("batches after a first one of %.1f s%n", warmed.pushing());
      ofHub =
          new HubFanoutVerdict(
              array(broadcast), array(batches), millis(linkedTimes), millis(directTimes));
      linkedTimes.forEach(one -> hubCalls.add(one.faults()));
      directTimes.forEach(one -> hubCalls.add(one.faults()));
    }

    /// The server is killed as soon as it has answered.
    void kill() throws IOException, InterruptedException {
      final var mark = mark("kill");
      final int upTo = n / TENTH;
      final long acceptedBefore = accepted();
      final var names = sends.handIn(mark, upTo, text);
      stage.server().kill();
      stage.server().start();
      final long until = System.nanoTime() + LONGEST.toNanos();
      while (accepted() < acceptedBefore + upTo && System.nanoTime() < until) {
        Thread.sleep(20);
      }
      final long _ = awaitOver(sends, names, upTo, until);
      lostByKill +=
          OnceEach.of(mark, audience.tokens().subList(0, upTo), audience.came()).missing().size();
    }

    // ---- the report ---------------------------------------------------------------------------

    Report report(final int runs) {
      final var report = new Report("fanout", n, runs);
      final double perSecond = report.figure("pushes per CPU-second", "1/s", array(ours));
      report.figure("CPU per push", "us", ours.stream().mapToDouble(each -> 1e6 / each).toArray());
      report.figure("pushes per second", "1/s", array(pushesPerSecond));
      final double bar = report.peer("Pushy, pushes per CPU-second", "1/s", array(peer));
      report.figure("live heap between sends", "MiB", mib(between));
      final double half = report.figure("live heap at half", "MiB", mib(atHalf));
      final double tenth =
          report.figure("live heap at half of a tenth of the addresses", "MiB", mib(atHalfOfTenth));
      final var idleMillis = millis(idle);
      final var duringMillis = millis(during);
      tellCalls(report, "call to push, idle", idleMillis);
      tellCalls(report, "call to push, during a send", duringMillis);
      final var faults = new ArrayList<ArrivalTimes.Faults>();
      List.of(warm, idle, during).forEach(all -> all.forEach(one -> faults.add(one.faults())));
      faults.addAll(hubCalls);
      new FanoutVerdict(
              perSecond,
              bar,
              half,
              tenth,
              idleMillis,
              duringMillis,
              judged,
              uncounted,
              lostByKill,
              faults)
          .tell(report);
      if (ofHub != null) {
        ofHub.tell(report);
      }
      report.remark(
          "%d sends compared target by target; the pushes of both sides have %d bytes"
              .formatted(judged.size(), PAYLOAD));
      return report;
    }

    private static void tellCalls(
        final Report report, final String what, final List<Double> millis) {
      final var sorted = WakeBench.sorted(millis);
      report.figure(what + ", p50", "ms", Report.percentile(sorted, 0.5));
      report.figure(what + ", p99", "ms", Report.percentile(sorted, 0.99));
    }

    private static List<Double> millis(final List<ArrivalTimes> all) {
      return all.stream().flatMap(one -> one.millis().stream()).toList();
    }

    private static double[] mib(final List<Double> bytes) {
      return bytes.stream().mapToDouble(each -> each / MIB).toArray();
    }

    private static double[] array(final List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
