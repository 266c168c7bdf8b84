package dev.reveille.storage.sqlite;

import dev.reveille.routing.CriticalThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// The parts that a store has opened and started. [#close] closes all of them in reverse, also when
/// one of them fails.
///
/// Belongs to the thread that opens, and later the one that closes, the store.
final class OpenParts implements AutoCloseable {
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

  <T extends AutoCloseable> T opened(final T part) {
    toClose.push(part);
    return part;
  }

  /// Starts a thread that ends, and is waited for, when the store closes or the result runs.
  ///
  /// @param stop makes the work return
  Runnable startThread(final String name, final Runnable work, final Runnable stop) {
    final Thread thread = CriticalThread.of(name, work);
    thread.start();
    final Runnable end =
        () -> {
          stop.run();
          join(thread);
        };
    toClose.push(end::run);
    return end;
  }

  private static void join(final Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @throws RuntimeException the first fault, after everything was closed
  @Override
  public void close() {
    RuntimeException first = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        first = first == null ? new UncheckedIOException(new IOException(e)) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
