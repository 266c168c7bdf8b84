package dev.reveille.bench;

import java.util.List;

/// The observations of one attack, before anything is judged.
///
/// @param attack its name and the server's heap
/// @param stands whether the process that was attacked is the one that was started, and lives
/// @param ready what each question for `/ready` was answered; "none" for no answer in time
/// @param calls at the server that was attacked
/// @param beside the same load at the same time at another server, which was not attacked
/// @param held what the attacker made the server hold at the most, in the unit of its row; NaN when
///   the server has no such metric
/// @param row the bound
/// @param heapBefore live bytes before the attack; 0 when they could not be counted
/// @param heapAfter some time after it; 0 likewise
/// @param allowance so much more may be live afterwards
/// @param faults lines of the log
/// @param said the last line that the attacker printed
record SiegeFacts(
    String attack,
    boolean stands,
    List<String> ready,
    List<SiegeCall.Fact> calls,
    List<SiegeCall.Fact> beside,
    double held,
    double row,
    String unit,
    long heapBefore,
    long heapAfter,
    long allowance,
    List<String> faults,
    String said) {

  long unanswered() {
    return ready.stream().filter("none"::equals).count();
  }

  long lost() {
    return lost(calls);
  }

  long lostBeside() {
    return lost(beside);
  }

  private static long lost(final List<SiegeCall.Fact> some) {
    return some.stream().filter(call -> !call.isExact()).count();
  }

  /// NaN when no call arrived.
  static double percentile(final List<SiegeCall.Fact> calls, final double share) {
    final var sorted =
        calls.stream()
            .mapToDouble(SiegeCall.Fact::millis)
            .filter(millis -> !Double.isNaN(millis))
            .sorted()
            .toArray();
    return sorted.length == 0 ? Double.NaN : Report.percentile(sorted, share);
  }
}
