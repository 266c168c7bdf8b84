package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Measures how many phones per second a server lets in when all come at once, beside stock Netty,
/// which does not authenticate them. Over TLS with full handshakes, and with sessions resumed. A
/// phone counts when its server says that it holds it; after each round one event for all must
/// reach each of them once.
final class ReconnectBench {
  private static final double LEAST_OF_NETTY = 0.8;

  /// A ticket that was on its way when its phone hung up is lost, and that phone comes back without
  /// one. A few are no fault of the server.
  private static final double LEAST_RESUMED = 0.95;

  private static final long TICKETS_MILLIS = 500; // for those on their way

  private final PrintStream out;

  ReconnectBench(final PrintStream out) {
    this.out = out;
  }

  /// How phones come.
  private enum Way {
    PLAIN("plain"),
    FULL("TLS 1.3, full handshakes"),
    RESUMED("TLS 1.3, resumed");

    private final String word;

    Way(final String word) {
      this.word = word;
    }
  }

  private static final class Side {
    final LongPollServer server;
    final List<Double> perSecond = new ArrayList<>();
    final List<Double> work = new ArrayList<>();
    HeldArrivals arrivals = HeldArrivals.RIGHT;

    Side(final LongPollServer server) {
      this.server = server;
    }
  }

  Report run(
      final long n, final int runs, final List<Transport> transports, final HeldStage.Phones phones)
      throws IOException, InterruptedException {
    final var report = new Report("reconnect", n, runs);
    try (var stage = new HeldStage((int) n, phones, out)) {
      for (final var transport : transports) {
        final boolean tls = transport == Transport.TLS;
        try (var ours = new ReveilleServer(stage, tls, false);
            var netty = new NettyServer(stage, tls)) {
          for (final var way : tls ? List.of(Way.FULL, Way.RESUMED) : List.of(Way.PLAIN)) {
            measure(report, way, new Side(ours), new Side(netty), (int) n, runs);
          }
        }
      }
    }
    report.remark(
        "ours checks each phone's token and looks into its inbox; stock Netty does neither");
    return report;
  }

  private void measure(
      final Report report,
      final Way way,
      final Side ours,
      final Side netty,
      final int count,
      final int runs)
      throws IOException, InterruptedException {
    final boolean resuming = way == Way.RESUMED;
    try (var phones = new HeldPhones(ours.server, resuming, progress(ours, way, runs, count));
        var peers = new HeldPhones(netty.server, resuming, progress(netty, way, runs, count))) {
      for (int run = 0; run <= runs; run++) { // the first is for code that never ran, and sessions
        once(ours, phones, count, run > 0, resuming);
        once(netty, peers, count, run > 0, resuming);
      }
    }
    out.println();
    ours.arrivals.judge(report, ours.server.name() + ", " + way.word);
    final double our = tell(report, way, ours, true);
    final double their = tell(report, way, netty, false);
    report.atLeast(
        "accepts a second, " + way.word + ", ratio to netty",
        our / their,
        LEAST_OF_NETTY,
        LEAST_OF_NETTY);
  }

  private Progress progress(final Side side, final Way way, final int runs, final int count) {
    return new Progress(out, side.server.name() + ", " + way.word, (runs + 1L) * count);
  }

  private static void once(
      final Side side,
      final HeldPhones phones,
      final int count,
      final boolean counts,
      final boolean resuming)
      throws IOException, InterruptedException {
    final double before = side.server.work();
    final var opened = phones.open(0, count);
    if (counts) {
      side.work.add((side.server.work() - before) * 1e6 / count);
      side.perSecond.add(count / opened.seconds());
      if (resuming && opened.resumed() < LEAST_RESUMED * count) {
        throw new IOException(
            side.server.name() + ": only " + opened.resumed() + " of " + count + " resumed");
      }
    }
    Thread.sleep(TICKETS_MILLIS);
    side.arrivals = side.arrivals.and(phones.tellAll().arrivals()); // each of them can be told
    phones.hangUp();
  }

  private static double tell(
      final Report report, final Way way, final Side side, final boolean ours) {
    final var name = side.server.name() + ", " + way.word;
    final var perSecond = side.perSecond.stream().mapToDouble(Double::doubleValue).toArray();
    final var work = side.work.stream().mapToDouble(Double::doubleValue).toArray();
    if (ours) {
      report.figure(name + ": processor", "us a phone", work);
      return report.figure(name + ": accepts", "a second", perSecond);
    }
    report.peer(name + ": processor", "us a phone", work);
    return report.peer(name + ": accepts", "a second", perSecond);
  }
}
