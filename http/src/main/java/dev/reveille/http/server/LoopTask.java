package dev.reveille.http.server;

import org.jspecify.annotations.Nullable;

/// Something to be done on an event loop that was asked for by another thread.
///
/// It is its own link in the loop's queue, so that handing it over allocates nothing. The price: it
/// may lie in a queue only once at a time.
public abstract class LoopTask {
  @Nullable LoopTask next;

  /// Runs on the loop; what it writes is flushed when the whole group has run.
  protected abstract void run();
}
