package dev.reveille.storage.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/// A pool of connections that read one file beside its writer, each used by one thread at a time.
///
/// With one connection, a call's look-up waited behind all those of a broadcast, because a thread
/// that reads a thousand users in a row takes a lock again before a waiting thread has woken up.
/// Threads that find all connections taken are served in their order.
///
/// Thread-safe. Do not call [#read] from within the work of another: with all connections taken it
/// would wait for ever.
final class ReaderPool implements AutoCloseable {
  private final List<Database> all;

  /// The one that was used last comes first: its pages and statements are in memory.
  private final ConcurrentLinkedDeque<Database> idle;

  private final Semaphore free;

  private ReaderPool(final List<Database> all) {
    this.all = all;
    this.idle = new ConcurrentLinkedDeque<>(all);
    this.free = new Semaphore(all.size(), true);
  }

  static ReaderPool open(final Path file, final int knownSteps, final int count) {
    final List<Database> all = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        all.add(Database.openForReading(file, knownSteps));
      }
    } catch (RuntimeException e) {
      all.forEach(Database::close);
      throw e;
    }
    return new ReaderPool(all);
  }

  /// Must not be called by the work itself: with all connections taken it would wait for ever.
  <T> T read(final MainDatabase.Work<T> work) {
    free.acquireUninterruptibly();
    try {
      final Database one = idle.pop();
      try {
        return one.locked(() -> work.on(one));
      } finally {
        idle.push(one);
      }
    } finally {
      free.release();
    }
  }

  @Override
  public void close() {
    all.forEach(Database::close);
  }
}
