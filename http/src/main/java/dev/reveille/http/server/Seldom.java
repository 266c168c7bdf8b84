package dev.reveille.http.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Says when a line may be logged again that every connection can bring about: once a minute.
final class Seldom {
  private static final long BETWEEN = TimeUnit.MINUTES.toNanos(1);

  private Seldom() {}

  /// Whether a minute has passed since this was last asked with success.
  ///
  /// @param last when that was, by [System#nanoTime]; `Long.MIN_VALUE` for never
  static boolean isTime(final AtomicLong last) {
    final long now = System.nanoTime();
    final long before = last.get();
    return (before == Long.MIN_VALUE || now - before > BETWEEN) && last.compareAndSet(before, now);
  }
}
