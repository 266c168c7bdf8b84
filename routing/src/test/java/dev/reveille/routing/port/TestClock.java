package dev.reveille.routing.port;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that the test moves.
public final class TestClock implements InstantSource {
  private volatile Instant now;

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

  public synchronized void advance(final Duration by) {
    set(now.plus(by));
  }
}
