package dev.reveille.http.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Computes the wait before the next connection attempt: it doubles with each failure up to a
/// longest wait, and half of it is random, so that many servers do not connect at once.
/// Thread-safe.
public final class Backoff {
  private static final int MOST_DOUBLINGS = 20;

  private Backoff() {}

  /// @param failedInRow attempts that failed one after the other, at least 1
  /// @return nanoseconds
  public static long nanos(final int failedInRow, final Duration first, final Duration longest) {
    final int doublings = Math.min(failedInRow - 1, MOST_DOUBLINGS);
    final long full = Math.min(longest.toNanos(), first.toNanos() << doublings);
    final long ceiling = full <= 0 ? longest.toNanos() : full;
    return ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
  }
}
