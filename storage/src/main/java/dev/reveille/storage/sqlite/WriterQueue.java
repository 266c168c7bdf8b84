package dev.reveille.storage.sqlite;

import dev.reveille.model.Lane;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The input queue of the journal's writer. To put something in takes the lock for the length of
/// one copy; the writer takes everything at once. While only notes are queued the writer waits a
/// little, because they can be committed with the next event; and events that come in quick
/// succession are gathered into one commit.
///
/// Thread-safe, by one lock. Without a limit of its own: the intake's credits bound it. Throws
/// [dev.reveille.routing.port.StoreException] when something is put in after [#close].
final class WriterQueue {
  /// How long a note may wait for an event to ride with.
  private static final long NOTE_PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

  /// The least time between two commits while events come quickly.
  private static final long PACE = TimeUnit.MILLISECONDS.toNanos(1);

  /// So many events in one group are quick; each pace then brings at least as many.
  private static final int BUSY = 4;

  /// A group that need not grow any more.
  private static final int ENOUGH = 256;

  /// Everything that was handed in since the last look.
  record Work(List<Submission> submissions, List<Note> notes, List<Runnable> committed) {
    boolean isEmpty() {
      return submissions.isEmpty() && notes.isEmpty() && committed.isEmpty();
    }
  }

  private final long pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Submission> submissions = new ArrayList<>();
  private List<Note> notes = new ArrayList<>();
  private List<Runnable> committed = new ArrayList<>();
  private long notesDue;
  private boolean writerSleeps;
  private boolean gathering;
  private boolean busy;
  private long takenAt;
  private boolean closed;

  WriterQueue() {
    this(PACE);
  }

  /// @param pace nanoseconds
  WriterQueue(final long pace) {
    this.pace = pace;
  }

  void append(final List<Submission> more) {
    lock.lock();
    try {
      refuseWhenClosed();
      submissions.addAll(more);
      if (submissions.size() >= ENOUGH) {
        gathered();
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  void note(final List<? extends Note> more) {
    if (more.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      refuseWhenClosed();
      if (notes.isEmpty()) {
        notesDue = System.nanoTime() + NOTE_PATIENCE;
        wake();
      }
      notes.addAll(more);
    } finally {
      lock.unlock();
    }
  }

  void noteDurably(final List<? extends Note> more, final Runnable told) {
    lock.lock();
    try {
      refuseWhenClosed();
      notes.addAll(more);
      committed.add(told);
      gathered();
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for work, at most so long, and takes all of it.
  Work take(final long mostNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = mostNanos;
      while (submissions.isEmpty() && committed.isEmpty() && !closed) {
        if (!notes.isEmpty()) { // they may be older than this call, of which no signal came
          left = Math.min(left, notesDue - System.nanoTime());
        }
        if (left <= 0) {
          break;
        }
        writerSleeps = true;
        left = changed.awaitNanos(left);
      }
      writerSleeps = false;
      if (busy && !submissions.isEmpty()) {
        gather();
      }
      busy = submissions.size() >= BUSY;
      takenAt = System.nanoTime();
      final Work work = new Work(submissions, notes, committed);
      submissions = new ArrayList<>();
      notes = new ArrayList<>();
      committed = new ArrayList<>();
      return work;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the urgent events out of those that wait, in their order.
  List<Submission> takeUrgent() {
    lock.lock();
    try {
      final List<Submission> urgent = new ArrayList<>(0);
      submissions.removeIf(one -> isUrgent(one) && urgent.add(one));
      return urgent;
    } finally {
      lock.unlock();
    }
  }

  static boolean isUrgent(final Submission submission) {
    return submission.job().lane() == Lane.URGENT;
  }

  /// A commit costs the same for one event as for many, and so does what follows it: the wake-up of
  /// the dispatcher, a write to each connection. So while events come quickly, commits keep a pace.
  /// A change that comes alone, or one after the other, never waits here.
  private void gather() throws InterruptedException {
    long left = takenAt + pace - System.nanoTime();
    gathering = true;
    while (gathering && left > 0 && submissions.size() < ENOUGH && committed.isEmpty() && !closed) {
      left = changed.awaitNanos(left);
    }
    gathering = false;
  }

  private void gathered() {
    if (gathering) {
      gathering = false;
      changed.signal();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (writerSleeps) {
      writerSleeps = false;
      changed.signal();
    }
  }

  private void refuseWhenClosed() {
    if (closed) {
      throw new StoreException("The store is closed.", "Hand in events before the shutdown.");
    }
  }
}
