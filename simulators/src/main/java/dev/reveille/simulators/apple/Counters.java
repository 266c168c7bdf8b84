package dev.reveille.simulators.apple;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What happened so far, in numbers.
final class Counters {
  final LongAdder requests = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder replaced = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder connections = new LongAdder();
  final LongAdder faults = new LongAdder();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

  void refused(final String reason) {
    refused.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  Map<String, Long> snapshot() {
    final var all = new TreeMap<String, Long>();
    all.put("requests", requests.sum());
    all.put("accepted", accepted.sum());
    all.put("delivered", delivered.sum());
    all.put("replaced", replaced.sum());
    all.put("expired", expired.sum());
    all.put("connections", connections.sum());
    all.put("faults", faults.sum());
    refused.forEach((reason, count) -> all.put("refused." + reason, count.sum()));
    return all;
  }
}
