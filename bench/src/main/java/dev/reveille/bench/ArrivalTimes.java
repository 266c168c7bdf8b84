package dev.reveille.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Records which event reached which phone, how often, and after how long. It keeps identities and
/// never sums, so that one lost event and one doubled are two faults and not a good total.
/// Thread-safe.
final class ArrivalTimes {
  private static final int SHOWN = 5;

  /// An event at a phone it is meant for.
  private record Due(String event, String phone) {
    @Override
    public String toString() {
      return event + " at " + phone;
    }
  }

  /// What did not come exactly once.
  ///
  /// @param lost events that never came to a phone they were meant for
  /// @param doubled that came there more than once
  /// @param astray that came to a phone they were not meant for, or were never sent
  record Faults(List<String> lost, List<String> doubled, List<String> astray) {
    int count() {
      return lost.size() + doubled.size() + astray.size();
    }

    /// The first of each kind.
    @Override
    public String toString() {
      return told("lost", lost) + ", " + told("doubled", doubled) + ", " + told("astray", astray);
    }

    private static String told(final String what, final List<String> which) {
      final var first = which.subList(0, Math.min(SHOWN, which.size()));
      return which.size() + " " + what + (first.isEmpty() ? "" : " " + first);
    }
  }

  private final Map<Due, AtomicInteger> times = new ConcurrentHashMap<>();
  private final Queue<String> astray = new ConcurrentLinkedQueue<>();
  private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();

  /// An event is about to be handed in.
  void sent(final String event, final Collection<String> phones) {
    for (final var phone : phones) {
      if (times.putIfAbsent(new Due(event, phone), new AtomicInteger()) == null) {
        open.incrementAndGet();
      }
    }
  }

  /// @param took from the hand-in, in milliseconds
  void arrived(final String event, final String phone, final double took) {
    final var due = new Due(event, phone);
    final var count = times.get(due);
    if (count == null) {
      astray.add(due.toString());
      return;
    }
    if (count.incrementAndGet() == 1) {
      open.decrementAndGet();
      millis.add(took);
    }
  }

  /// How many of those due have come.
  int come() {
    return times.size() - open.get();
  }

  /// Waits until all have come, or the time is over, and then a moment for what comes too often.
  Faults await(final Duration longest) throws InterruptedException {
    final long until = System.nanoTime() + longest.toNanos();
    while (open.get() > 0 && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    Thread.sleep(200);
    return faults();
  }

  Faults faults() {
    final var lost = new ArrayList<String>();
    final var doubled = new ArrayList<String>();
    times.forEach((due, count) -> {
      if (count.get() == 0) {
        lost.add(due.toString());
      } else if (count.get() > 1) {
        doubled.add(due.toString());
      }
    });
    return new Faults(lost, doubled, List.copyOf(astray));
  }

  /// How long the first arrival of each took.
  List<Double> millis() {
    return List.copyOf(millis);
  }
}
