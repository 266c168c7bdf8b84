package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.ArrivedPush;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts the pushes that reached Apple's simulator after an outage: each event once, by class, and
/// how many others came before each call. [OutageBench] computes its verdict from these counts.
/// Thread-safe, by its monitor.
final class OutageArrivals {
  private final Set<String> ids = new HashSet<>();
  private final Map<String, Integer> byClass = new HashMap<>();
  private final Map<String, Instant> rings = new HashMap<>();
  private int twice;
  private int all;
  private long first;
  private long messagesBeforeBulk; // summed over all bulk
  private final Map<String, Integer> othersBeforeCall = new HashMap<>();

  synchronized void arrived(final ArrivedPush push) {
    if (all++ == 0) {
      first = System.nanoTime();
    }
    final var told = told(push);
    final var eventClass = told.path("class").asText();
    if (!ids.add(push.header("apns-id"))) {
      twice++;
      return;
    }
    byClass.merge(eventClass, 1, Integer::sum);
    switch (eventClass) {
      case "call" -> {
        rings.putIfAbsent(told.path("id").asText(), push.at());
        othersBeforeCall.putIfAbsent(told.path("id").asText(), distinct());
      }
      case "silent" -> messagesBeforeBulk += byClass.getOrDefault("message", 0);
      default -> {}
    }
  }

  private static JsonNode told(final ArrivedPush push) {
    try {
      return SetupApi.JSON.readTree(push.payload()).path("reveille");
    } catch (final IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  synchronized int all() {
    return all;
  }

  /// Messages and bulk, each once.
  synchronized int distinct() {
    return of("message") + of("silent");
  }

  synchronized int of(final String eventClass) {
    return byClass.getOrDefault(eventClass, 0);
  }

  synchronized int twice() {
    return twice;
  }

  /// When the first push arrived, as [System#nanoTime()]; 0 when none did.
  synchronized long first() {
    return first;
  }

  synchronized Map<String, Instant> rings() {
    return Map.copyOf(rings);
  }

  synchronized long rangOf(final List<String> calls) {
    return calls.stream().filter(rings::containsKey).count();
  }

  /// Of any of these calls and any message or bulk event: how often the call was first.
  synchronized double chanceOfCallBeforeOthers(final List<String> calls) {
    final double pairs = (double) calls.size() * distinct();
    final long others =
        calls.stream().mapToLong(call -> othersBeforeCall.getOrDefault(call, distinct())).sum();
    return pairs == 0 ? 0 : 1 - others / pairs;
  }

  /// Of any message and any bulk event: how often the message was first. 1 is strict lane order,
  /// 0.5 is no order.
  synchronized double chanceOfMessageBeforeBulk() {
    final double pairs = (double) of("message") * of("silent");
    return pairs == 0 ? 0 : messagesBeforeBulk / pairs;
  }
}
