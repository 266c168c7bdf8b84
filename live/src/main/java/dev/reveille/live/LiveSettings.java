package dev.reveille.live;

import dev.reveille.model.TimeScale;
import java.time.Duration;

/// How held phones are treated.
///
/// @param heartbeat a phone that was silent that long is pinged; silent once more, it is gone
/// @param helloWithin a channel without a hello is closed after it
/// @param window entries that may be unacknowledged before the channel waits for the phone
/// @param page entries read from the inbox at once
/// @param reads phones that come back and read their inbox at the same time; others wait their turn
public record LiveSettings(
    Duration heartbeat, Duration helloWithin, int window, int page, int reads) {
  public static final LiveSettings DEFAULT =
      new LiveSettings(
          TimeScale.divide(Duration.ofSeconds(45), Duration.ofSeconds(1)),
          Duration.ofSeconds(10),
          256,
          100,
          16);

  public LiveSettings {
    if (heartbeat.toSeconds() < 1 || heartbeat.toSeconds() > TimerWheel.LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "live.heartbeat must be 1 to "
              + TimerWheel.LONGEST_SECONDS
              + " seconds, not "
              + heartbeat);
    }
    if (helloWithin.toSeconds() < 1 || helloWithin.toSeconds() > TimerWheel.LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "live.hello-within must be 1 to "
              + TimerWheel.LONGEST_SECONDS
              + " seconds, not "
              + helloWithin);
    }
    if (window < 1 || page < 1 || reads < 1) {
      throw new IllegalArgumentException(
          "live.window (%d), live.page (%d) and live.reads (%d) must be positive"
              .formatted(window, page, reads));
    }
  }

  public LiveSettings withTimes(final Duration heartbeats, final Duration hello) {
    return new LiveSettings(heartbeats, hello, window, page, reads);
  }

  /// @param entries that may be told and not acknowledged
  /// @param atOnce entries that are read at once
  public LiveSettings withWindow(final int entries, final int atOnce) {
    return new LiveSettings(heartbeat, helloWithin, entries, atOnce, reads);
  }
}
