package dev.reveille.simulators.google;

import dev.reveille.simulators.service.Allowance;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Google's limits: token buckets per project and per device, full at first. Thread-safe.
final class Quotas {
  /// What is used up, and for how long.
  record Exceeded(GoogleReason reason, String subject, int retryAfter) {}

  private final GoogleOptions options;
  private final Map<String, Allowance> buckets = new ConcurrentHashMap<>();

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
    return buckets.computeIfAbsent(whose, _ -> new Allowance(most, refill, now)).take(now);
  }
}
