package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;

/// A stretch of time in which the server's clock ran evenly: it ends when the clock is set. A
/// moment that the server computed ("rings for 5 s") belongs to the generation in which it was
/// computed; moments of two generations are compared after the steps between them were taken off.
///
/// @param number from 1 up
/// @param since its first moment, as the clock showed it after the step
/// @param step by how much the clock was set, negative for back; zero for the first generation
/// @param ahead the sum of all steps up to and with this one
public record ClockGeneration(int number, Instant since, Duration step, Duration ahead) {
  /// What a clock begins with that was never set.
  public static final ClockGeneration FIRST =
      new ClockGeneration(1, Instant.EPOCH, Duration.ZERO, Duration.ZERO);

  public ClockGeneration {
    if (number < 1) {
      throw new IllegalArgumentException("a clock generation has a number from 1, not " + number);
    }
  }

  /// The one that follows when the clock is set.
  public ClockGeneration next(final Instant since, final Duration step) {
    return new ClockGeneration(number + 1, since, step, ahead.plus(step));
  }
}
