package dev.reveille.push.app;

import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.util.Optional;

/// Reads a Retry-After header in seconds, which is the form that push services use.
public final class RetryAfter {
  private static final int MOST_DIGITS = 6;
  private static final Duration LONGEST = Duration.ofHours(1);

  private RetryAfter() {}

  public static Optional<Duration> read(final String text) {
    if (text.isEmpty()
        || text.length() > MOST_DIGITS
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    final var wait = Duration.ofSeconds(Long.parseLong(text));
    return Optional.of(TimeScale.divide(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
  }
}
