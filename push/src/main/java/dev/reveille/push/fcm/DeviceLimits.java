package dev.reveille.push.fcm;

import dev.reveille.model.PushToken;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what leaves for each phone: 240 a minute, 5000 an hour, and with a collapse key twenty at
/// once and then one per three minutes.
///
/// A limit is kept as the moment at which all that left would have been due, had it been spread
/// evenly; a phone whose moments have passed is forgotten, so only busy phones cost memory.
final class DeviceLimits {
  private static final int SWEEP_ABOVE = 10_000;
  private static final int MOST = 500_000;
  private static final long SWEEP_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /// `most` at once, and again after `refill`.
  private record Limit(int most, long stepNanos) {
    static Limit of(final int most, final Duration refill) {
      return new Limit(most, refill.toNanos() / most);
    }

    /// @param due the moment up to which the limit is used
    /// @return nanoseconds to wait, 0 for none
    long wait(final long due, final long now) {
      return Math.max(0, due - now - (most - 1) * stepNanos);
    }

    long taken(final long due, final long now) {
      return (due - now > 0 ? due : now) + stepNanos;
    }
  }

  private static final Limit MINUTE = Limit.of(240, Duration.ofMinutes(1));
  private static final Limit HOUR = Limit.of(5_000, Duration.ofHours(1));
  private static final Limit COLLAPSIBLE = Limit.of(20, Duration.ofHours(1));

  private static final class Device {
    private long minute;
    private long hour;
    private long collapsible;
    private long heldUntil;

    Device(final long now) {
      minute = now;
      hour = now;
      collapsible = now;
      heldUntil = now - SWEEP_PAUSE_NANOS; // whoever took the time a moment before is not held
    }

    synchronized long take(final boolean collapses, final boolean urgent, final long now) {
      long wait = Math.max(MINUTE.wait(minute, now), HOUR.wait(hour, now));
      wait = Math.max(wait, collapses ? COLLAPSIBLE.wait(collapsible, now) : 0);
      wait = Math.max(wait, heldUntil - now);
      if (wait > 0 && !urgent) {
        return wait;
      }
      minute = MINUTE.taken(minute, now);
      hour = HOUR.taken(hour, now);
      if (collapses) {
        collapsible = COLLAPSIBLE.taken(collapsible, now);
      }
      return 0;
    }

    synchronized void hold(final long until) {
      heldUntil = until;
    }

    synchronized boolean isQuiet(final long now) {
      return minute - now <= 0 && hour - now <= 0 && collapsible - now <= 0 && heldUntil - now <= 0;
    }
  }

  private final Map<PushToken, Device> devices = new ConcurrentHashMap<>();
  private final AtomicLong sweptAt;

  DeviceLimits(final long now) {
    this.sweptAt = new AtomicLong(now);
  }

  /// @param urgent counted, but never held back
  /// @return nanoseconds to wait; 0 when one more may leave, which is counted then
  long take(final PushToken token, final boolean collapses, final boolean urgent, final long now) {
    if (devices.size() > SWEEP_ABOVE) {
      sweep(now);
    }
    return devices.computeIfAbsent(token, _ -> new Device(now)).take(collapses, urgent, now);
  }

  /// Google asked to wait with this phone.
  void hold(final PushToken token, final long until, final long now) {
    devices.computeIfAbsent(token, _ -> new Device(now)).hold(until);
  }

  int remembered() {
    return devices.size();
  }

  private void sweep(final long now) {
    final long last = sweptAt.get();
    if (now - last < SWEEP_PAUSE_NANOS || !sweptAt.compareAndSet(last, now)) {
      return;
    }
    devices.values().removeIf(device -> device.isQuiet(now));
    if (devices.size() > MOST) {
      devices.clear(); // then Google's own count has to do
    }
  }
}
