package dev.reveille.bench.breaks;

import java.util.SplittableRandom;

/// Whether a break strikes: once in so many chances. Decided by what it would strike and the seed,
/// not by the order in which threads come, so the same seed strikes the same things.
///
/// @param oneIn 1 for always
public record Chance(int oneIn, long seed) {
  public Chance {
    if (oneIn < 1) {
      throw new IllegalArgumentException("--chance must be at least 1, not " + oneIn);
    }
  }

  /// @param words what a break would strike, with the break's name
  boolean falls(final String words) {
    return new SplittableRandom(seed * 31 + words.hashCode()).nextInt(oneIn) == 0;
  }
}
