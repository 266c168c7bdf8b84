package dev.reveille.sip.transport;

import dev.reveille.sip.transaction.RandomIds;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// What all connections of one transport share: its settings, and for each event loop a ticker and
/// a source of branches. Thread-safe.
final class TransportContext {
  private record PerLoop(LoopTicker ticker, RandomIds ids) {}

  private final TransportSettings settings;
  private final String sentByHost;
  private final int sentByPort;
  private final LongSupplier clockMillis;
  private final SecureRandom random = new SecureRandom();
  private final Map<EventLoop, PerLoop> loops = new ConcurrentHashMap<>();

  TransportContext(
      final TransportSettings settings,
      final String sentByHost,
      final int sentByPort,
      final LongSupplier clockMillis) {
    this.settings = settings;
    this.sentByHost = sentByHost;
    this.sentByPort = sentByPort;
    this.clockMillis = clockMillis;
  }

  TransportSettings settings() {
    return settings;
  }

  String sentByHost() {
    return sentByHost;
  }

  int sentByPort() {
    return sentByPort;
  }

  LoopTicker ticker(final EventLoop loop) {
    return of(loop).ticker();
  }

  RandomIds ids(final EventLoop loop) {
    return of(loop).ids();
  }

  private PerLoop of(final EventLoop loop) {
    return loops.computeIfAbsent(
        loop, one -> new PerLoop(new LoopTicker(one, clockMillis), new RandomIds(random)));
  }
}
