package dev.reveille.http;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Logs exceptions that a catch clause met, at most one stack trace a minute for each kind, because
/// a peer that found a fault must not fill the disk with it. An [Error] is also passed to the
/// process's own handler ([Thread#getDefaultUncaughtExceptionHandler]), which decides whether the
/// process can go on: a catch clause that answers a request, or ends a connection, must not hide
/// that there is no memory left.
///
/// Thread-safe.
public final class Faults {
  private static final long BETWEEN = TimeUnit.MINUTES.toNanos(1);

  /// Faults of one class of exception.
  private static final class Kind {
    private final AtomicLong told = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong untold = new AtomicLong();
  }

  private final Logger log;
  private final ConcurrentMap<Class<?>, Kind> kinds = new ConcurrentHashMap<>();

  public Faults(final Logger log) {
    this.log = log;
  }

  /// @param caught any exception; only an [Error] is handed on
  public static void tell(final Throwable caught) {
    final var handler = Thread.getDefaultUncaughtExceptionHandler();
    if (caught instanceof Error && handler != null) {
      handler.uncaughtException(Thread.currentThread(), caught);
    }
  }

  /// Hands it on and logs it.
  ///
  /// @param words with `{}` for each argument
  public void failed(final Throwable caught, final String words, final Object... arguments) {
    tell(caught);
    log(Level.ERROR, caught, words, arguments);
  }

  /// Logs it with its stack, unless that was done for another one of its kind within the minute.
  ///
  /// @param level of the line; one that comes too soon is at `DEBUG`
  public void log(
      final Level level, final Throwable caught, final String words, final Object... arguments) {
    final var kind = kinds.computeIfAbsent(caught.getClass(), _ -> new Kind());
    if (!isTime(kind.told)) {
      kind.untold.incrementAndGet();
      log(log, Level.DEBUG, caught, words, arguments);
      return;
    }
    final long untold = kind.untold.getAndSet(0);
    if (untold == 0) {
      log(log, level, caught, words, arguments);
    } else {
      final var more = Arrays.copyOf(arguments, arguments.length + 1);
      more[arguments.length] = untold;
      log(log, level, caught, words + "; {} more of this kind before it", more);
    }
  }

  private static void log(
      final Logger log,
      final Level level,
      final Throwable caught,
      final String words,
      final Object... arguments) {
    if (log.isEnabledForLevel(level)) {
      log.makeLoggingEventBuilder(level).setCause(caught).log(words, arguments);
    }
  }

  /// Whether a minute has passed since this was last asked with success.
  ///
  /// @param last when that was, by [System#nanoTime]; `Long.MIN_VALUE` for never
  public static boolean isTime(final AtomicLong last) {
    final long now = System.nanoTime();
    final long before = last.get();
    return (before == Long.MIN_VALUE || now - before > BETWEEN) && last.compareAndSet(before, now);
  }
}
