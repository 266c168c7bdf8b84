package dev.reveille.storage.password;

import dev.reveille.routing.port.UserPasswords;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Bounds how many hashes are computed at once, because each takes much memory, and how many
/// threads wait for that. Those who wait come in their order. Thread-safe.
final class HashingPlaces {
  private final int most;
  private final Semaphore places;
  private final AtomicInteger inside = new AtomicInteger();

  HashingPlaces(final int atOnce, final int waiting) {
    this.most = atOnce + waiting;
    this.places = new Semaphore(atOnce, true);
  }

  /// Computes in a place; blocks until there is one.
  ///
  /// @throws UserPasswords.Busy when too many wait
  <T> T in(final Supplier<T> work) {
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      throw new UserPasswords.Busy();
    }
    try {
      places.acquireUninterruptibly();
      try {
        return work.get();
      } finally {
        places.release();
      }
    } finally {
      inside.decrementAndGet();
    }
  }

  /// How many compute and wait now.
  int inside() {
    return inside.get();
  }
}
