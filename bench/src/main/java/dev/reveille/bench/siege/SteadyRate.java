package dev.reveille.bench.siege;

import java.util.concurrent.TimeUnit;

/// Tells how many actions of an attack are due at each tick, at a steady rate. Actions that a pause
/// of the process delayed are dropped, or they would all come at once. Belongs to one event loop.
final class SteadyRate {
  static final long TICK_MILLIS = 20;
  private static final int MOST_TICKS = 5;

  private final long perSecond;
  private long began;
  private long done;

  SteadyRate(final long perSecond) {
    this.perSecond = perSecond;
  }

  /// Calls the tick on the loop from now on, as often as there are ticks.
  void begin(final AttackConnections connections, final Runnable tick) {
    began = System.nanoTime();
    final var _ =
        connections
            .loop()
            .scheduleAtFixedRate(tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// So many are due since the last time.
  int due() {
    final long all = (System.nanoTime() - began) * perSecond / TimeUnit.SECONDS.toNanos(1);
    final long most = Math.max(1, perSecond * MOST_TICKS * TICK_MILLIS / 1_000);
    final int now = (int) Math.min(all - done, most);
    done = all;
    return now;
  }
}
