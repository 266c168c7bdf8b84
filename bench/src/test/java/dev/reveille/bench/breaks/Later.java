package dev.reveille.bench.breaks;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Does something after a while; tests own the time.
@FunctionalInterface
interface Later {
  void after(Duration wait, Runnable work);

  /// On a thread that does not keep the process alive.
  static Later onThread() {
    final var timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().daemon().name("break").unstarted(work));
    return (wait, work) -> {
      final var _ = timer.schedule(work, wait.toMillis(), TimeUnit.MILLISECONDS);
    };
  }
}
