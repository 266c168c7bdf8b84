package dev.reveille.bench.breaks;

import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a break strikes: once in so many chances. Decided by what it would strike and the seed,
/// not by the order in which threads come, so the same seed strikes the same things.
///
/// @param oneIn 1 for always
public record Chance(int oneIn, long seed) {
  private static final Logger LOG = LoggerFactory.getLogger(Chance.class);

  public Chance {
    if (oneIn < 1) {
      throw new IllegalArgumentException("--chance must be at least 1, not " + oneIn);
    }
  }

  /// @param name the break's
  /// @param what it would strike, such as an event's key; goes into the log when it does
  boolean strikes(final String name, final Object what) {
    final var words = name + " " + what;
    final boolean strikes = new SplittableRandom(seed * 31 + words.hashCode()).nextInt(oneIn) == 0;
    if (strikes) {
      LOG.info("break {}", words);
    }
    return strikes;
  }
}
