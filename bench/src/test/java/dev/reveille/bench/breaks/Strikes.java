package dev.reveille.bench.breaks;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides for one break what it strikes, and logs each strike.
///
/// @param name the break's
record Strikes(String name, Chance chance) {
  private static final Logger LOG = LoggerFactory.getLogger(Strikes.class);

  /// @param what it would strike, such as an event's key; goes into the log when it does
  boolean hit(final Object what) {
    final var words = name + " " + what;
    final boolean strikes = chance.falls(words);
    if (strikes) {
      LOG.info("break {}", words);
    }
    return strikes;
  }
}
