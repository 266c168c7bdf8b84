package dev.reveille.protocols.rest;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads that read large hand-ins, beside those of the connections.
///
/// A batch of 100 events to 1,000 users each takes a tenth of a second to read. On an event loop
/// all other connections of that loop wait meanwhile, and a few such senders keep another
/// organisation's calls waiting for seconds. These threads are of the system, so that it shares the
/// processors between them and the event loops; a virtual thread would keep its carrier from those
/// that only look something up.
///
/// What waits here is bounded by the bytes of bodies that the server holds.
final class LargeBodies {
  /// Larger bodies are read here. Usual batches are smaller.
  static final int LARGE = 64 * 1024;

  private static final long IDLE_SECONDS = 30;

  private LargeBodies() {}

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
}
