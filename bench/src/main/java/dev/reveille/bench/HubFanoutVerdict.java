package dev.reveille.bench;

import java.util.List;

/// What `bench fanout --hubs` says beside the rest: of batches to handles, and of calls that go
/// through a linked hub.
///
/// @param broadcast pushes for each second of processor time, of broadcasts
/// @param batches the same of batches to handles
/// @param linked milliseconds from a call's hand-in to its push, through a hub of this server
/// @param direct the same of calls to tokens of the device's own
record HubFanoutVerdict(
    double[] broadcast, double[] batches, List<Double> linked, List<Double> direct) {
  private static final int LEAST_CALLS = 100; // of which a p99 can be told
  private static final double LEAST_BATCH = 0.9;
  private static final double STRETCH_BATCH = 1;
  private static final double MOST_LINKED = 1.2;
  private static final double STRETCH_LINKED = 1;
  private static final String LINKED = "call through a linked hub, p99 to that of the direct way";

  void tell(final Report report) {
    final double all = report.figure("broadcasts, pushes per CPU-second", "1/s", broadcast);
    final double named = report.figure("batches to handles, pushes per CPU-second", "1/s", batches);
    report.atLeast("batches to handles, to broadcasts", named / all, LEAST_BATCH, STRETCH_BATCH);
    if (linked.size() < LEAST_CALLS || direct.size() < LEAST_CALLS) {
      report.notJudged(
          LINKED,
          MOST_LINKED,
          STRETCH_LINKED,
          "%d linked calls and %d direct ones, fewer than %d"
              .formatted(linked.size(), direct.size(), LEAST_CALLS));
      return;
    }
    report.figure("call to push, through a linked hub, p99", "ms", FanoutVerdict.p99(linked));
    report.figure("call to push, the direct way, p99", "ms", FanoutVerdict.p99(direct));
    report.atMost(
        LINKED, FanoutVerdict.p99(linked) / FanoutVerdict.p99(direct), MOST_LINKED, STRETCH_LINKED);
  }
}
