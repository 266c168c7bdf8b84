package dev.reveille.protocols.clearinghouse;

import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OpenReports.Open;
import dev.reveille.routing.port.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down which pushes have still to be reported, so that a start after a stop of any kind
/// knows them, without a commit for each push.
///
/// Pushes come in the order of the journal. Changes are gathered and kept together twice a second,
/// with the sequence up to which they are complete; a push that is reported before costs no row.
/// What came after that sequence is found in the journal by the next start.
///
/// Thread-safe. [#opened] and [#closed] never block; [#flush] blocks on the disk.
final class ReportLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReportLedger.class);
  private static final Duration GATHERED = Duration.ofMillis(500);

  private final OpenReports store;
  private final Semaphore news = new Semaphore(0);
  private final Thread writer;
  private final Object writing = new Object();
  private final Map<Long, Open> coming = new LinkedHashMap<>();
  private final Set<Long> kept = new HashSet<>();
  private final Set<Long> ended = new HashSet<>();
  private long upTo;
  private boolean isComplete;
  private boolean isFailing;

  ReportLedger(final OpenReports store) {
    this.store = store;
    this.writer = Thread.ofVirtual().name("open-reports").unstarted(this::write);
  }

  /// Begins to write.
  void start() {
    writer.start();
  }

  /// The open ones of the former run are taken up: from now on what is written is complete.
  void complete(final long lastSequence) {
    synchronized (this) {
      upTo = Math.max(upTo, lastSequence);
      isComplete = true;
    }
    news.release();
  }

  /// A push that has its row from the former run.
  synchronized void isKept(final long send) {
    kept.add(send);
  }

  /// A push has to be reported.
  void opened(final Open one) {
    synchronized (this) {
      upTo = Math.max(upTo, one.send());
      if (!kept.contains(one.send())) {
        coming.put(one.send(), one);
      }
    }
    news.release();
  }

  /// A push was stored that is not reported.
  void passed(final long send) {
    synchronized (this) {
      upTo = Math.max(upTo, send);
    }
    news.release();
  }

  /// A push need not be reported any more.
  void closed(final long send) {
    synchronized (this) {
      coming.remove(send);
      if (kept.contains(send)) {
        ended.add(send);
      }
    }
    news.release();
  }

  private void write() {
    try {
      while (true) {
        news.acquire();
        TimeUnit.NANOSECONDS.sleep(GATHERED.toNanos());
        news.drainPermits();
        flushed();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A disk that is full now may have room later: nothing is lost, it is tried with the next news.
  private void flushed() {
    try {
      flush();
      isFailing = false;
    } catch (final RuntimeException full) {
      if (!isFailing) {
        LOG.warn("which pushes have to be reported cannot be kept", full);
      }
      isFailing = true;
      news.release();
    }
  }

  /// Keeps what was gathered.
  ///
  /// @throws StoreException when it cannot be kept; then it is gathered still
  void flush() {
    synchronized (writing) {
      flushOnce();
    }
  }

  private void flushOnce() {
    final List<Open> opening;
    final List<Long> ending;
    final long mark;
    synchronized (this) {
      opening = new ArrayList<>(coming.values());
      ending = List.copyOf(ended);
      mark = isComplete ? upTo : OpenReports.NONE;
      opening.forEach(one -> kept.add(one.send())); // one that ends meanwhile is closed by the next
      coming.clear();
    }
    try {
      store.keep(mark, opening, ending);
    } catch (final RuntimeException failed) {
      synchronized (this) {
        opening.stream()
            .filter(one -> !ended.contains(one.send()))
            .forEach(one -> coming.put(one.send(), one));
        opening.forEach(one -> {
          kept.remove(one.send());
          ended.remove(one.send());
        });
      }
      throw failed;
    }
    synchronized (this) {
      ending.forEach(send -> {
        ended.remove(send);
        kept.remove(send);
      });
    }
  }

  @Override
  public void close() {
    writer.interrupt();
    try {
      writer.join();
      flush();
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final StoreException full) {
      LOG.warn("which pushes have to be reported cannot be kept", full);
    }
  }
}
