package dev.reveille.protocols.device;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for something that another thread brings about.
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  public static void holds(final BooleanSupplier condition, final String what) {
    holds(condition, () -> what);
  }

  public static void holds(final BooleanSupplier condition, final Supplier<String> what) {
    final long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within " + PATIENCE + ": " + what.get());
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
