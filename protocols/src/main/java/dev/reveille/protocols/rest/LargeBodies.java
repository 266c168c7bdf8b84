package dev.reveille.protocols.rest;

import dev.reveille.model.OrganisationId;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Reads large hand-ins on threads beside those of the connections; the organisations take turns.
///
/// A batch of 100 events to 1,000 users each takes a tenth of a second to read. On an event loop
/// all other connections of that loop wait meanwhile, and a few such senders keep another
/// organisation's calls waiting for seconds. These threads are of the system, so that it shares the
/// processors between them and the event loops; a virtual thread would keep its carrier from those
/// that only look something up.
///
/// What waits here is bounded by the bytes of bodies that the server holds: a body of this size is
/// charged to its sender until its request is answered or dropped, also when its sender has left.
///
/// Thread-safe: the lock guards what waits.
final class LargeBodies {
  /// Larger bodies are read here. Usual batches are smaller.
  static final int LARGE = 64 * 1024;

  private static final long IDLE_SECONDS = 30;

  private final ReentrantLock lock = new ReentrantLock();
  private final FairQueue<OrganisationId, Runnable> waiting = new FairQueue<>();
  private final Executor threads;

  /// @param threads run one task for each body, in whatever order
  LargeBodies(final Executor threads) {
    this.threads = threads;
  }

  /// Half of the processors, since the event loops need theirs. An idle thread ends by itself.
  static Executor threads() {
    final int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    final var threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("large-hand-in-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /// Reads a body when its organisation's turn has come.
  ///
  /// @param reading sees to it that the request is answered or dropped, whatever goes wrong
  void read(final OrganisationId whose, final Runnable reading) {
    lock.lock();
    try {
      waiting.add(whose, reading);
    } finally {
      lock.unlock();
    }
    threads.execute(this::readNext);
  }

  private void readNext() {
    final var reading = next();
    if (reading != null) {
      reading.run();
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      return waiting.next();
    } finally {
      lock.unlock();
    }
  }
}
