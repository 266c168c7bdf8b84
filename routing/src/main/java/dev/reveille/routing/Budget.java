package dev.reveille.routing;

import java.time.Duration;

/// A deadline on the machine's monotonic clock for the work of one turn of the dispatcher. It
/// bounds how long a call waits until the dispatcher looks at its input again. Immutable.
final class Budget {
  private final long until;

  private Budget(final long until) {
    this.until = until;
  }

  static Budget of(final Duration time) {
    return new Budget(System.nanoTime() + time.toNanos());
  }

  boolean isSpent() {
    return System.nanoTime() - until >= 0;
  }
}
