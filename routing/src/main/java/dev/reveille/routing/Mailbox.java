package dev.reveille.routing;

import dev.reveille.model.Lane;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The input queue of the dispatcher: many threads put inputs in, one reads them and blocks while
/// there are none. Urgent inputs are read first; the urgent ones keep their order among themselves,
/// and so do the others. Unbounded: the writers bound what they put in. To put one in never blocks,
/// and costs a wake-up only while the reader sleeps. Thread-safe; [#poll] and [#await] are for the
/// reader only.
final class Mailbox<T> {
  private final ConcurrentLinkedQueue<T> urgent = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<T> others = new ConcurrentLinkedQueue<>();
  private volatile boolean asleep;
  private volatile @Nullable Thread reader;

  void put(final T input) {
    others.add(input);
    wakeIfAsleep();
  }

  void putUrgent(final T input) {
    urgent.add(input);
    wakeIfAsleep();
  }

  /// @param lane of what the input is about
  void put(final Lane lane, final T input) {
    switch (lane) {
      case URGENT -> putUrgent(input);
      case NORMAL, BULK -> put(input);
    }
  }

  private void wakeIfAsleep() {
    if (asleep) {
      LockSupport.unpark(reader);
    }
  }

  /// The next input, null when there is none.
  @Nullable T poll() {
    final var first = urgent.poll();
    return first != null ? first : others.poll();
  }

  boolean hasUrgent() {
    return !urgent.isEmpty();
  }

  /// Sleeps until an input comes or the time is over. Only the reader calls it.
  void await(final Duration longest) {
    reader = Thread.currentThread();
    asleep = true;
    // asked again after the flag was set: an input put before it is seen here
    if (urgent.isEmpty() && others.isEmpty()) {
      LockSupport.parkNanos(this, longest.toNanos());
    }
    asleep = false;
  }

  void wakeReader() {
    LockSupport.unpark(reader);
  }
}
