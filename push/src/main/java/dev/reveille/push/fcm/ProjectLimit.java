package dev.reveille.push.fcm;

import dev.reveille.model.TimeScale;
import java.time.Duration;

/// Limits the messages of one Google project, so that no minute holds more than Google granted:
/// nine tenths flow evenly, one tenth may come at once. After a quiet minute the flow begins at a
/// tenth and grows to its full width in a minute, as Google asks. Thread-safe, by its own lock.
final class ProjectLimit {
  private static final long MINUTE_NANOS = TimeScale.divide(Duration.ofMinutes(1)).toNanos();
  private static final double FLOW = 0.9;
  private static final double AT_ONCE = 0.1;
  private static final double FIRST_WIDTH = 0.1;

  private final double perNano;
  private final double most;
  private double left;
  private long at;
  private long grownFrom;
  private long heldUntil;

  ProjectLimit(final int perMinute, final long now) {
    this.perNano = perMinute * FLOW / MINUTE_NANOS;
    this.most = Math.max(1, perMinute * AT_ONCE);
    this.left = most;
    this.at = now;
    this.grownFrom = now;
    this.heldUntil = now - MINUTE_NANOS; // a push timed a moment before is not held
  }

  /// @param urgent counted, but never held back
  /// @return nanoseconds to wait; 0 when one more may leave, which is counted then
  synchronized long take(final long now, final boolean urgent) {
    if (now - at >= MINUTE_NANOS) {
      grownFrom = now;
    }
    final double rate = perNano * width(now);
    if (now - at > 0) {
      left = Math.min(most, left + (now - at) * rate);
      at = now;
    }
    if (urgent) {
      left = Math.max(-most, left - 1);
      return 0;
    }
    if (heldUntil - now > 0) {
      return heldUntil - now;
    }
    if (left >= 1) {
      left--;
      return 0;
    }
    return (long) Math.ceil((1 - left) / rate);
  }

  private double width(final long now) {
    return Math.clamp((double) (now - grownFrom) / MINUTE_NANOS, FIRST_WIDTH, 1.0);
  }

  /// Google asked to wait.
  synchronized void hold(final long until) {
    if (until - heldUntil > 0) {
      heldUntil = until;
    }
  }
}
