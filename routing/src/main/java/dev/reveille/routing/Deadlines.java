package dev.reveille.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/// The acknowledgement deadlines of frames, the earliest first. An entry is not removed when its
/// frame is acknowledged; it counts for nothing and stays here until its moment, or until it is the
/// first. A piece of work that replaces another keeps the deadline of its frame.
///
/// Belongs to the dispatcher's thread.
final class Deadlines {
  static final int BETWEEN_CLOCKS = 32;

  private record Deadline(Instant at, Work work) {}

  private final PriorityQueue<Deadline> first =
      new PriorityQueue<>(Comparator.comparing(Deadline::at));

  /// A frame of this work is out.
  void add(final Work work) {
    first.add(new Deadline(work.liveUntil, work));
  }

  /// Takes out what is over, as long as there is time in this turn; void ones cost little, so that
  /// the time is looked at after some of them. Answers when to ask again at the latest.
  ///
  /// @param over told of the work whose frame was not answered in time
  Instant sweep(final Instant now, final Budget budget, final Consumer<Work> over) {
    int looked = 0;
    for (var next = first.peek(); next != null; next = first.peek()) {
      final boolean isOut = next.work.isHeldOut();
      if (isOut && now.isBefore(next.at)) {
        return next.at;
      }
      if ((isOut || ++looked % BETWEEN_CLOCKS == 0) && budget.isSpent()) {
        return now;
      }
      first.poll();
      if (isOut && !now.isBefore(next.work.liveUntil)) {
        over.accept(next.work);
      }
    }
    return Instant.MAX;
  }

  /// The clock was set.
  void clockSet(final Duration step) {
    final var before = List.copyOf(first);
    first.clear();
    before.forEach(one -> first.add(new Deadline(one.at.plus(step), one.work)));
  }
}
