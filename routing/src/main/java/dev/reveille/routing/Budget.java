package dev.reveille.routing;

import java.time.Duration;

/// The time that one turn of the dispatcher may spend on work before it looks at its input again.
/// Measured by the machine's clock, since it bounds how long a call waits.
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
