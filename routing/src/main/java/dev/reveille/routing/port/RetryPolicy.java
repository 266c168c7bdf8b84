package dev.reveille.routing.port;

import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The rules by which a sender's pushes are repeated when they may work later.
///
/// While a receiver is out of reach, pushes that may be repeated until their deadline wait in a
/// line, from which one at a time is tried. Pushes with a limited number of tries wait for their
/// own moment instead, so that no try is spent before its pause is over.
///
/// @param pauses before the second try, the third, and so on; the last one before all further tries
/// @param jitter the largest random addition to a pause, as a part of it, so that pushes that
///   failed together do not come back together
/// @param most how many tries there are in all
/// @param within the longest time from the acceptance of the job to its last try
public record RetryPolicy(
    List<Duration> pauses, double jitter, int most, Optional<Duration> within) {
  /// As many tries as there is time for.
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /// For the services of platforms: half a second, then twice as long each time, up to five
  /// minutes, for as long as it matters.
  public static final RetryPolicy DOUBLING =
      doubling(Duration.ofMillis(500), Duration.ofMinutes(5));

  public RetryPolicy {
    pauses = List.copyOf(pauses);
    if (pauses.isEmpty() || pauses.stream().anyMatch(Duration::isNegative)) {
      throw new IllegalArgumentException(
          "pauses must not be negative, and at least one: " + pauses);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1, not " + jitter);
    }
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least one try, not " + most);
    }
  }

  /// Each pause is twice the one before and at most the longest, up to twice as long at random,
  /// without an end.
  public static RetryPolicy doubling(final Duration first, final Duration longest) {
    final var pauses = new ArrayList<Duration>();
    for (var pause = first; pause.compareTo(longest) < 0; pause = pause.multipliedBy(2)) {
      pauses.add(pause);
    }
    pauses.add(longest);
    return new RetryPolicy(pauses, 1, UNLIMITED, Optional.empty());
  }

  /// The pause after so many tries, without what the lot adds.
  public Duration pauseAfter(final int tries) {
    return TimeScale.divide(pauses.get(Math.clamp(tries - 1L, 0, pauses.size() - 1)));
  }

  /// A pause with what the lot adds.
  public Duration jittered(final Duration pause, final RandomGenerator lot) {
    return pause.plusMillis(lot.nextLong((long) (pause.toMillis() * jitter) + 1));
  }

  /// Whether tries go on for as long as it matters.
  public boolean isEndless() {
    return most == UNLIMITED && within.isEmpty();
  }

  /// Whether one more try may leave.
  ///
  /// @param tries that there were
  /// @param since when the job was accepted
  /// @param next when the try would leave
  public boolean allows(final int tries, final Instant since, final Instant next) {
    return tries < most
        && (within.isEmpty() || !next.isAfter(since.plus(TimeScale.divide(within.get()))));
  }
}
