package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.WaitingRoom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Credits at the door. An event takes a credit when it is let in and gives it back when it is
/// dispatched, so that a fast sender cannot build a backlog in the heap. Calls and their ends have a
/// reserve of their own. Waiting rows and the disk have their limits too; all are checked before
/// anything is stored.
///
/// Thread-safe.
final class Admission {
  /// @param mostInHeap events let in and not yet dispatched, for lanes other than urgent
  /// @param urgentReserve how many more urgent events are let in
  /// @param mostWaiting rows in the waiting room before only urgent events are let in
  record Limits(int mostInHeap, int urgentReserve, long mostWaiting) {
    static final Limits DEFAULT = new Limits(20_000, 5_000, 5_000_000);
  }

  record Refused(Reason why, Duration retryAfter) {}

  private final EventJournal journal;
  private final WaitingRoom waiting;
  private final Limits limits;
  private final AtomicLong inHeap = new AtomicLong();

  Admission(final EventJournal journal, final WaitingRoom waiting, final Limits limits) {
    this.journal = journal;
    this.waiting = waiting;
    this.limits = limits;
  }

  /// Takes a credit, or says why there is none.
  @org.jspecify.annotations.Nullable Refused refuses(final Lane lane) {
    final boolean urgent = lane == Lane.URGENT;
    final long most = limits.mostInHeap + (urgent ? limits.urgentReserve : 0);
    if (inHeap.incrementAndGet() > most) {
      inHeap.decrementAndGet();
      return new Refused(Reason.BACKLOG_FULL, Duration.ofSeconds(1));
    }
    if (!urgent && waiting.size() > limits.mostWaiting) {
      inHeap.decrementAndGet();
      return new Refused(Reason.BACKLOG_FULL, Duration.ofSeconds(30));
    }
    if (journal.roomLeft() <= 0) {
      inHeap.decrementAndGet();
      return new Refused(Reason.DISK_LOW, Duration.ofSeconds(60));
    }
    return null;
  }

  /// Gives a credit back.
  void over(final Lane lane) {
    inHeap.decrementAndGet();
  }

  long inHeap() {
    return inHeap.get();
  }
}
