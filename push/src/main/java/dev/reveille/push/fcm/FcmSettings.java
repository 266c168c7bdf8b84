package dev.reveille.push.fcm;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.TimeScale;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.DefaultPool;
import dev.reveille.push.app.WayOut;
import java.time.Duration;

/// The settings of the sender for Google.
///
/// @param placeholder shown where the real words do not fit into a push
/// @param breaker the time in which nothing is sent for an app after Google refused its credentials
/// @param tokenPatience the longest wait for the token endpoint
/// @param messagesPerMinute of one project, as Google granted it
/// @param wayOut how requests leave; says which hosts credentials may name
/// @param shards over so many event loops one pool may spread
public record FcmSettings(
    String placeholder,
    Duration breaker,
    Duration tokenPatience,
    int messagesPerMinute,
    WayOut wayOut,
    int shards,
    PoolSettings pool) {
  public static final FcmSettings DEFAULT =
      new FcmSettings(
          "New message",
          TimeScale.divide(Duration.ofSeconds(30)),
          Duration.ofSeconds(10),
          600_000,
          WayOut.DEFAULT,
          1,
          DefaultPool.SETTINGS);

  public FcmSettings withPool(final PoolSettings value) {
    return new FcmSettings(
        placeholder, breaker, tokenPatience, messagesPerMinute, wayOut, shards, value);
  }

  public FcmSettings withBreaker(final Duration value) {
    return new FcmSettings(
        placeholder, value, tokenPatience, messagesPerMinute, wayOut, shards, pool);
  }

  public FcmSettings withMessagesPerMinute(final int value) {
    return new FcmSettings(placeholder, breaker, tokenPatience, value, wayOut, shards, pool);
  }

  public FcmSettings withWayOut(final WayOut value) {
    return new FcmSettings(
        placeholder, breaker, tokenPatience, messagesPerMinute, value, shards, pool);
  }

  /// The same, with other hosts allowed.
  public FcmSettings withAllowed(final AllowedHosts value) {
    return withWayOut(wayOut.withAllowed(value));
  }
}
