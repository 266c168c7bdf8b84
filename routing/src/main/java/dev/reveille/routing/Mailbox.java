package dev.reveille.routing;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A queue with one reader that sleeps when there is nothing to do. Many may write; a write costs a
/// wake-up only while the reader sleeps.
final class Mailbox<T> {
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  private volatile boolean asleep;
  private volatile @Nullable Thread reader;

  void put(final T letter) {
    queue.add(letter);
    if (asleep) {
      LockSupport.unpark(reader);
    }
  }

  /// The next letter, null when there is none.
  @Nullable T poll() {
    return queue.poll();
  }

  /// Sleeps until a letter comes or the time is over. Only the reader calls it.
  void await(final Duration longest) {
    reader = Thread.currentThread();
    asleep = true;
    if (queue
        .isEmpty()) { // asked again after the flag was set: a letter put before it is seen here
      LockSupport.parkNanos(this, longest.toNanos());
    }
    asleep = false;
  }

  void wakeReader() {
    LockSupport.unpark(reader);
  }
}
