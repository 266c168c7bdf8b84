package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps the events of each user in the order of the journal, lane by lane, while some of them wait
/// for a look-up: an event is dispatched when no earlier one of the same lane and of any of its
/// recipients waits. So the end of a call never overtakes its ring, since both are urgent and every
/// recipient of an end is one of its call.
///
/// Between lanes there is no order: urgent events overtake the others on purpose.
///
/// Belongs to the dispatcher's thread.
final class RecipientOrder {
  private record Line(UserId user, Lane lane) {}

  private final Map<Line, ArrayDeque<PendingEvent>> lines = new HashMap<>();
  private final Map<Long, PendingEvent> bySequence = new HashMap<>();

  /// Whether the event need not wait for an earlier one.
  boolean isFree(final StoredJob stored) {
    if (lines.isEmpty()) {
      return true;
    }
    final var lane = stored.event().eventClass().lane();
    for (final var user : stored.event().recipients()) {
      if (lines.containsKey(new Line(user, lane))) {
        return false;
      }
    }
    return true;
  }

  /// The event waits from now on, behind those of its recipients that wait already.
  void add(final PendingEvent event) {
    event.ordered = true;
    event.behind = 0;
    bySequence.put(event.stored.sequence(), event);
    for (final var user : event.stored.event().recipients()) {
      final var line = lines.computeIfAbsent(line(user, event), _ -> new ArrayDeque<>(2));
      event.behind += line.isEmpty() ? 0 : 1;
      line.add(event);
    }
  }

  /// The event, which was first in all its lines, waits no longer. What follows it is first there
  /// now; what is first in all its lines is put into `free`, in order.
  void remove(final PendingEvent event, final ArrayDeque<PendingEvent> free) {
    bySequence.remove(event.stored.sequence());
    for (final var user : event.stored.event().recipients()) {
      final var name = line(user, event);
      final var line = lines.get(name);
      if (line == null || line.poll() != event) {
        throw new IllegalStateException(
            "event " + event.stored.sequence() + " was not the first of its recipients");
      }
      final var next = line.peek();
      if (next == null) {
        lines.remove(name);
      } else if (--next.behind == 0) {
        free.add(next);
      }
    }
  }

  private static Line line(final UserId user, final PendingEvent event) {
    return new Line(user, event.lane());
  }

  /// The event that waits under this sequence, null when none does.
  @Nullable PendingEvent find(final long sequence) {
    return bySequence.get(sequence);
  }

  int size() {
    return bySequence.size();
  }
}
