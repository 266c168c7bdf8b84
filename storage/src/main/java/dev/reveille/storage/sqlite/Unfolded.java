package dev.reveille.storage.sqlite;

import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The committed groups that the projections on disk do not show yet, with an index of what is new
/// per user.
///
/// The writer's thread adds, the projector removes, all threads read. Bounded: while too much is
/// waiting to be folded, [#awaitRoom] holds the writer back, and a quarter more is kept for what is
/// urgent.
final class Unfolded {
  /// Something new for one user: an event or a note. The newest comes first; each knows the one
  /// before it. What is folded already may still hang at the end.
  static final class News {
    private final long group;
    private final @Nullable StoredJob job;
    private final @Nullable Note note;
    private volatile @Nullable News older;

    private News(
        final long group,
        final @Nullable StoredJob job,
        final @Nullable Note note,
        final @Nullable News older) {
      this.group = group;
      this.job = job;
      this.note = note;
      this.older = older;
    }

    /// The event; null where a note is new.
    @Nullable StoredJob job() {
      return job;
    }

    /// The note; null where an event is new.
    @Nullable Note note() {
      return note;
    }

    @Nullable News older() {
      return older;
    }
  }

  private final long mostBytes;
  private final ConcurrentSkipListMap<Long, CommittedGroup> groups = new ConcurrentSkipListMap<>();
  private final Map<UserId, News> users = new ConcurrentHashMap<>();

  /// Guards `bytes`.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private long bytes;

  Unfolded(final long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void add(final CommittedGroup group) {
    groups.put(group.first(), group);
    for (final StoredJob stored : group.jobs()) {
      final List<UserId> recipients = CommittedGroup.recipientsOf(stored);
      for (int i = 0; i < recipients.size(); i++) {
        put(recipients.get(i), group.first(), stored, null);
      }
    }
    for (final Note note : group.notes()) {
      switch (note) {
        case Note.Marked marked -> put(marked.user(), group.first(), null, marked);
        case Note.ReadUpTo read -> put(read.user(), group.first(), null, read);
        case Note.Cursor cursor -> put(cursor.user(), group.first(), null, cursor);
        case Note.TrailLine _, Note.Parked _, Note.Unparked _, Note.Advanced _ -> {}
      }
    }
    lock.lock();
    try {
      final long before = bytes;
      bytes += group.weight();
      if (before < foldAt() && bytes >= foldAt()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void put(
      final UserId user,
      final long group,
      final @Nullable StoredJob job,
      final @Nullable Note note) {
    users.put(user, new News(group, job, note, users.get(user)));
  }

  /// When so much waits, folding begins at once: large batches touch each page once.
  private long foldAt() {
    return mostBytes / 4;
  }

  /// Whether there is room for urgent events.
  boolean hasRoomForUrgent() {
    lock.lock();
    try {
      return bytes <= mostBytes + mostBytes / 4;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is room; false when there is none in time.
  boolean awaitRoom(final Duration longest) {
    lock.lock();
    try {
      long left = longest.toNanos();
      while (bytes > mostBytes && left > 0) {
        left = changed.awaitNanos(left);
      }
      return bytes <= mostBytes;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  boolean isWorthFolding() {
    lock.lock();
    try {
      return bytes >= foldAt();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until folding is worth while or the time is over.
  void awaitWork(final long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (bytes < foldAt()) {
        changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Rests for a while after a fault, or until another thread wakes the projector.
  void pause(final long nanos) {
    lock.lock();
    try {
      if (changed.awaitNanos(nanos) > 0) {
        return; // woken: the next fold tells whether the fault is over
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  void wakeProjector() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// What is to be folded next, oldest first, not much more than a quarter of all that may wait.
  List<CommittedGroup> next() {
    final List<CommittedGroup> some = new ArrayList<>();
    long size = 0;
    for (final CommittedGroup group : groups.values()) {
      some.add(group);
      size += group.weight();
      if (size >= foldAt()) {
        break;
      }
    }
    return some;
  }

  /// Forgets what is on disk now.
  void remove(final List<CommittedGroup> done) {
    final long upTo = done.getLast().first();
    long gone = 0;
    for (final CommittedGroup group : done) {
      groups.remove(group.first());
      gone += group.weight();
      for (final StoredJob stored : group.jobs()) {
        CommittedGroup.recipientsOf(stored).forEach(user -> prune(user, upTo));
      }
      for (final Note note : group.notes()) {
        switch (note) {
          case Note.Marked marked -> prune(marked.user(), upTo);
          case Note.ReadUpTo read -> prune(read.user(), upTo);
          case Note.Cursor cursor -> prune(cursor.user(), upTo);
          case Note.TrailLine _, Note.Parked _, Note.Unparked _, Note.Advanced _ -> {}
        }
      }
    }
    lock.lock();
    try {
      bytes -= gone;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void prune(final UserId user, final long upTo) {
    final News newest = users.get(user);
    if (newest == null) {
      return;
    }
    if (newest.group <= upTo && users.remove(user, newest)) {
      return;
    }
    News at = newest;
    for (News older = at.older; older != null; older = at.older) {
      if (older.group <= upTo) {
        at.older = null;
        return;
      }
      at = older;
    }
  }

  long lastGroup() {
    final Map.Entry<Long, CommittedGroup> last = groups.lastEntry();
    return last == null ? 0 : last.getKey();
  }

  Collection<CommittedGroup> groups() {
    return groups.values();
  }

  /// Groups that may hold notes about this event.
  Collection<CommittedGroup> groupsSince(final long sequence) {
    final Long from = groups.floorKey(sequence);
    return from == null ? groups.values() : groups.tailMap(from, true).values();
  }

  /// The newest of what is new for a user; null when nothing is.
  @Nullable News newestOf(final UserId user) {
    return users.get(user);
  }

  /// What is new for a user, newest first.
  List<News> of(final UserId user) {
    final List<News> all = new ArrayList<>();
    for (News at = users.get(user); at != null; at = at.older) {
      all.add(at);
    }
    return all;
  }

  Optional<StoredJob> find(final long sequence) {
    final Map.Entry<Long, CommittedGroup> entry = groups.floorEntry(sequence);
    if (entry == null) {
      return Optional.empty();
    }
    final long place = sequence - entry.getKey();
    return place < entry.getValue().jobs().size()
        ? Optional.of(entry.getValue().jobs().get((int) place))
        : Optional.empty();
  }
}
