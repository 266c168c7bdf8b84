package dev.reveille.bench;

import java.util.List;
import java.util.function.ToLongFunction;

/// Judges the measurements of `bench fanout`.
///
/// @param ours pushes of the server for each second of processor time
/// @param pushy the same of the peer
/// @param heapAtHalf bytes alive at half of a send
/// @param heapAtHalfOfTenth bytes alive at half of a send to a tenth of the addresses
/// @param idle milliseconds from a call's hand-in to its push, while nothing else is to be done
/// @param during the same during sends
/// @param sends what came of each send
/// @param uncounted targets that the server's own progress does not count as handed over, of sends
///   that came to their end
/// @param lostByKill targets of a send that got nothing, though it had been answered before its
///   server was killed
/// @param calls calls that did not come exactly once
record FanoutVerdict(
    double ours,
    double pushy,
    double heapAtHalf,
    double heapAtHalfOfTenth,
    List<Double> idle,
    List<Double> during,
    List<OnceEach> sends,
    long uncounted,
    long lostByKill,
    List<ArrivalTimes.Faults> calls) {
  private static final int LEAST_CALLS = 100; // of which a p99 can be told
  private static final double GOAL_TO_PUSHY = 0.9;
  private static final double STRETCH_TO_PUSHY = 1.3;
  private static final double MOST_HEAP = 1.1;
  private static final double STRETCH_HEAP = 1.02;
  private static final double MOST_WAKE = 2;
  private static final double STRETCH_WAKE = 1.2;
  private static final String WAKE = "call to push during a send, p99 to the idle one";

  void tell(final Report report) {
    report.atLeast("ratio to Pushy", ours / pushy, GOAL_TO_PUSHY, STRETCH_TO_PUSHY);
    report.atMost(
        "live heap at half, to that of a tenth of the addresses",
        heapAtHalf / heapAtHalfOfTenth,
        MOST_HEAP,
        STRETCH_HEAP);
    if (idle.size() < LEAST_CALLS || during.size() < LEAST_CALLS) {
      report.notJudged(
          WAKE,
          MOST_WAKE,
          STRETCH_WAKE,
          "%d idle calls and %d during sends, fewer than %d"
              .formatted(idle.size(), during.size(), LEAST_CALLS));
    } else {
      report.atMost(WAKE, p99(during) / p99(idle), MOST_WAKE, STRETCH_WAKE);
    }
    report.none("targets missing", sum(send -> send.missing().size()));
    report.none("targets told twice", sum(send -> send.twice().size()));
    report.none("pushes to strangers", sum(send -> send.strangers().size()));
    report.none("targets that the server's progress does not count", uncounted);
    report.none("targets missing of a send answered right before a kill", lostByKill);
    report.none(
        "calls not exactly once at each phone",
        calls.stream().mapToLong(ArrivalTimes.Faults::count).sum());
    sends.stream()
        .filter(send -> send.faults() > 0)
        .forEach(send -> report.remark(send.toString()));
    calls.stream()
        .filter(faults -> faults.count() > 0)
        .forEach(faults -> report.remark("calls: " + faults));
  }

  static double p99(final List<Double> millis) {
    return Report.percentile(WakeBench.sorted(millis), 0.99);
  }

  private long sum(final ToLongFunction<OnceEach> what) {
    return sends.stream().mapToLong(what).sum();
  }
}
