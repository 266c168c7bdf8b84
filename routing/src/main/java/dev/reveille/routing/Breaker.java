package dev.reveille.routing;

import java.time.Duration;
import java.time.Instant;

/// Knows whether a push service is out of reach, so that a million waiting pushes do not each find
/// out by themselves. After some failures in a row nothing but a probe now and then is sent; the
/// first answer lets everything go. When nobody tried for a while, nothing is known any more.
///
/// Belongs to the dispatcher's thread.
final class Breaker {
  private static final int FAILURES_IN_A_ROW = 20;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);
  private static final Duration BELIEVED_FOR = Duration.ofSeconds(15);

  private int failures;
  private Instant lastFailure = Instant.MIN;
  private Instant nextProbe = Instant.MIN;

  /// Whether a push may be tried now. While the service is down this lets one through per half
  /// second.
  boolean lets(final Instant now) {
    if (!isOpen(now)) {
      return true;
    }
    if (now.isBefore(nextProbe)) {
      return false;
    }
    nextProbe = now.plus(BETWEEN_PROBES);
    return true;
  }

  boolean isOpen(final Instant now) {
    return failures >= FAILURES_IN_A_ROW && now.isBefore(lastFailure.plus(BELIEVED_FOR));
  }

  /// The service answered, whatever it said.
  void answered() {
    failures = 0;
  }

  void failed(final Instant now) {
    failures++;
    lastFailure = now;
  }
}
