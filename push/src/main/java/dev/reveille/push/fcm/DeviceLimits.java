package dev.reveille.push.fcm;

import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.model.PushToken;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Limits the messages for each phone to what Google lets through: 240 a minute, 5000 an hour, and
/// with a collapse key twenty at once and then one per three minutes.
///
/// A limit is kept as the moment at which all that left would have been due, had it been spread
/// evenly; a phone whose moments have passed is forgotten, so only busy phones cost memory. They
/// are looked for a few at a time, because the caller is about to send.
final class DeviceLimits {
  private static final int SWEEP_ABOVE = 10_000;
  private static final int MOST = 500_000;

  /// All of [#MOST] are looked at in five seconds.
  private static final int SWEPT_AT_ONCE = 1_000;

  private static final long SWEEP_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
  private static final long BEFORE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Rate MINUTE = rate(240, Duration.ofMinutes(1));
  private static final Rate HOUR = rate(5_000, Duration.ofHours(1));
  private static final Rate COLLAPSIBLE = rate(20, Duration.ofHours(1));

  /// `most` at once, and again after `refill`.
  private static Rate rate(final int most, final Duration refill) {
    return new Rate(TimeScale.divide(refill).toNanos() / most, most);
  }

  private static final class Device {
    private long minute;
    private long hour;
    private long collapsible;
    private long heldUntil;

    Device(final long now) {
      minute = now;
      hour = now;
      collapsible = now;
      heldUntil = now - BEFORE_NANOS; // a push timed a moment before is not held
    }

    synchronized long take(final boolean collapses, final boolean urgent, final long now) {
      long wait = Math.max(MINUTE.waitFor(minute, now), HOUR.waitFor(hour, now));
      wait = Math.max(wait, collapses ? COLLAPSIBLE.waitFor(collapsible, now) : 0);
      wait = Math.max(wait, heldUntil - now);
      if (wait > 0 && !urgent) {
        return wait;
      }
      minute = MINUTE.afterTaking(1, minute, now);
      hour = HOUR.afterTaking(1, hour, now);
      if (collapses) {
        collapsible = COLLAPSIBLE.afterTaking(1, collapsible, now);
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

  private final AtomicLong sweptAt;
  private final Lock sweeping = new ReentrantLock();
  private volatile Map<PushToken, Device> devices = new ConcurrentHashMap<>();

  /// Where the sweep stands; guarded by `sweeping`.
  private Iterator<Device> next = Collections.emptyIterator();

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
    if (now - last < SWEEP_PAUSE_NANOS
        || !sweptAt.compareAndSet(last, now)
        || !sweeping.tryLock()) {
      return;
    }
    try {
      if (devices.size() > MOST) {
        devices = new ConcurrentHashMap<>(); // then Google's own count has to do
        next = Collections.emptyIterator();
        return;
      }
      if (!next.hasNext()) {
        next = devices.values().iterator();
      }
      for (int i = 0; i < SWEPT_AT_ONCE && next.hasNext(); i++) {
        if (next.next().isQuiet(now)) {
          next.remove();
        }
      }
    } finally {
      sweeping.unlock();
    }
  }
}
