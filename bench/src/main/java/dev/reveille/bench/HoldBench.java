package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Measures what a held phone costs the server: live heap, and memory of the process.
///
/// The phones are registered first, and the server is started anew: what is counted is what the
/// server has in memory because a phone came, showed its token, was told its inbox and is held, its
/// record included.
///
/// Every server runs with the options it ships with. The memory is that of a process which nothing
/// made to collect its heap; the live heap, which cannot be counted otherwise, is that of another.
final class HoldBench {
  /// Phones that come and go before anything is counted, so that classes, pools and caches are
  /// there; a tenth of those held where these are few.
  private static final int EARLIER = 200;

  private static final long SETTLE_MILLIS = 1_500;

  /// How long a server rests before its memory is looked at: as long as the launcher's options let
  /// it keep what it could give back.
  private static final long REST_MILLIS = 45_000;

  /// With fewer phones the figures say little: they are not worth the wait.
  private static final int WORTH_WAITING = 1_000;

  private static final long SHORT_SETTLE_MILLIS = 200;

  private static final double MOST_OF_NCHAN_PLAIN = 0.334;
  private static final double MOST_OF_NGINX_TLS = 0.35;

  private final PrintStream out;

  HoldBench(final PrintStream out) {
    this.out = out;
  }

  private interface Start {
    LongPollServer now() throws IOException;
  }

  /// @param memory of the process, bytes a phone
  /// @param live live heap, bytes a phone; NaN where there is no heap
  private record Cost(String name, double memory, double live, HeldArrivals arrivals) {
    Cost withLive(final double bytes) {
      return new Cost(name, memory, bytes, arrivals);
    }
  }

  Report run(final long n, final List<Transport> transports, final HeldStage.Phones phones)
      throws IOException, InterruptedException {
    final int count = (int) n;
    final var report = new Report("hold", n, 1);
    try (var stage = new HeldStage(count + earlier(count), phones, out)) {
      for (final var transport : transports) {
        measure(report, stage, transport, count);
      }
    }
    report.remark(
        "memory is what the process has resident, shared pages counted once, over what it had"
            + " before the phones came");
    report.remark("the peers hold phones without authentication, inbox or any record of them");
    return report;
  }

  private void measure(
      final Report report, final HeldStage stage, final Transport transport, final int count)
      throws IOException, InterruptedException {
    final boolean tls = transport == Transport.TLS;
    final List<Start> starts = new ArrayList<>();
    starts.add(() -> new ReveilleServer(stage, tls, false));
    starts.add(() -> new ReveilleServer(stage, tls, true));
    starts.add(() -> new NettyServer(stage, tls));
    final var nginx = NchanServer.program();
    if (nginx.isPresent()) {
      starts.add(() -> new NchanServer(nginx.get(), stage, tls));
    } else {
      report.remark(NchanServer.MISSING);
    }
    final List<Cost> costs = new ArrayList<>();
    for (final var start : starts) {
      final var cost = cost(start, transport, count);
      costs.add(cost);
      tell(report, transport, cost);
      cost.arrivals.judge(report, cost.name + ", " + transport.word());
    }
    final var ours = costs.getFirst();
    for (final var cost : costs.subList(0, 2)) {
      report.atMost(
          "live heap, " + cost.name + ", " + transport.word() + ", bytes",
          cost.live,
          tls ? 6_500 : 2_000,
          tls ? 6_000 : 1_300);
    }
    if (nginx.isPresent()) {
      judgeMemory(report, transport, ours.memory, costs.getLast().memory);
    }
  }

  private static void judgeMemory(
      final Report report, final Transport transport, final double ours, final double nchan) {
    final var name = "memory, poll, " + transport.word() + ", ratio to nchan";
    final double most = transport == Transport.TLS ? MOST_OF_NGINX_TLS : MOST_OF_NCHAN_PLAIN;
    if (ours <= 0 || nchan <= 0) {
      final var why =
          "a process did not grow, because it had room left from before the phones came (bytes a"
              + " phone: ours %.0f, nchan %.0f); hold more of them";
      report.notJudged(name, most, most, why.formatted(ours, nchan));
    } else {
      report.atMost(name, ours / nchan, most, most);
    }
  }

  private static void settle(final int count) throws InterruptedException {
    Thread.sleep(count < WORTH_WAITING ? SHORT_SETTLE_MILLIS : SETTLE_MILLIS);
  }

  private static void rest(final int count) throws InterruptedException {
    Thread.sleep(count < WORTH_WAITING ? SHORT_SETTLE_MILLIS : REST_MILLIS);
  }

  private static int earlier(final int count) {
    return Math.min(EARLIER, Math.max(1, count / 10));
  }

  private Cost cost(final Start start, final Transport transport, final int count)
      throws IOException, InterruptedException {
    final Cost cost;
    final boolean hasHeap;
    try (var server = start.now();
        var phones = phones(server, transport, count)) {
      hasHeap = !(server instanceof NchanServer);
      rest(count);
      // With few phones the figures say little: one process is enough for both.
      final boolean isOneProcess = hasHeap && count < WORTH_WAITING;
      final double heapBefore = isOneProcess ? live(server, count) : Double.NaN;
      final double before = server.memory();
      phones.open(0, count);
      rest(count);
      final double memory = (server.memory() - before) / count;
      final double heap = isOneProcess ? (live(server, count) - heapBefore) / count : Double.NaN;
      final var arrivals = phones.tellAll().arrivals(); // all of them are held, and can be told
      phones.hangUp();
      cost = new Cost(server.name(), memory, heap, arrivals);
    }
    return hasHeap && Double.isNaN(cost.live) ? cost.withLive(live(start, transport, count)) : cost;
  }

  private double live(final Start start, final Transport transport, final int count)
      throws IOException, InterruptedException {
    try (var server = start.now();
        var phones = phones(server, transport, count)) {
      final double before = live(server, count);
      phones.open(0, count);
      settle(count);
      final double live = (live(server, count) - before) / count;
      if (System.getProperty("reveille.bench.histogram") != null) {
        out.println(Heap.histogram(server.processes().getFirst()).lines().limit(45).toList());
      }
      phones.hangUp();
      return live;
    }
  }

  /// Some phones have come and gone before.
  private HeldPhones phones(final LongPollServer server, final Transport transport, final int count)
      throws IOException, InterruptedException {
    final var progress =
        new Progress(out, server.name() + ", " + transport.word(), count + earlier(count));
    final var phones = new HeldPhones(server, false, progress);
    phones.open(count, earlier(count));
    phones.hangUp();
    settle(count);
    return phones;
  }

  /// The second of two counts: what was only on its way to the disk is gone by then, and what the
  /// first collection handed to cleaners.
  private static double live(final LongPollServer server, final int count)
      throws IOException, InterruptedException {
    final double _ = Heap.live(server.processes().getFirst());
    settle(count);
    settle(count);
    return Heap.live(server.processes().getFirst());
  }

  private static void tell(final Report report, final Transport transport, final Cost cost) {
    final var name = String.format(Locale.ROOT, "%s, %s", cost.name, transport.word());
    final boolean ours = cost.name.startsWith("reveille");
    if (!Double.isNaN(cost.live)) {
      keep(report, ours, name + ": live heap", cost.live);
    }
    keep(report, ours, name + ": memory", cost.memory);
  }

  private static void keep(
      final Report report, final boolean ours, final String name, final double bytes) {
    final var _ =
        ours
            ? report.figure(name, "bytes a phone", bytes)
            : report.peer(name, "bytes a phone", bytes);
  }
}
