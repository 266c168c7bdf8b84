package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Measures how long one event for all held phones takes: from the last byte of the request until
/// the last phone has the first byte of its answer.
///
/// Ours goes the whole way, through the API, the store, and a decision for each phone; the peers
/// pass the bytes of one publication on. The servers take turns in one run, two turns each. nchan
/// is left out with a remark where nginx is not installed; the time of the bare Netty server begins
/// just before its command is written.
final class BroadcastBench {
  private static final int TURNS = 2;
  private static final int WARM_UP = 8;

  /// With fewer phones the figures say nothing anyway.
  private static final int WORTH_WARMING_UP = 1_000;

  private final PrintStream out;

  BroadcastBench(final PrintStream out) {
    this.out = out;
  }

  /// A server with its phones, and what was measured so far.
  private static final class Side {
    final LongPollServer server;
    final List<HeldPhones.Round> rounds = new ArrayList<>();
    final List<Double> work = new ArrayList<>();
    HeldArrivals arrivals = HeldArrivals.RIGHT;

    Side(final LongPollServer server) {
      this.server = server;
    }

    double[] all(final ToDoubleFunction<HeldPhones.Round> what) {
      return rounds.stream().mapToDouble(what).toArray();
    }
  }

  Report run(
      final long n,
      final int rounds,
      final List<Transport> transports,
      final HeldStage.Phones phones)
      throws IOException, InterruptedException {
    final var report = new Report("broadcast", n, TURNS * rounds);
    try (var stage = new HeldStage((int) n, phones, out)) {
      for (final var transport : transports) {
        measure(report, stage, transport, (int) n, rounds);
      }
    }
    report.remark(
        "an event of ours is kept on the disk and decided for each phone; the peers pass bytes on");
    return report;
  }

  private void measure(
      final Report report,
      final HeldStage stage,
      final Transport transport,
      final int count,
      final int rounds)
      throws IOException, InterruptedException {
    final boolean tls = transport == Transport.TLS;
    final var nginx = NchanServer.program();
    if (nginx.isEmpty()) {
      report.remark(NchanServer.MISSING);
    }
    try (var ours = new ReveilleServer(stage, tls, false);
        var sockets = ours.withSockets();
        var netty = new NettyServer(stage, tls);
        var nchan = nginx.isPresent() ? new NchanServer(nginx.get(), stage, tls) : null) {
      final var sides = new ArrayList<>(List.of(new Side(ours), new Side(sockets)));
      sides.add(new Side(netty));
      if (nchan != null) {
        sides.add(new Side(nchan));
      }
      for (int turn = 1; turn <= TURNS; turn++) {
        for (final var side : sides) {
          turn(side, transport, count, rounds);
        }
      }
      sides.forEach(side -> tell(report, transport, side));
      judge(report, transport, sides);
    }
  }

  private void turn(final Side side, final Transport transport, final int count, final int rounds)
      throws IOException, InterruptedException {
    final var progress = new Progress(out, side.server.name() + ", " + transport.word(), count);
    try (var phones = new HeldPhones(side.server, false, progress)) {
      phones.open(0, count);
      progress.end();
      final int warmUp = warmUp(side, count);
      for (int round = 0; round < warmUp; round++) {
        side.arrivals = side.arrivals.and(phones.tellAll().arrivals());
      }
      for (int round = 0; round < rounds; round++) {
        final double before = side.server.work();
        final var told = phones.tellAll();
        side.rounds.add(told);
        side.arrivals = side.arrivals.and(told.arrivals());
        side.work.add((side.server.work() - before) * 1e6 / count);
      }
      phones.hangUp();
    }
  }

  /// Code that never ran is slow, and while it is compiled the compilers take the processors from
  /// it. In the second turn it has run.
  private static int warmUp(final Side side, final int count) {
    return side.rounds.isEmpty() && count >= WORTH_WARMING_UP ? WARM_UP : 1;
  }

  private static void tell(final Report report, final Transport transport, final Side side) {
    final var name = side.server.name() + ", " + transport.word();
    final boolean ours = side.server instanceof ReveilleServer;
    keep(report, ours, name + ": handed in to last", "ms", side.all(HeldPhones.Round::last));
    keep(report, ours, name + ": handed in to first", "ms", side.all(HeldPhones.Round::first));
    keep(report, ours, name + ": first to last", "ms", side.all(HeldPhones.Round::spread));
    keep(
        report,
        ours,
        name + ": processor, with the next poll",
        "us a phone",
        side.work.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void keep(
      final Report report,
      final boolean ours,
      final String name,
      final String unit,
      final double[] values) {
    final var _ = ours ? report.figure(name, unit, values) : report.peer(name, unit, values);
  }

  private static void judge(
      final Report report, final Transport transport, final List<Side> sides) {
    for (final var side : sides) {
      side.arrivals.judge(report, side.server.name() + ", " + transport.word());
    }
    final var peer = sides.getLast();
    if (!(peer.server instanceof NchanServer)) {
      return;
    }
    final double theirs = Report.median(peer.all(HeldPhones.Round::last));
    for (final var side : sides.subList(0, 2)) {
      report.atMost(
          "ratio_to_nchan, " + side.server.name() + ", " + transport.word(),
          Report.median(side.all(HeldPhones.Round::last)) / theirs,
          1.5,
          1.0);
    }
  }
}
