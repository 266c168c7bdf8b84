package dev.reveille.live;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// An executor whose tasks run when the test says so.
final class Tasks implements Executor {
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  @Override
  public void execute(final Runnable task) {
    waiting.add(task);
  }

  /// Runs the oldest task; false when there is none.
  boolean runOne() {
    final var task = waiting.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }
}
