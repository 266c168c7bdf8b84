package dev.reveille.storage.sqlite;

import dev.reveille.model.Job;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.GroupWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes the journal: it takes what is queued, commits it as one row, hands it
/// to the reader, and only then answers the callers.
///
/// A group that cannot be committed answers `Failed` to exactly its submissions. Its notes are kept
/// and go with the next group, because no caller waits for an answer and none may be lost.
final class JournalWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final int MOST_EVENTS = 2_000;
  private static final int MOST_BYTES = 4 << 20;

  /// What one group may lead to: entries of inboxes and lines. Calls that come meanwhile wait for
  /// one group, and what it leads to must not fill the room that is kept for them.
  private static final int MOST_ROWS = 4_000;

  private static final Duration LONGEST_FOR_ROOM = Duration.ofSeconds(10);

  /// How long the writer waits for room before it looks for urgent events again.
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

  private final WriterQueue queue;
  private final JournalDays days;
  private final DuplicateCheck keys;
  private final GroupWriter packer;
  private final DiskRoom room;
  private final Unfolded unfolded;
  private final Consumer<CommittedGroup> projections;
  private final InstantSource clock;

  /// Held during each commit; the maintenance thread takes it to let the log begin anew.
  private final ReentrantLock commitLock = new ReentrantLock();

  private final ArrayDeque<Note> notes = new ArrayDeque<>();

  /// Who waits for the notes to be on disk.
  private final List<Runnable> untold = new ArrayList<>();

  private boolean failing;
  private volatile Consumer<List<StoredJob>> reader = _ -> {};
  private volatile long lastSequence;

  JournalWriter(
      final WriterQueue queue,
      final JournalDays days,
      final DuplicateCheck keys,
      final long seed,
      final DiskRoom room,
      final Unfolded unfolded,
      final Consumer<CommittedGroup> projections,
      final InstantSource clock,
      final long lastSequence) {
    this.queue = queue;
    this.days = days;
    this.keys = keys;
    this.packer = new GroupWriter(seed);
    this.room = room;
    this.unfolded = unfolded;
    this.projections = projections;
    this.clock = clock;
    this.lastSequence = lastSequence;
  }

  void onCommit(final Consumer<List<StoredJob>> to) {
    reader = to;
  }

  long lastSequence() {
    return lastSequence;
  }

  ReentrantLock commitLock() {
    return commitLock;
  }

  @Override
  public void run() {
    try {
      while (!queue.isClosed()) {
        write(queue.take(notes.isEmpty() ? Long.MAX_VALUE : RETRY));
      }
      write(queue.take(0));
      if (!notes.isEmpty()) {
        LOG.error("{} notes could not be written before the end", notes.size());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Events first, in groups of bearable size; notes ride with the last one.
  private void write(final WriterQueue.Work work) {
    final List<Submission> all = work.submissions();
    notes.addAll(work.notes());
    untold.addAll(work.committed());
    int from = 0;
    while (from < all.size()) {
      urgentFirst(all.subList(from, all.size()), from > 0);
      if (from > 0 && !WriterQueue.isUrgent(all.get(from))) {
        letUrgentPass();
      }
      from = writeGroup(all, from);
    }
    int before = Integer.MAX_VALUE;
    while (!notes.isEmpty() && notes.size() < before) {
      before = notes.size();
      writeGroup(List.of(), 0);
      letUrgentPass();
    }
    if (notes.isEmpty()) {
      untold.forEach(JournalWriter::tell);
      untold.clear();
    }
  }

  /// While the projections are too far behind, or the work is more than a group, calls and their
  /// ends go before everything else that is left. Among themselves, and otherwise, events stay in
  /// the order in which they were handed in.
  private void urgentFirst(final List<Submission> left, final boolean isLarge) {
    if (isLarge || !unfolded.awaitRoom(Duration.ZERO)) {
      left.sort(Comparator.comparing(one -> !WriterQueue.isUrgent(one)));
    }
  }

  /// Calls that were handed in since do not wait for the rest of a large work, in which none is
  /// left.
  private void letUrgentPass() {
    final List<Submission> passing = queue.takeUrgent();
    int from = 0;
    while (from < passing.size()) {
      from = writeGroup(passing, from); // waits for room as well: this may have been the last
    }
  }

  /// Writes one group from `all` and answers where the next one begins.
  private int writeGroup(final List<Submission> all, final int from) {
    if (from < all.size() && room.left() <= 0) {
      return writeGroup(all, from, Room.FOR_ALL); // is refused, at once
    }
    return writeGroup(
        all, from, awaitRoom(from < all.size() && WriterQueue.isUrgent(all.get(from))));
  }

  /// Whether there is room in the projections for the next group.
  private enum Room {
    FOR_ALL,
    FOR_URGENT,
    NONE
  }

  /// Waits for room. Calls that come meanwhile are written: an organisation that floods must not
  /// keep those of others waiting until its messages are folded.
  ///
  /// @param urgent what is to be written next begins with an urgent event
  private Room awaitRoom(final boolean urgent) {
    final long until = System.nanoTime() + LONGEST_FOR_ROOM.toNanos();
    while (!unfolded.awaitRoom(BETWEEN_LOOKS)) {
      if (unfolded.hasRoomForUrgent()) {
        if (urgent) {
          return Room.FOR_URGENT;
        }
        letUrgentPass();
      }
      if (System.nanoTime() - until >= 0 || Thread.currentThread().isInterrupted()) {
        return Room.NONE;
      }
    }
    return Room.FOR_ALL;
  }

  private int writeGroup(final List<Submission> all, final int from, final Room roomThere) {
    final Instant at = clock.instant();
    final Group group = new Group(all, from, lastSequence + 1, at);
    try {
      refuseWithoutRoom(group, roomThere);
      days.roll(at);
      packer.begin(group.first, at);
      pack(group, roomThere);
      if (group.to == all.size() && roomThere == Room.FOR_ALL) { // else after what waits for room
        rideAlong(group.riding);
      }
      if (!group.stored.isEmpty() || !group.riding.isEmpty()) {
        commit(group);
      }
    } catch (SQLException | RuntimeException e) {
      group.to = Math.max(group.to, Math.min(from + 1, all.size()));
      failed(e, group.answers, group.to - from, group.first);
      for (int i = group.riding.size() - 1; i >= 0; i--) {
        notes.addFirst(group.riding.get(i));
      }
    }
    if (!group.stored.isEmpty() && lastSequence >= group.first) {
      try {
        reader.accept(group.stored);
      } catch (RuntimeException e) {
        LOG.error("a reader of the journal failed to process a committed group", e);
      }
    }
    group.tellAnswers();
    return group.to;
  }

  /// What is written together: submissions from a place on, and notes.
  private static final class Group {
    private final List<Submission> all;
    private final int from;
    private final long first;
    private final Instant at;
    private final List<Answer> answers = new ArrayList<>();
    private final List<StoredJob> stored = new ArrayList<>();
    private final List<Note> riding = new ArrayList<>();
    private int to;
    private int calls;

    /// @param first the sequence of the first job that is stored
    Group(final List<Submission> all, final int from, final long first, final Instant at) {
      this.all = all;
      this.from = from;
      this.first = first;
      this.at = at;
      this.to = from;
    }

    void tellAnswers() {
      for (int i = 0; i < answers.size(); i++) {
        final Answer answer = answers.get(i);
        final Submission submission = all.get(from + i);
        tell(() -> submission.receipt().answered(answer));
      }
    }
  }

  /// Submissions that cannot be stored are refused group by group, so that each is answered.
  private void refuseWithoutRoom(final Group group, final Room roomThere) {
    if (group.from < group.all.size() && room.left() <= 0) {
      group.to = Math.min(group.all.size(), group.from + MOST_EVENTS);
      throw new StoreException(
          "The disk is below the floor.", "Free space on the disk of the data directory.");
    }
    if (roomThere == Room.NONE) {
      group.to = Math.min(group.all.size(), group.from + MOST_EVENTS);
      throw new StoreException(
          "The projections are too far behind the journal.",
          "See the log for what keeps them; look at the disk's speed.");
    }
  }

  /// Packs as many submissions as a group may have. One that is known already is answered with what
  /// is known of it, and not stored.
  private void pack(final Group group, final Room roomThere) {
    int rows = 0;
    keys.lock();
    try {
      keys.begin(group.stored, group.at);
      for (;
          group.to < group.all.size()
              && group.stored.size() < MOST_EVENTS
              && rows < MOST_ROWS
              && packer.size() < MOST_BYTES;
          group.to++) {
        final Submission submission = group.all.get(group.to);
        if (roomThere == Room.FOR_URGENT && !WriterQueue.isUrgent(submission)) {
          break;
        }
        final Job job = submission.job();
        final long fingerprint = packer.job(job, submission.contentHash());
        final Answer known = keys.check(fingerprint, submission);
        if (known == null) {
          final long sequence = group.first + group.stored.size();
          keys.put(fingerprint, sequence, submission);
          group.stored.add(new StoredJob(sequence, group.at, job));
          rows += CommittedGroup.recipientsOf(group.stored.getLast()).size();
          group.answers.add(new Answer.Stored(sequence));
          group.calls += SqliteJournal.isCall(job) ? 1 : 0;
        } else {
          packer.withdrawJob();
          group.answers.add(known);
        }
      }
    } finally {
      keys.unlock();
    }
  }

  private void rideAlong(final List<Note> riding) {
    while (!notes.isEmpty() && riding.size() < MOST_ROWS && packer.size() < MOST_BYTES) {
      final Note note = notes.removeFirst();
      try {
        packer.note(note);
        riding.add(note);
      } catch (RuntimeException e) {
        LOG.error("a note cannot be written and is left out", e);
      }
    }
  }

  private void commit(final Group group) throws SQLException {
    final byte[] body = packer.finish();
    commitLock.lock();
    try {
      days.insert(group.first, group.at, group.calls, body);
    } finally {
      commitLock.unlock();
    }
    room.wrote(body.length);
    final CommittedGroup committed =
        new CommittedGroup(
            group.first, group.at, group.stored, group.riding, body, packer.noteOffsets());
    // Visible before the sequence is: a reader that sees the sequence finds the event.
    try {
      projections.accept(committed);
    } catch (RuntimeException e) {
      LOG.error("a committed group is not visible before the next start", e);
    }
    lastSequence = committed.last();
    keys.committed();
    failing = false;
  }

  private void failed(
      final Exception cause, final List<Answer> answers, final int count, final long first) {
    if (!failing) {
      LOG.error("events are refused because a commit failed: {}", cause.toString());
      failing = true;
    }
    keys.takeBack();
    final Answer failed =
        new Answer.Failed(
            cause instanceof StoreException ? cause : Database.failed(days.newestFile(), cause));
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof Answer.Stored
          || (answers.get(i) instanceof Answer.Repeat(var sequence) && sequence >= first)
          || (answers.get(i) instanceof Answer.Conflict(var known) && known >= first)
          || (answers.get(i) instanceof Answer.CallKnown(var call) && call.sequence() >= first)) {
        answers.set(i, failed);
      }
    }
    while (answers.size() < count) {
      answers.add(failed);
    }
  }

  private static void tell(final Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      LOG.error("a receipt failed", e);
    }
  }
}
