package dev.reveille.simulators.service;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The counts of a simulated service since it began. Thread-safe.
public final class ServiceCounters {
  public final LongAdder requests = new LongAdder();
  public final LongAdder accepted = new LongAdder();
  public final LongAdder delivered = new LongAdder();
  public final LongAdder replaced = new LongAdder();
  public final LongAdder expired = new LongAdder();
  public final LongAdder connections = new LongAdder();
  public final LongAdder faults = new LongAdder();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

  public void refused(final String reason) {
    refused.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  public Map<String, Long> snapshot() {
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
