package dev.reveille.routing.port;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that the test moves.
public final class TestClock implements InstantSource {
  private volatile Instant now;
  private volatile Duration set = Duration.ZERO;

  public TestClock(final Instant start) {
    now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  public void set(final Instant moment) {
    now = moment;
  }

  /// The clock is set: no time passes.
  public synchronized void step(final Duration by) {
    set = set.plus(by);
    now = now.plus(by);
  }

  /// Nanoseconds that passed, as a monotonic clock counts them.
  public synchronized long elapsed() {
    return Duration.between(Instant.EPOCH, now.minus(set)).toNanos();
  }

  public synchronized void advance(final Duration by) {
    set(now.plus(by));
  }
}
