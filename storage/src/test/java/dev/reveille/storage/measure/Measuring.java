package dev.reveille.storage.measure;

import dev.reveille.routing.port.Note;
import dev.reveille.storage.sqlite.SqliteStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What the measurements of the waiting room have in common.
final class Measuring {
  private Measuring() {}

  /// Notes, and waits until that is on disk.
  static void note(final SqliteStore store, final List<Note> notes) throws InterruptedException {
    final CountDownLatch committed = new CountDownLatch(1);
    store.journal().noteDurably(notes, committed::countDown);
    committed.await();
  }

  /// Bytes of the heap in use after a collection.
  static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
