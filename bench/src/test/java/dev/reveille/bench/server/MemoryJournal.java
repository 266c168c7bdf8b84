package dev.reveille.bench.server;

import dev.reveille.model.CallId;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A journal with one writing thread, groups, and the same order of telling as the durable one, but
/// without a disk: what is queued is taken, visible and told at once. After a restart it is empty.
final class MemoryJournal implements EventJournal {
  /// Of a process: a position of a former one is a gap.
  static final long EPOCH = System.currentTimeMillis();

  private static final Logger LOG = LoggerFactory.getLogger(MemoryJournal.class);
  private static final int MOST_EVENTS = 2_000;
  private static final long NOTES_WAIT = TimeUnit.MILLISECONDS.toNanos(20);

  private final MemoryEvents events;
  private final Consumer<Note> waiting;
  private final Thread writer;

  /// Guards what is queued.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition queued = lock.newCondition();
  private List<Submission> submissions = new ArrayList<>();
  private List<Note> notes = new ArrayList<>();
  private List<Runnable> durably = new ArrayList<>();
  private boolean closed;
  private volatile Consumer<List<StoredJob>> reader = _ -> {};

  /// @param waiting is given notes about waiting work
  MemoryJournal(final MemoryEvents events, final Consumer<Note> waiting) {
    this.events = events;
    this.waiting = waiting;
    this.writer = Thread.ofPlatform().name("memory-journal").start(this::write);
  }

  private void write() {
    try {
      while (true) {
        final List<Submission> group;
        final List<Note> noted;
        final List<Runnable> told;
        lock.lock();
        try {
          long patience = NOTES_WAIT;
          while (!closed && submissions.isEmpty() && durably.isEmpty()) {
            if (notes.isEmpty()) {
              queued.await();
            } else if (patience <= 0) {
              break;
            } else {
              patience = queued.awaitNanos(patience);
            }
          }
          if (closed && submissions.isEmpty() && durably.isEmpty() && notes.isEmpty()) {
            return;
          }
          group = submissions;
          noted = notes;
          told = durably;
          submissions = new ArrayList<>();
          notes = new ArrayList<>();
          durably = new ArrayList<>();
        } finally {
          lock.unlock();
        }
        for (int from = 0; from < group.size(); from += MOST_EVENTS) {
          take(group.subList(from, Math.min(group.size(), from + MOST_EVENTS)));
        }
        noted.forEach(events::noted);
        noted.forEach(waiting);
        told.forEach(MemoryJournal::tell);
        events.forget();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(final List<Submission> group) {
    final var fresh = new ArrayList<StoredJob>();
    final var answers = new ArrayList<Answer>();
    for (final var one : group) {
      answers.add(events.take(one, fresh));
    }
    if (!fresh.isEmpty()) {
      tell(() -> reader.accept(List.copyOf(fresh)));
    }
    for (int i = 0; i < answers.size(); i++) {
      final var receipt = group.get(i).receipt();
      final var answer = answers.get(i);
      tell(() -> receipt.answered(answer));
    }
  }

  private static void tell(final Runnable who) {
    try {
      who.run();
    } catch (RuntimeException e) {
      LOG.error("what was told of a group failed", e);
    }
  }

  private void queue(final Runnable adding) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      adding.run();
      queued.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void append(final List<Submission> some) {
    queue(() -> submissions.addAll(some));
  }

  @Override
  public void note(final List<Note> some) {
    queue(() -> notes.addAll(some));
  }

  @Override
  public void noteDurably(final List<Note> some, final Runnable committed) {
    queue(() -> {
      notes.addAll(some);
      durably.add(committed);
    });
  }

  @Override
  public void onCommit(final Consumer<List<StoredJob>> to) {
    reader = to;
  }

  @Override
  public Optional<StoredJob> find(final long sequence) {
    return events.find(sequence);
  }

  @Override
  public Optional<StoredJob> find(final EventKey key) {
    return events.find(key);
  }

  @Override
  public Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
    return events.findCall(organisation, call);
  }

  @Override
  public void eachCallSince(final Instant from, final Consumer<StoredJob> reader) {
    // a former process left nothing
  }

  @Override
  public List<Unfinished> unfinished() {
    return List.of();
  }

  @Override
  public long lastSequence() {
    return events.last();
  }

  @Override
  public long epoch() {
    return EPOCH;
  }

  @Override
  public IdKey idKey() {
    return new IdKey(EPOCH, EPOCH);
  }

  @Override
  public long roomLeft() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queued.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
