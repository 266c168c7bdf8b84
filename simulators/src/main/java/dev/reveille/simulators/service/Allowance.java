package dev.reveille.simulators.service;

import java.time.Duration;
import java.time.Instant;

/// A rate limit of a simulated service: a bucket that is full at first, loses one per message and
/// refills evenly. Thread-safe.
public final class Allowance {
  private final double most;
  private final double perSecond;
  private double left;
  private Instant at;

  /// @param most at once
  /// @param refill an empty one is full again after this time
  public Allowance(final double most, final Duration refill, final Instant now) {
    this.most = most;
    this.perSecond = most * 1_000.0 / refill.toMillis();
    this.left = most;
    this.at = now;
  }

  /// Takes one when there is one.
  ///
  /// @return 0 when it was taken, otherwise the seconds to wait
  public synchronized int take(final Instant now) {
    if (now.isAfter(at)) { // a moment taken by another thread, or a clock set back, takes nothing
      left = Math.min(most, left + Duration.between(at, now).toMillis() / 1_000.0 * perSecond);
      at = now;
    }
    if (left >= 1) {
      left--;
      return 0;
    }
    return Math.max(1, (int) Math.ceil((1 - left) / perSecond));
  }
}
