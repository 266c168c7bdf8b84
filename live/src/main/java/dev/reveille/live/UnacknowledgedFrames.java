package dev.reveille.live;

import dev.reveille.model.Reason;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.LiveRoutes.Lost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The frames that were written to one channel and not acknowledged yet, in the order in which they
/// were written. Belongs to the channel's event loop.
final class UnacknowledgedFrames {

  /// A frame that the dispatcher handed over, and whom to tell when it is lost.
  record DispatchedFrame(Frame frame, Lost lost) {
    long sequence() {
      return frame.stored().sequence();
    }

    void lost(final Reason why) {
      lost.lost(frame, why);
    }

    /// Whether the inbox holds it; what it does not hold is written at once.
    boolean isInInbox() {
      return switch (frame.stored().event().eventClass()) {
        case MESSAGE, ALERT, CHANGE -> true;
        case CALL, CALL_END, SILENT -> false;
      };
    }
  }

  /// A list of what was handed over, with one more; a phone at rest keeps none.
  static List<DispatchedFrame> adding(
      final List<DispatchedFrame> list, final DispatchedFrame dispatched) {
    final var grown = list.isEmpty() ? new ArrayList<DispatchedFrame>(2) : list;
    grown.add(dispatched);
    return grown;
  }

  /// Takes what has this sequence out of such a list; null when nothing has.
  static @Nullable DispatchedFrame take(final List<DispatchedFrame> list, final long sequence) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).sequence() == sequence) {
        return list.remove(i);
      }
    }
    return null;
  }

  /// @param dispatched absent for what came from the inbox
  private record Item(long sequence, boolean isEntry, @Nullable DispatchedFrame dispatched) {}

  private List<Item> items = List.of();

  int size() {
    return items.size();
  }

  void add(final long sequence, final boolean isEntry, final @Nullable DispatchedFrame dispatched) {
    if (items.isEmpty()) {
      items = new ArrayList<>(4);
    }
    items.add(new Item(sequence, isEntry, dispatched));
  }

  /// Remembers whom to tell about something that was written before it was handed over. Answers
  /// false when nothing with this sequence is open.
  boolean join(final DispatchedFrame dispatched) {
    for (int i = 0; i < items.size(); i++) {
      final var item = items.get(i);
      if (item.sequence == dispatched.sequence()) {
        items.set(i, new Item(item.sequence, item.isEntry, dispatched));
        return true;
      }
    }
    return false;
  }

  boolean holds(final long sequence) {
    return items.stream().anyMatch(item -> item.sequence == sequence);
  }

  /// Takes out the entries up to a sequence: the phone has them.
  List<Long> takeUpTo(final long sequence) {
    return take(item -> item.isEntry && item.sequence <= sequence);
  }

  /// Takes out those of the named that are open; the others are not answered.
  List<Long> take(final List<Long> sequences) {
    return take(item -> sequences.contains(item.sequence));
  }

  private List<Long> take(final java.util.function.Predicate<Item> which) {
    if (items.isEmpty()) {
      return List.of();
    }
    final var taken = new ArrayList<Long>();
    items.removeIf(item -> {
      final boolean out = which.test(item);
      if (out) {
        taken.add(item.sequence);
      }
      return out;
    });
    shrink();
    return taken;
  }

  /// The oldest open entry, or `otherwise`.
  long oldestEntry(final long otherwise) {
    long oldest = Long.MAX_VALUE;
    for (final var item : items) {
      if (item.isEntry && item.sequence < oldest) {
        oldest = item.sequence;
      }
    }
    return oldest == Long.MAX_VALUE ? otherwise : oldest;
  }

  /// Forgets the entries after a sequence, because they are going to be written again. Answers what
  /// the dispatcher handed over of them.
  List<DispatchedFrame> forgetEntriesAfter(final long sequence) {
    final var dispatched = new ArrayList<DispatchedFrame>();
    if (!items.isEmpty()) {
      items.removeIf(item -> {
        final boolean out = item.isEntry && item.sequence > sequence;
        if (out && item.dispatched != null) {
          dispatched.add(item.dispatched);
        }
        return out;
      });
      shrink();
    }
    return dispatched;
  }

  /// The channel is gone.
  List<DispatchedFrame> clear() {
    final var dispatched = new ArrayList<DispatchedFrame>();
    for (final var item : items) {
      if (item.dispatched != null) {
        dispatched.add(item.dispatched);
      }
    }
    items = List.of();
    return dispatched;
  }

  /// An idle phone keeps no list.
  private void shrink() {
    if (items.isEmpty()) {
      items = List.of();
    }
  }
}
