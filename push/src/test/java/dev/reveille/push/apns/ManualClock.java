package dev.reveille.push.apns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until a test moves it.
final class ManualClock implements InstantSource {
  private volatile Instant now;

  ManualClock(final Instant now) {
    this.now = now;
  }

  @Override
  public Instant instant() {
    return now;
  }

  void set(final Instant moment) {
    now = moment;
  }

  void forward(final Duration time) {
    now = now.plus(time);
  }
}
