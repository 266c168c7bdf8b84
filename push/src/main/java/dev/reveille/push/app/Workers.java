package dev.reveille.push.app;

import dev.reveille.model.Lane;
import dev.reveille.routing.port.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads that compute what a push needs before it leaves, such as its encryption: one thread for
/// urgent pushes alone and half of the processors for the others, so that a call never waits behind
/// a broadcast and the dispatcher's thread computes nothing. Thread-safe.
public final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final int AT_ONCE = 64;
  private static final int GRACE_SECONDS = 5;

  private final String name;
  private final ExecutorService urgent;
  private final ExecutorService others;

  /// @param name of the threads
  public Workers(final String name) {
    this.name = name;
    this.urgent =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(name + "-urgent").daemon(true).factory());
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Thread.ofPlatform().name(name + "-", 0).daemon(true).factory());
  }

  /// Hands pushes to the threads, some at a time.
  ///
  /// @param step what is done with some of them; must not throw
  /// @param closed told of each push that comes too late
  public void run(
      final List<Push> group, final Consumer<List<Push>> step, final Consumer<Push> closed) {
    final var first = new ArrayList<Push>();
    final var rest = new ArrayList<Push>();
    for (final var push : group) {
      (push.lane() == Lane.URGENT ? first : rest).add(push);
    }
    run(urgent, first, step, closed);
    run(others, rest, step, closed);
  }

  private static void run(
      final ExecutorService threads,
      final List<Push> pushes,
      final Consumer<List<Push>> step,
      final Consumer<Push> closed) {
    for (int from = 0; from < pushes.size(); from += AT_ONCE) {
      final var some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE));
      try {
        threads.execute(() -> step.accept(some));
      } catch (final RejectedExecutionException _) {
        some.forEach(closed);
      }
    }
  }

  /// Waits up to five seconds for each kind of thread.
  @Override
  public void close() {
    urgent.shutdown();
    others.shutdown();
    try {
      final boolean done =
          urgent.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)
              & others.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
      if (!done) {
        LOG.warn("{}: some pushes were not ready in time", name);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
