package dev.reveille.routing;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what routing does since the start; the server exports the counts as metrics. The values
/// only grow. Thread-safe.
public final class Counters {
  final LongAdder events = new LongAdder();
  final LongAdder decisions = new LongAdder();
  final LongAdder suppressed = new LongAdder();
  final LongAdder frames = new LongAdder();
  final LongAdder acknowledged = new LongAdder();
  final LongAdder pushes = new LongAdder();
  final LongAdder handedOver = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder withheld = new LongAdder();
  final LongAdder triedAgain = new LongAdder();
  final LongAdder uncertain = new LongAdder();
  final LongAdder parked = new LongAdder();
  final LongAdder faults = new LongAdder();

  Counters() {}

  /// Name (for Prometheus, without prefix) and value of each.
  public Map<String, Long> read() {
    final var all = new TreeMap<String, Long>();
    all.put("events", events.sum());
    all.put("decisions", decisions.sum());
    all.put("suppressed", suppressed.sum());
    all.put("live_frames", frames.sum());
    all.put("live_acknowledged", acknowledged.sum());
    all.put("pushes", pushes.sum());
    all.put("pushes_handed_over", handedOver.sum());
    all.put("pushes_refused", refused.sum());
    all.put("pushes_to_try_again", triedAgain.sum());
    all.put("pushes_withheld", withheld.sum());
    all.put("pushes_uncertain", uncertain.sum());
    all.put("parked", parked.sum());
    all.put("faults", faults.sum());
    return all;
  }
}
