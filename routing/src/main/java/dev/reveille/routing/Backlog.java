package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Committed events that are not dispatched yet. Urgent ones never come here: they are dispatched
/// at once. So a call waits for at most one turn's worth of broadcasts.
///
/// Some events are held until a moment: after a restart, so that phones may return first, and after
/// a fault, to be tried again. How many there can be is bounded by the credits of [Admission].
///
/// Belongs to the dispatcher's thread.
final class Backlog {
  /// Bulk gets this share even while there is always something normal.
  private static final int BULK_EVERY = 8;

  /// An event that goes on at a moment.
  private record Later(PendingEvent event, Instant until) {
    private long sequence() {
      return event.stored.sequence();
    }
  }

  private final ArrayDeque<StoredJob> normal = new ArrayDeque<>();
  private final ArrayDeque<StoredJob> bulk = new ArrayDeque<>();

  /// Those of one moment in the order in which they were committed.
  private final PriorityQueue<Later> held =
      new PriorityQueue<>(Comparator.comparing(Later::until).thenComparingLong(Later::sequence));

  private final Map<Long, PendingEvent> heldBySequence = new HashMap<>();
  private int taken;

  void add(final StoredJob stored) {
    (stored.event().eventClass().lane() == Lane.BULK ? bulk : normal).add(stored);
  }

  /// The next event, null when there is none.
  @Nullable StoredJob next() {
    final boolean bulkFirst = ++taken % BULK_EVERY == 0;
    final var stored = (bulkFirst ? bulk : normal).poll();
    return stored != null ? stored : (bulkFirst ? normal : bulk).poll();
  }

  boolean isEmpty() {
    return normal.isEmpty() && bulk.isEmpty();
  }

  void hold(final PendingEvent event, final Instant until) {
    held.add(new Later(event, until));
    heldBySequence.put(event.stored.sequence(), event);
  }

  /// A held event whose moment has come, null when there is none.
  @Nullable PendingEvent nextHeld(final Instant now) {
    final var first = held.peek();
    if (first == null || now.isBefore(first.until())) {
      return null;
    }
    held.poll();
    heldBySequence.remove(first.sequence());
    return first.event;
  }

  /// When the next held event goes on, `Instant.MAX` when there is none.
  Instant nextMoment() {
    final var first = held.peek();
    return first == null ? Instant.MAX : first.until();
  }

  /// The clock was set.
  void clockSet(final Duration step) {
    final var before = List.copyOf(held);
    held.clear();
    before.forEach(one -> held.add(new Later(one.event, one.until.plus(step))));
  }

  /// The event that is held under this sequence, null when none is.
  @Nullable PendingEvent find(final long sequence) {
    return heldBySequence.get(sequence);
  }
}
