package dev.reveille.sip.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Looks over the connections of one event loop ten times a second: the one timer of them all. It
/// runs only while there are connections. Belongs to the loop's thread.
final class LoopTicker {
  private static final long TICK_MILLIS = 100;

  private final EventLoop loop;
  private final LongSupplier clockMillis;
  private final Set<SipConnection> connections = new LinkedHashSet<>();
  private boolean isRunning;

  LoopTicker(final EventLoop loop, final LongSupplier clockMillis) {
    this.loop = loop;
    this.clockMillis = clockMillis;
  }

  long nowMillis() {
    return clockMillis.getAsLong();
  }

  void add(final SipConnection connection) {
    connections.add(connection);
    if (!isRunning) {
      isRunning = true;
      again();
    }
  }

  void remove(final SipConnection connection) {
    connections.remove(connection);
  }

  private void again() {
    if (!loop.isShuttingDown()) {
      final var _ = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    final var now = nowMillis();
    // what a tick closes leaves the set
    for (final var one : new ArrayList<>(connections)) {
      one.tick(now);
    }
    isRunning = !connections.isEmpty();
    if (isRunning) {
      again();
    }
  }
}
