package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;

/// The rules by which a push is repeated that may have arrived although no answer was seen: at most
/// twice, since each repeat may be one alert too many, and a message not at once.
final class UncertainRepeats {
  private static final int MOST = 2;
  private static final Duration AFTER_FIRST = TimeScale.divide(Duration.ofSeconds(5));

  /// What cuts connections may go on for a while: the last repeat is kept until it is more likely
  /// to be over, and for a quarter of the time that is left at most.
  private static final Duration AFTER_SECOND = TimeScale.divide(Duration.ofMinutes(1));

  private UncertainRepeats() {}

  /// Whether the push is not repeated any more.
  static boolean areUsedUp(final Work work) {
    return work.uncertain > MOST;
  }

  /// How long the next try waits at least. A call's waits no longer than any other try of it.
  static Duration pause(final Work work, final Instant now) {
    if (work.lane == Lane.URGENT) {
      return Duration.ZERO;
    }
    if (work.uncertain < MOST) {
      return AFTER_FIRST;
    }
    final var quarter = Duration.between(now, work.deadline).dividedBy(4);
    return quarter.compareTo(AFTER_SECOND) < 0 ? quarter : AFTER_SECOND;
  }
}
