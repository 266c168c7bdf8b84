package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The background work of the store, on a thread of its own so that it does not hold up the writer:
/// checkpoints, spilling keys to files, checking the disk, deleting old days. A fault is logged and
/// tried again half a second later. [#once] may be called by other threads too, and blocks.
final class Maintenance implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final long EVERY_MILLIS = 500;

  private static final long WORTH_A_CHECKPOINT = 4L << 20;

  /// A log with readers all the time is never begun anew; from here on the writer waits for one
  /// checkpoint.
  private static final long TOO_LARGE = 64L << 20;

  private final JournalDays journal;
  private final HistoryDays history;
  private final RetentionRows oldRows;
  private final MainDatabase database;
  private final SqliteSecrets secrets;
  private final RecentKeys keys;
  private final DiskRoom room;
  private final ReentrantLock commitLock;
  private final StoreSettings how;
  private final InstantSource clock;
  private final InstantSource calm;
  private final Object monitor = new Object();
  private boolean closed;
  private LocalDate cleanedOn = LocalDate.MIN;

  Maintenance(
      final JournalDays journal,
      final HistoryDays history,
      final PresentFile present,
      final MainDatabase database,
      final SqliteSecrets secrets,
      final RecentKeys keys,
      final DiskRoom room,
      final ReentrantLock commitLock,
      final StoreSettings how,
      final InstantSource clock,
      final InstantSource calm) {
    this.journal = journal;
    this.history = history;
    this.oldRows = new RetentionRows(present, database);
    this.database = database;
    this.secrets = secrets;
    this.keys = keys;
    this.room = room;
    this.commitLock = commitLock;
    this.how = how;
    this.clock = clock;
    this.calm = calm;
  }

  @Override
  public void run() {
    while (rest()) {
      try {
        once();
      } catch (IOException | SQLException | RuntimeException e) {
        LOG.warn("maintenance of the store failed and is tried again: {}", e.toString());
      }
    }
  }

  private boolean rest() {
    synchronized (monitor) {
      try {
        if (!closed) {
          monitor.wait(EVERY_MILLIS);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
      return !closed;
    }
  }

  void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
  }

  /// One run at a time: that of the thread, or one that a caller asks for.
  synchronized void once() throws IOException, SQLException {
    room.look();
    final LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    keys.spill(today);
    keys.merge(today);
    checkpoints();
    oldRows.sweepHubs();
    final Instant now = calm.instant(); // what a clock that was set wrongly removes is lost
    oldRows.removeEndedRegistrations(now);
    oldRows.removeEndedAddresses(now);
    oldRows.removeEndedHandles(now);
    final LocalDate believed = LocalDate.ofInstant(now, ZoneOffset.UTC);
    if (!believed.equals(cleanedOn)) {
      removeOld(believed, now);
      cleanedOn = believed;
    }
  }

  private void checkpoints() {
    for (final JournalDay day : journal.days()) {
      if (day.logSize() > WORTH_A_CHECKPOINT) {
        day.checkpoint();
        if (day.logSize() > TOO_LARGE) {
          commitLock.lock();
          try {
            day.checkpoint(); // little is left to do, and the next commit begins the log anew
          } finally {
            commitLock.unlock();
          }
        }
      }
    }
    database.checkpoint();
  }

  /// Of what stands in a day's file whole days go, never single rows.
  private void removeOld(final LocalDate today, final Instant now)
      throws IOException, SQLException {
    final LocalDate first = today.minusDays(how.retentionDays());
    journal.removeBefore(first);
    history.removeBefore(first);
    final long oldest = journal.oldest(0);
    keys.forget(oldest, journal.firstSince(now.minus(DuplicateCheck.REMEMBERED)), now);
    secrets.removeExpiredCodes(now);
    database.change(db -> {
      OrganisationRows.forget(db, now, how.nameRest());
      return true;
    });
    oldRows.removeAuditBefore(today.minusDays(how.auditDays()));
    oldRows.removeEndedJobs(now);
    final int withoutUser = oldRows.removeWithoutUser(first);
    if (withoutUser > 0) {
      LOG.info("removed {} installations that had no user since before {}", withoutUser, first);
    }
    if (oldest > 0) {
      oldRows.removeBefore(oldest, first);
    }
  }
}
