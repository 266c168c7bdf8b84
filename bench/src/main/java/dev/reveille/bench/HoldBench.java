package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a phone costs while it is held: live heap, and memory of the process.
///
/// The phones are registered first, and the server is started anew: what is counted is what the
/// server has in memory because a phone came, showed its token, was told its inbox and is held, its
/// record included.
final class HoldBench {
  /// Phones that come and go before anything is counted, so that classes, pools and caches are
  /// there.
  private static final int EARLIER = 200;

  private static final long SETTLE_MILLIS = 1_500;

  /// With fewer phones the figures say little, and nobody should wait for them.
  private static final int WORTH_WAITING = 1_000;

  private static final long SHORT_SETTLE_MILLIS = 200;

  /// The usual server begins with a large young generation, and what would be measured is how far
  /// it was filled with garbage for the first time. What a collection frees is given back.
  private static final String SMALL_HEAP =
      "-Xms64m -Xmn24m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -XX:-ShrinkHeapInSteps";

  private static final double MOST_OF_NCHAN_PLAIN = 0.334;
  private static final double MOST_OF_NGINX_TLS = 0.45;

  private final PrintStream out;

  HoldBench(final PrintStream out) {
    this.out = out;
  }

  private interface Start {
    Keeper now() throws IOException;
  }

  /// @param held memory of the process, bytes a phone
  /// @param collected the same after a collection
  /// @param live live heap, bytes a phone; NaN where there is no heap
  private record Cost(String name, double held, double collected, double live) {}

  Report run(final long n, final List<Transport> transports, final @Nullable Path phones)
      throws IOException, InterruptedException {
    final int count = (int) n;
    final var report = new Report("hold", n, 1);
    try (var stage = new HeldStage(count + EARLIER, phones, out)) {
      for (final var transport : transports) {
        measure(report, stage, transport, count);
      }
    }
    report.remark(
        "memory is what the process has resident, shared pages counted once, over what it had"
            + " before the phones came");
    report.remark("our server ran with " + SMALL_HEAP + " instead of its usual heap");
    report.remark("the peers hold phones without authentication, inbox or any record of them");
    return report;
  }

  private void measure(
      final Report report, final HeldStage stage, final Transport transport, final int count)
      throws IOException, InterruptedException {
    final boolean tls = transport == Transport.TLS;
    final List<Start> starts = new ArrayList<>();
    starts.add(() -> new ReveilleKeeper(stage, tls, false, SMALL_HEAP));
    starts.add(() -> new ReveilleKeeper(stage, tls, true, SMALL_HEAP));
    starts.add(() -> new NettyKeeper(stage, tls));
    final var nginx = NchanKeeper.program();
    if (nginx.isPresent()) {
      starts.add(() -> new NchanKeeper(nginx.get(), stage, tls));
    } else {
      report.remark(NchanKeeper.MISSING);
    }
    final List<Cost> costs = new ArrayList<>();
    for (final var start : starts) {
      try (var keeper = start.now()) {
        final var cost = cost(keeper, transport, count);
        costs.add(cost);
        tell(report, transport, cost);
      }
    }
    final var ours = costs.getFirst();
    for (final var cost : costs.subList(0, 2)) {
      report.atMost(
          "live heap, " + cost.name + ", " + transport.word() + ", bytes",
          cost.live,
          tls ? 7_500 : 2_500,
          tls ? 6_000 : 1_300);
    }
    if (nginx.isPresent() && (ours.collected <= 0 || costs.getLast().collected <= 0)) {
      report.remark(
          "memory, "
              + transport.word()
              + ", was NOT JUDGED: a process did not grow, because it had room left from before the"
              + " phones came; hold more of them");
    } else if (nginx.isPresent()) {
      final double most = tls ? MOST_OF_NGINX_TLS : MOST_OF_NCHAN_PLAIN;
      report.atMost(
          "memory, poll, " + transport.word() + ", ratio to nchan",
          ours.collected / costs.getLast().collected,
          most,
          most);
    }
  }

  private static void settle(final int count) throws InterruptedException {
    Thread.sleep(count < WORTH_WAITING ? SHORT_SETTLE_MILLIS : SETTLE_MILLIS);
  }

  private Cost cost(final Keeper keeper, final Transport transport, final int count)
      throws IOException, InterruptedException {
    final var progress =
        new Progress(out, keeper.name() + ", " + transport.word(), count + EARLIER);
    try (var phones = new HeldPhones(keeper, false, progress)) {
      phones.open(count, EARLIER);
      phones.hangUp();
      final double heap = live(keeper, count);
      settle(count);
      final double before = keeper.memory();
      phones.open(0, count);
      settle(count);
      final double held = keeper.memory();
      final double with = live(keeper, count);
      settle(count);
      final double collected = keeper.memory();
      progress.end();
      final var classes = System.getProperty("reveille.bench.histogram");
      if (classes != null && !isNchan(keeper)) {
        out.println(Heap.histogram(keeper.processes().getFirst()).lines().limit(45).toList());
      }
      return new Cost(
          keeper.name(),
          (held - before) / count,
          (collected - before) / count,
          (with - heap) / count);
    }
  }

  private static boolean isNchan(final Keeper keeper) {
    return keeper instanceof NchanKeeper;
  }

  /// The second of two counts: what was only on its way to the disk is gone by then, and what the
  /// first collection handed to cleaners.
  private static double live(final Keeper keeper, final int count)
      throws IOException, InterruptedException {
    if (isNchan(keeper)) {
      return Double.NaN;
    }
    final double _ = Heap.live(keeper.processes().getFirst());
    settle(count);
    settle(count);
    return Heap.live(keeper.processes().getFirst());
  }

  private static void tell(final Report report, final Transport transport, final Cost cost) {
    final var name = String.format(Locale.ROOT, "%s, %s", cost.name, transport.word());
    final boolean ours = cost.name.startsWith("reveille");
    if (!Double.isNaN(cost.live)) {
      keep(report, ours, name + ": live heap", cost.live);
    }
    keep(report, ours, name + ": memory", cost.held);
    if (!Double.isNaN(cost.live)) {
      keep(report, ours, name + ": memory, collected", cost.collected);
    }
  }

  private static void keep(
      final Report report, final boolean ours, final String name, final double bytes) {
    final var _ =
        ours
            ? report.figure(name, "bytes a phone", bytes)
            : report.peer(name, "bytes a phone", bytes);
  }
}
