package dev.reveille.live;

import dev.reveille.model.TimeScale;
import java.time.Duration;

/// The limits and time-outs of live channels.
///
/// @param heartbeat a phone that was silent for this time is pinged; after the same time once more
///   its channel is closed
/// @param helloWithin the longest time from the opening of a channel to its hello
/// @param window how many entries may be unacknowledged before the channel waits for the phone
/// @param page how many entries are read from the inbox at once
/// @param reads how many phones that come back may read their inbox at the same time; others wait
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
