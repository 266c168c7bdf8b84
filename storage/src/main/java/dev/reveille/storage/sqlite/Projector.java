package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies committed groups of the journal to the projections (*folds* them), many at a time, on a
/// thread and files of its own, so that no commit of the journal waits for a B-tree.
///
/// A group can be folded again: rows have keys that follow from the journal, and lines of the trail
/// that came after the last safe fold are removed first. So these files need no fsync per commit.
/// From time to time all of them are flushed to disk, and `safe` is the sequence up to which that
/// is done; after a crash the journal is folded again from there. A fold holds `folding`, since
/// other threads may ask for one too ([#foldAll]), which then blocks on the disk.
final class Projector implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Projector.class);
  private static final long SAFE_EVERY_BYTES = 64L << 20;
  private static final long SAFE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LARGE_LOG = 64L << 20;
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final ReadSources sources;
  private final SqliteWaitingRoom waiting;
  private final OpenEvents open;
  private final SendRows sends;
  private final ScheduledSendRows farAhead;
  private final Duration every;

  /// One fold at a time: that of the thread, or one that a caller asks for.
  private final ReentrantLock folding = new ReentrantLock();

  private volatile boolean closed;
  private long unsafeBytes;
  private long safeAt = System.nanoTime();
  private long folded;
  private long safe;

  Projector(
      final ReadSources sources,
      final SqliteWaitingRoom waiting,
      final ScheduledSendRows farAhead,
      final Duration every,
      final long safe) {
    this.sources = sources;
    this.waiting = waiting;
    this.open = new OpenEvents(sources.present().writer(), sources.present().fact("folded"));
    this.sends =
        new SendRows(sources.present().writer(), farAhead, sources.present().fact("folded"));
    this.farAhead = farAhead;
    this.every = every;
    this.folded = safe;
    this.safe = safe;
  }

  @Override
  public void run() {
    boolean failing = false;
    while (!closed) {
      try {
        sources.unfolded().awaitWork(every.toNanos());
        if (!closed) {
          foldAll();
          failing = false;
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.error("the projections fall behind: {}", e.toString());
          failing = true;
        }
        sources.unfolded().pause(PAUSE_NANOS);
      }
    }
  }

  /// Folds everything that is committed now.
  void foldAll() {
    folding.lock();
    try {
      final long end = sources.unfolded().groups().isEmpty() ? 0 : sources.unfolded().lastGroup();
      for (List<CommittedGroup> some = sources.unfolded().next();
          !some.isEmpty() && some.getFirst().first() <= end;
          some = sources.unfolded().next()) {
        fold(some);
      }
      if (folded > safe
          && (unsafeBytes > SAFE_EVERY_BYTES || System.nanoTime() - safeAt > SAFE_EVERY_NANOS)) {
        makeSafe();
      }
    } finally {
      folding.unlock();
    }
  }

  private void fold(final List<CommittedGroup> groups) {
    final List<Database> touched = new ArrayList<>();
    final long part = groups.getFirst().first();
    final long last = groups.getLast().last();
    final List<SqliteWaitingRoom.Change> changes = waiting.changesUpTo(last);
    boolean done = false;
    try {
      final ProjectionBatch batch =
          new ProjectionBatch(sources.hashes(), sources.journal(), open, sends);
      for (final CommittedGroup group : groups) {
        batch.add(group);
        unsafeBytes += group.body().length;
      }
      for (final var day : batch.days().entrySet()) {
        final HistoryDay file = sources.history().day(day.getKey());
        touched.add(file.writer());
        file.writer().begin();
        file.write(day.getValue(), part);
      }
      touched.add(sources.present().writer());
      sources.present().writer().begin();
      batch.writePresent(sources.present());
      waiting.write(sources.present().writer(), changes);
      farAhead.write();
      sources.present().keepFact("folded", last);
      sources.history().lock().writeLock().lock();
      try {
        for (final Database file : touched) {
          file.commit();
        }
        sources.unfolded().remove(groups);
      } finally {
        sources.history().lock().writeLock().unlock();
      }
      waiting.written(changes);
      farAhead.committed();
      folded = last;
      done = true;
      keepLogsSmall(touched);
    } catch (SQLException e) {
      throw Database.failed(sources.present().writer().file(), e);
    } finally {
      if (!done) {
        touched.forEach(Projector::rollback);
        // The driver gives up statements that failed, and batches may be half full.
        open.forget();
        sends.forget();
        farAhead.forget();
        waiting.forgetStatements();
        sources.history().all().forEach(HistoryDay::forgetStatements);
      }
    }
  }

  private static void rollback(final Database file) {
    try {
      file.rollback();
    } catch (SQLException e) {
      LOG.error("{} could not be rolled back: {}", file.file(), e.toString());
    }
  }

  /// Between folds no thread writes here, so the log can be moved into the file as a whole.
  private static void keepLogsSmall(final List<Database> files) throws SQLException {
    for (final Database file : files) {
      if (file.logSize() > LARGE_LOG) {
        file.checkpoint();
      }
    }
  }

  private void makeSafe() {
    try {
      for (final HistoryDay day : sources.history().all()) {
        if (day.writer().logSize() > 0) {
          day.writer().sync();
          day.writer().checkpoint();
        }
      }
      sources.present().writer().sync();
      sources
          .present()
          .writer()
          .locked(() -> {
            sources.present().writer().checkpoint();
            sources.present().keepFact("safe", folded);
            return true;
          });
      safe = folded;
      unsafeBytes = 0;
      safeAt = System.nanoTime();
    } catch (SQLException | IOException e) {
      throw Database.failed(sources.present().writer().file(), e);
    }
  }

  /// Ends the thread's work; what is committed then is folded and safe.
  void close() {
    closed = true;
    sources.unfolded().wakeProjector();
    folding.lock();
    try {
      foldAll();
      makeSafe();
    } finally {
      folding.unlock();
    }
  }
}
