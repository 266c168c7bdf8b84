package dev.reveille.routing;

import dev.reveille.model.Reason;
import java.time.Duration;
import java.time.Instant;

/// Knows whether a push service is out of reach, so that a million waiting pushes do not each find
/// out by themselves. After some failures in a row nothing but a probe now and then is sent; the
/// first success lets everything go.
///
/// Belongs to the dispatcher's thread.
final class Breaker {
  private static final int FAILURES_IN_A_ROW = 20;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);

  private int failures;
  private Instant nextProbe = Instant.MIN;

  /// Whether a push may be tried now. While the service is down this lets one through per half second.
  boolean lets(final Instant now) {
    if (failures < FAILURES_IN_A_ROW) {
      return true;
    }
    if (now.isBefore(nextProbe)) {
      return false;
    }
    nextProbe = now.plus(BETWEEN_PROBES);
    return true;
  }

  boolean isOpen() {
    return failures >= FAILURES_IN_A_ROW;
  }

  void succeeded() {
    failures = 0;
  }

  void failed(final Reason why) {
    if (why == Reason.SERVICE_UNREACHABLE || why == Reason.SERVICE_UNAVAILABLE) {
      failures++;
    }
  }
}
