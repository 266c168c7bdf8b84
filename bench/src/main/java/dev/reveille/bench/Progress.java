package dev.reveille.bench;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;

/// Shows on one line of standard error how many steps of a piece of work are done; [#step] prints
/// at most about five times a second, [#at] each time. Thread-safe.
final class Progress {
  private static final long BETWEEN_NANOS = 200_000_000L;

  private final PrintStream out;
  private final String what;
  private final long of;
  private final AtomicLong done = new AtomicLong();
  private volatile long shown;

  Progress(final PrintStream out, final String what, final long of) {
    this.out = out;
    this.what = what;
    this.of = of;
    show();
  }

  void step() {
    done.incrementAndGet();
    if (System.nanoTime() - shown > BETWEEN_NANOS) {
      show();
    }
  }

  void at(final long number) {
    done.set(number);
    show();
  }

  private synchronized void show() {
    shown = System.nanoTime();
    out.printf("\r%s: %,d of %,d   ", what, done.get(), of);
    out.flush();
  }

  void end() {
    done.set(of);
    show();
    out.println();
  }
}
