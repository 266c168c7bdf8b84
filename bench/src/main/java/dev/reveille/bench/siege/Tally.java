package dev.reveille.bench.siege;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what an attack did and which statuses and connections it got. Thread-safe.
final class Tally {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void count(final String what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  long of(final String what) {
    final var count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /// As one line of JSON.
  ///
  /// @param held as the attack says
  String line(final long held) {
    final ObjectNode line = JSON.createObjectNode().put("held", held);
    final var told = line.putObject("told");
    new TreeMap<>(counts).forEach((what, count) -> told.put(what, count.sum()));
    return line.toString();
  }
}
