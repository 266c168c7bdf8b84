package dev.reveille.acceptance.stories;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Notices when this machine did not let the process go on, so that a verdict about a moment can
/// take that time off instead of allowing for it everywhere.
final class Stalls implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(5);

  /// Shorter ones are no news.
  private static final Duration LEAST = Duration.ofMillis(20);

  private record Stall(Instant from, Instant to) {
    Duration length() {
      return Duration.between(from, to);
    }
  }

  private final Collection<Stall> all = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private Instant last = Instant.now();

  Stalls() {
    final var _ =
        clock.scheduleWithFixedDelay(
            this::look, BETWEEN.toMillis(), BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    final var now = Instant.now();
    if (Duration.between(last, now).compareTo(LEAST) > 0) {
      all.add(new Stall(last, now));
    }
    last = now;
  }

  /// All time that was lost between two moments, stalls that reach over an edge counted whole.
  Duration between(final Instant from, final Instant to) {
    return all.stream()
        .filter(each -> each.to.isAfter(from) && each.from.isBefore(to))
        .map(Stall::length)
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
