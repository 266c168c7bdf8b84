package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Measures latency at 1,000 events a second: from the moment an event is written to the server's
/// connection until its push is at Apple's simulator, and until its frame is at a held phone.
///
/// Two servers take turns: one as it is, and as the peer the same one with a store that keeps
/// nothing, so that the difference is what durability costs. Half of the events go to users of a
/// large population, whose one or two phones are asleep, half to held phones. Every event must come
/// to each of its phones once.
///
/// Taken at the outside ends, in one process with one clock: sender, simulator and phones. So both
/// figures hold the server's time plus two ways over loopback TLS and the reading at the far end;
/// the server's own share is smaller.
///
/// A run says something about the server only when the disk and the machine were quick enough: the
/// goals are void unless a probe of the disk and the peer were.
final class WakeBench {
  static final double PER_SECOND = 1_000;
  private static final int MOST_HELD = 200;
  private static final double MOST_OF_PROBE = 2;
  private static final double MOST_OF_PEER = 6;
  private static final double MOST_OF_PEER_RATIO = 1.5;
  private static final double STRETCH_RATIO = 1.2;

  private final PrintStream out;

  WakeBench(final PrintStream out) {
    this.out = out;
  }

  /// One of the two servers and what was measured so far.
  private final class Side implements AutoCloseable {
    private final String name;
    private final Population population;
    private final int held;
    private final WakeStage stage;
    private final List<ArrivalTimes> pushes = new ArrayList<>();
    private final List<ArrivalTimes> frames = new ArrayList<>();

    Side(
        final String name,
        final Population population,
        final WakeStage.Platform platform,
        final List<String> otherPorts)
        throws IOException, InterruptedException {
      this.name = name;
      this.population = population;
      this.held = Math.min(MOST_HELD, population.users() / 10); // a few will do for a short run
      this.stage = new WakeStage(population, platform, otherPorts, held, out);
    }

    void turn(final String what, final long events) throws IOException, InterruptedException {
      final var pushed = new ArrivalTimes();
      final var framed = new ArrivalTimes();
      pushes.add(pushed);
      frames.add(framed);
      final var run = (name + "-" + what).replace(' ', '-');
      stage.send(
          name + ": " + what,
          events,
          PER_SECOND,
          number -> event(run, number),
          event -> event.phones().getFirst().startsWith("held-") ? framed : pushed,
          List.of(pushed, framed));
    }

    private WakeStage.ToSend event(final String run, final long number) {
      final var id = run + "-" + number;
      if (number % 2 == 1) {
        final var user = WakeStage.heldUser((int) (number * 7919 % held));
        return WakeStage.ToSend.message(id, List.of(user), List.of(user));
      }
      final var phones = population.of((int) (number * 2_654_435_761L % population.users()));
      return WakeStage.ToSend.message(
          id,
          List.of(phones.getFirst().user()),
          phones.stream().map(Population.Phone::message).toList());
    }

    /// The warm-up counts for nothing but its faults.
    List<Double> millis(final List<ArrivalTimes> all) {
      return all.subList(1, all.size()).stream().flatMap(one -> one.millis().stream()).toList();
    }

    private List<ArrivalTimes> all() {
      final var all = new ArrayList<>(pushes);
      all.addAll(frames);
      return all;
    }

    WakeFaults faults() {
      return new WakeFaults(
          name, all().stream().map(ArrivalTimes::faults).toList(), stage.violations());
    }

    @Override
    public void close() throws IOException {
      stage.close();
    }
  }

  /// @param n events to each of the two servers in all turns
  Report run(final Population population, final long n, final long warmUp, final int turns)
      throws IOException, InterruptedException {
    try (var platform = new WakeStage.Platform(population);
        var durable = new Side("durable", population, platform, List.of());
        var peer = new Side("keeps nothing", population, platform, List.of("--store", "memory"))) {
      for (final var side : List.of(durable, peer)) {
        side.turn("warming", warmUp);
      }
      final var report = new Report("wake", n, turns);
      try (var probe = new DiskProbe(durable.stage.folder())) {
        for (int turn = 1; turn <= turns; turn++) {
          for (final var side : List.of(durable, peer)) {
            side.turn("turn " + turn + " of " + turns, n / turns);
          }
        }
        tellProbe(report, probe.sorted());
      }
      tell(
          report,
          "event to push at the platform",
          durable.millis(durable.pushes),
          peer.millis(peer.pushes));
      tell(
          report,
          "event to frame at the held phone",
          durable.millis(durable.frames),
          peer.millis(peer.frames));
      durable.faults().tell(report);
      peer.faults().tell(report);
      report.remark(
          "from the sender's write to the far end's read, at "
              + (int) PER_SECOND
              + " events a second; the peer is the same server with a store that keeps nothing");
      return report;
    }
  }

  private static void tellProbe(final Report report, final double[] sorted) {
    report.figure("fdatasync of 4 KiB beside it, p50", "ms", Report.percentile(sorted, 0.5));
    final double most =
        report.figure("fdatasync of 4 KiB beside it, p99", "ms", Report.percentile(sorted, 0.99));
    if (most > MOST_OF_PROBE) {
      report.voidGoals(
          "the disk's own fdatasync took %.2f ms at p99, more than %.0f"
              .formatted(most, MOST_OF_PROBE));
    }
  }

  private static void tell(
      final Report report, final String what, final List<Double> values, final List<Double> peer) {
    final var sorted = sorted(values);
    final double half = report.figure(what + ", p50", "ms", Report.percentile(sorted, 0.5));
    final double most = report.figure(what + ", p99", "ms", Report.percentile(sorted, 0.99));
    report.figure(what + ", p99.9", "ms", Report.percentile(sorted, 0.999));
    final var other = sorted(peer);
    report.peer(what + ", p50", "ms", Report.percentile(other, 0.5));
    final double bar = report.peer(what + ", p99", "ms", Report.percentile(other, 0.99));
    if (bar > MOST_OF_PEER) {
      report.voidGoals(
          "%s: the peer, which keeps nothing, took %.2f ms at p99, more than %.0f"
              .formatted(what, bar, MOST_OF_PEER));
    }
    report.atMost(what + ", p50 ms", half, 1, 1);
    report.atMost(
        what + ", p99 to that of the peer", most / bar, MOST_OF_PEER_RATIO, STRETCH_RATIO);
  }

  static double[] sorted(final List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing arrived");
    }
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /// Servers of different checkouts.
  ///
  /// @param n events of a turn
  PairedBench<Population> paired(
      final Population.Source populations, final long n, final long warmUp) {
    return new PairedBench<>() {
      @Override
      public Figure figure() {
        return new Figure("event to push at the platform, p50", "ms", false, 4);
      }

      @Override
      public Population register(final Checkout checkout) throws IOException {
        return populations.of(checkout);
      }

      @Override
      public WarmServer start(final Population population)
          throws IOException, InterruptedException {
        final var platform = new WakeStage.Platform(population);
        final var side = new Side("turn", population, platform, List.of());
        try {
          side.turn("warming", warmUp);
          side.faults().mustBeNone();
        } catch (final IOException | InterruptedException failed) {
          side.close(); // or the server would go on by itself
          throw failed;
        }
        return new WarmServer() {
          private int turns;

          @Override
          public double turn() throws IOException, InterruptedException {
            side.turn("measuring " + turns++, n / figure().turns());
            side.faults().mustBeNone();
            return Report.percentile(sorted(side.pushes.getLast().millis()), 0.5);
          }

          @Override
          public void close() throws IOException {
            side.close();
            platform.close();
          }
        };
      }
    };
  }
}
