package dev.reveille.push.url;

import dev.reveille.model.Lane;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.Push;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/// Computes when a push is sent once more. Each moment is spread at random, so that pushes that
/// were refused together do not come back together.
final class RetryDelays {
  static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));
  static final Duration FIRST = TimeScale.divide(Duration.ofSeconds(5));

  private static final Duration LONGEST = TimeScale.divide(Duration.ofMinutes(15));
  private static final Duration LONGEST_OF_A_CALL = TimeScale.divide(Duration.ofSeconds(4));
  private static final int MOST_DOUBLINGS = 10;
  private static final long WIDEST_SPREAD_MILLIS = 5_000;

  private final InstantSource clock;

  RetryDelays(final InstantSource clock) {
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  /// Not before the moment that the service named.
  Instant asked(final Duration wait) {
    final long spread = Math.min(WIDEST_SPREAD_MILLIS, wait.toMillis() / 4 + 1);
    return now().plus(wait).plusMillis(ThreadLocalRandom.current().nextLong(spread));
  }

  /// Between the duration and twice of it.
  Instant later(final Duration least) {
    return now().plus(least).plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis() + 1));
  }

  /// Doubles with the attempts, for a call within its ring.
  static Duration of(final Push push) {
    final boolean urgent = push.lane() == Lane.URGENT;
    final var first = urgent ? SOON : FIRST;
    final var longest = urgent ? LONGEST_OF_A_CALL : LONGEST;
    final var pause = first.multipliedBy(1L << Math.min(push.attempt() - 1, MOST_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
