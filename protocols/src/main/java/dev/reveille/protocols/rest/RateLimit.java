package dev.reveille.protocols.rest;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A bucket of tokens that fills at a steady rate, kept as one number: the moment at which it would
/// be full again (the generic cell rate algorithm). Thread-safe, without a lock.
final class RateLimit {
  private final long nanosPerToken;
  private final long burstNanos;
  private final AtomicLong fullAt;

  /// @param perSecond tokens that come back in a second
  /// @param burst tokens in a full bucket
  RateLimit(final double perSecond, final long burst, final long nowNanos) {
    this.nanosPerToken = Math.max(1, (long) (1e9 / perSecond));
    this.burstNanos = nanosPerToken * burst;
    this.fullAt = new AtomicLong(nowNanos);
  }

  /// Takes tokens if the bucket is not empty (a big taker may leave a debt, or it would never get
  /// any); otherwise answers for how long to wait.
  Duration take(final int tokens, final long nowNanos) {
    while (true) {
      final long seen = fullAt.get();
      final long from = seen - nowNanos < 0 ? nowNanos : seen;
      final long owed = from - nowNanos;
      if (owed >= burstNanos) {
        return Duration.ofNanos(owed - burstNanos + nanosPerToken);
      }
      if (fullAt.compareAndSet(seen, from + tokens * nanosPerToken)) {
        return Duration.ZERO;
      }
    }
  }

  /// Whether [#take] would give something now.
  boolean isEmpty(final long nowNanos) {
    return fullAt.get() - nowNanos >= burstNanos;
  }
}
