package dev.reveille.simulators.google;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How much Google takes: token buckets per project and per device. A bucket that is full at first
/// empties by one per message and fills evenly.
final class Quotas {
  private static final class Bucket {
    private final double most;
    private final double perSecond;
    private double left;
    private Instant at;

    Bucket(final double most, final Duration refill, final Instant now) {
      this.most = most;
      this.perSecond = most * 1_000.0 / refill.toMillis();
      this.left = most;
      this.at = now;
    }

    /// Seconds to wait, 0 when there is one and it is taken.
    synchronized int take(final Instant now) {
      if (now.isAfter(at)) { // a moment taken by another thread, or a clock set back, takes nothing
        left = Math.min(most, left + Duration.between(at, now).toMillis() / 1_000.0 * perSecond);
        at = now;
      }
      if (left >= 1) {
        left--;
        return 0;
      }
      return Math.max(1, (int) Math.ceil((1 - left) / perSecond));
    }
  }

  /// What is used up, and for how long.
  record Exceeded(GoogleReason reason, String subject, int retryAfter) {}

  private final GoogleOptions options;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

  Quotas(final GoogleOptions options) {
    this.options = options;
  }

  @Nullable Exceeded take(final String project, final String token, final boolean collapsible) {
    final var limits = options.limits();
    final var minute = Duration.ofMinutes(1);
    final int wait = take("project " + project, limits.projectPerMinute(), minute);
    if (wait > 0) {
      return new Exceeded(GoogleReason.QUOTA_EXCEEDED, "project:" + project, wait);
    }
    int deviceWait = take("minute " + token, limits.devicePerMinute(), minute);
    if (deviceWait == 0) {
      deviceWait = take("hour " + token, limits.devicePerHour(), Duration.ofHours(1));
    }
    if (deviceWait == 0 && collapsible) {
      deviceWait =
          take(
              "collapsible " + token,
              limits.collapsible(),
              limits.collapsiblePause().multipliedBy(limits.collapsible()));
    }
    return deviceWait == 0
        ? null
        : new Exceeded(GoogleReason.DEVICE_QUOTA_EXCEEDED, "device:" + token, deviceWait);
  }

  private int take(final String whose, final int most, final Duration refill) {
    final var now = options.clock().instant();
    return buckets.computeIfAbsent(whose, _ -> new Bucket(most, refill, now)).take(now);
  }
}
