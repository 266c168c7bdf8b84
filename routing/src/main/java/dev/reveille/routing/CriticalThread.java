package dev.reveille.routing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts threads without which the server would accept requests and do nothing. An exception that
/// ends such a thread goes as an [InternalError] to the default handler for uncaught exceptions,
/// which ends the process; without such a handler it is only logged. The next start continues with
/// what was accepted.
public final class CriticalThread {
  private static final Logger LOG = LoggerFactory.getLogger(CriticalThread.class);

  private CriticalThread() {}

  /// Not started yet.
  ///
  /// @param work returns only when the server closes
  public static Thread of(final String name, final Runnable work) {
    return Thread.ofPlatform()
        .name(name)
        .uncaughtExceptionHandler(CriticalThread::ended)
        .unstarted(work);
  }

  private static void ended(final Thread thread, final Throwable cause) {
    final var error = new InternalError("the thread " + thread.getName() + " ended", cause);
    final var handler = Thread.getDefaultUncaughtExceptionHandler();
    if (handler == null) {
      LOG.error("a critical thread ended; stopping the process", error);
    } else {
      handler.uncaughtException(thread, error);
    }
  }
}
