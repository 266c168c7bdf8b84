package dev.reveille.acceptance.stories;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for something that another process brings about.
final class AcrossProcesses {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long BETWEEN_LOOKS_MILLIS = 20;

  interface Question<T> {
    @Nullable T ask() throws Exception;
  }

  private AcrossProcesses() {}

  /// The first answer that is not null.
  static <T> T get(final String what, final Question<T> question) throws Exception {
    final var until = Instant.now().plus(PATIENCE);
    while (true) {
      final long asked = System.nanoTime();
      final var answer = question.ask();
      final long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
      if (answer != null) {
        return answer;
      }
      if (Instant.now().isAfter(until)) {
        throw new AssertionError(what + " did not come within " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(Math.max(BETWEEN_LOOKS_MILLIS, took)); // half of the time at most
    }
  }
}
