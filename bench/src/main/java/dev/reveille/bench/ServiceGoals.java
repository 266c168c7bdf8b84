package dev.reveille.bench;

import dev.reveille.bench.receiver.PushesOnceEach;
import dev.reveille.bench.receiver.ReceivedService;
import java.util.ArrayList;
import java.util.List;

/// The goals of the dispatch benches for other push services than Apple's: pushes per CPU-second in
/// comparison, turn by turn, and that each push came as it should.
final class ServiceGoals {
  /// A push service's goal.
  ///
  /// @param peer what it is compared with
  record Goal(String peer, double goal, double stretch) {}

  private final Report report;
  private final String name;
  private final Goal goal;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> peers = new ArrayList<>();
  private final List<PushesOnceEach> verdicts = new ArrayList<>();

  /// @param name of what is measured
  ServiceGoals(final Report report, final String name, final Goal goal) {
    this.report = report;
    this.name = name;
    this.goal = goal;
  }

  static Goal of(final ReceivedService service) {
    return switch (service) {
      case FCM -> new Goal("APNs, the same server", 0.85, 1.0);
      case WNS -> new Goal("the HTTP/1.1 client alone", 0.45, 0.45);
      case WEBPUSH -> new Goal("encrypting and sending alone", 0.6, 0.8);
    };
  }

  /// One turn of both, pushes per CPU-second.
  void turn(final double our, final double peer) {
    ours.add(our);
    peers.add(peer);
  }

  /// What came in a turn.
  void came(final PushesOnceEach verdict) {
    verdicts.add(verdict);
  }

  /// Writes figures and goals. The ratio is the median of those of neighbouring turns: what the
  /// machine does beside weighs on both.
  void judge() {
    report.figure(name + ", pushes per CPU-second", "1/s", array(ours));
    report.figure(
        name + ", CPU per push", "us", ours.stream().mapToDouble(each -> 1e6 / each).toArray());
    report.peer(name + " beside: " + goal.peer() + ", pushes per CPU-second", "1/s", array(peers));
    final var ratios = new double[ours.size()];
    for (int turn = 0; turn < ratios.length; turn++) {
      ratios[turn] = ours.get(turn) / peers.get(turn);
    }
    final double ratio = report.figure(name + " to " + goal.peer(), "times", ratios);
    report.atLeast(name + ", ratio to " + goal.peer(), ratio, goal.goal(), goal.stretch());
    if (verdicts.isEmpty()) {
      return; // what came was counted where it came
    }
    report.figure(
        name + ", pushes of a turn that were read",
        "",
        verdicts.stream().mapToDouble(PushesOnceEach::opened).toArray());
    report.none(
        name + ", pushes not once at their device with their words",
        verdicts.stream().mapToLong(PushesOnceEach::faults).sum());
    verdicts.stream()
        .filter(verdict -> verdict.faults() > 0)
        .forEach(verdict -> report.remark(verdict.toString()));
  }

  private static double[] array(final List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
