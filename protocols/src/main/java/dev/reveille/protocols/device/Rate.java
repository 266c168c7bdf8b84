package dev.reveille.protocols.device;

/// How often something may be done: a bucket that fills at an even pace. Thread-safe.
final class Rate {
  private final long nanosPerTurn;
  private final long burstNanos;
  private long emptyAtNanos; // the bucket is empty now if this lies `burst` ahead

  /// @param perSecond turns a second in the long run
  /// @param burst turns at once
  Rate(final double perSecond, final int burst, final long nowNanos) {
    this.nanosPerTurn = Math.max(1, (long) (1_000_000_000 / perSecond));
    this.burstNanos = nanosPerTurn * burst;
    this.emptyAtNanos = nowNanos;
  }

  /// Whether there are turns to take.
  synchronized boolean has(final int turns, final long nowNanos) {
    final long from = emptyAtNanos - nowNanos < 0 ? nowNanos : emptyAtNanos;
    return from + turns * nanosPerTurn - nowNanos <= burstNanos;
  }

  /// Takes turns; false when there are not enough.
  synchronized boolean take(final int turns, final long nowNanos) {
    final long from = emptyAtNanos - nowNanos < 0 ? nowNanos : emptyAtNanos;
    final long then = from + turns * nanosPerTurn;
    if (then - nowNanos > burstNanos) {
      return false;
    }
    emptyAtNanos = then;
    return true;
  }
}
