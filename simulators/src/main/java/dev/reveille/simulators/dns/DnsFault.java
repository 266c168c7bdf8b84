package dev.reveille.simulators.dns;

import java.time.Duration;
import java.util.Locale;

/// What goes wrong with every question for a name, until it is cleared.
///
/// @param delay before the answer leaves; zero for none
public record DnsFault(Kind kind, Duration delay) {
  /// How a name server fails.
  public enum Kind {
    /// No fault but the delay.
    SLOW,
    /// SERVFAIL, as when the zone cannot be loaded.
    FAILS,
    /// REFUSED.
    REFUSES,
    /// No answer at all.
    SILENT,
    /// The answer carries another query's id, as one that is forged blindly does.
    FORGED,
    /// The answer speaks of another name than was asked for.
    ASTRAY,
    /// The answer over UDP is cut (TC); the whole one comes over TCP only.
    CUT
  }

  public static DnsFault of(final Kind kind) {
    return new DnsFault(kind, Duration.ZERO);
  }

  public static DnsFault slow(final Duration delay) {
    return new DnsFault(Kind.SLOW, delay);
  }

  /// Reads `fails`, `slow 250` (milliseconds), and so on.
  ///
  /// @throws IllegalArgumentException when there is no such fault
  static DnsFault parse(final String word, final int millis) {
    for (final var kind : Kind.values()) {
      if (kind.name().equals(word.toUpperCase(Locale.ROOT))) {
        return new DnsFault(kind, Duration.ofMillis(millis));
      }
    }
    throw new IllegalArgumentException(
        "\"" + word + "\" is none of fails, refuses, silent, forged, astray, cut and slow");
  }
}
