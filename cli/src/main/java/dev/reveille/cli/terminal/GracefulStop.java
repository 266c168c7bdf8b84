package dev.reveille.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets work end in order when the process is asked to end (Ctrl-C, a signal): calls the work's own
/// method to leave, and the process waits up to ten seconds for it.
///
/// ```java
/// try (var _ = new GracefulStop(work::leave)) { work.run(); }
/// ```
public final class GracefulStop implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final CountDownLatch gone = new CountDownLatch(1);
  private final Thread hook;

  /// @param leave tells the work, from another thread, to end soon
  public GracefulStop(final Runnable leave) {
    this.hook =
        Thread.ofPlatform()
            .name("graceful-stop")
            .unstarted(() -> {
              leave.run();
              await();
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// The work has ended.
  @Override
  public void close() {
    gone.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is going: the hook has run
    }
  }

  private void await() {
    try {
      if (!gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return; // it had its time
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
