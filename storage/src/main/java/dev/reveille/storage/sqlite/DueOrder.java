package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Instant;

/// A position in the order of waiting rows: by moment, then by event and target, so that it is
/// unique.
///
/// @param notBefore nanoseconds since 1970, as in the file
record DueOrder(long notBefore, long event, String target) implements Comparable<DueOrder> {
  static final DueOrder FIRST = new DueOrder(Long.MIN_VALUE, 0, "");
  static final DueOrder LAST = new DueOrder(Long.MAX_VALUE, Long.MAX_VALUE, "");

  static DueOrder of(final Waiting item) {
    return new DueOrder(nanos(item.notBefore()), item.event(), item.target().value());
  }

  /// Moments beyond what 64 bits hold (1677 to 2262) count as the first or last of them.
  static long nanos(final Instant moment) {
    try {
      return Math.addExact(
          Math.multiplyExact(moment.getEpochSecond(), 1_000_000_000L), moment.getNano());
    } catch (ArithmeticException _) {
      return moment.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  static Instant instant(final long nanos) {
    if (nanos == Long.MAX_VALUE) {
      return Instant.MAX;
    }
    if (nanos == Long.MIN_VALUE) {
      return Instant.MIN;
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  @Override
  public int compareTo(final DueOrder other) {
    int by = Long.compare(notBefore, other.notBefore);
    by = by != 0 ? by : Long.compare(event, other.event);
    return by != 0 ? by : target.compareTo(other.target);
  }
}
