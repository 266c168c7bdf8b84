package dev.reveille.simulators.phone;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// Runs tasks one after the other on the threads of another executor, so that a phone's state needs
/// no lock. Thread-safe.
final class Serial implements Executor {
  private final Executor below;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Serial(final Executor below) {
    this.below = below;
  }

  @Override
  public void execute(final Runnable task) {
    synchronized (this) {
      waiting.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    below.execute(this::work);
  }

  private void work() {
    while (true) {
      final Runnable task;
      synchronized (this) {
        task = waiting.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (RuntimeException e) {
        final var thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }
}
