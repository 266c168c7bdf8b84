package dev.reveille.push.apns;

import dev.reveille.push.http2.PoolSettings;
import java.time.Duration;

/// How the sender behaves.
///
/// @param tokenRefresh a provider token is replaced after so long, between 20 and 60 minutes
/// @param placeholder shown where the real words do not fit into a push
/// @param breaker so long nothing is sent for an app after Apple refused its credentials
/// @param shards over so many event loops one pool may spread
public record ApnsSettings(
    Duration tokenRefresh, String placeholder, Duration breaker, int shards, PoolSettings pool) {
  public static final ApnsSettings DEFAULT =
      new ApnsSettings(
          Duration.ofMinutes(45), "New message", Duration.ofSeconds(30), 1, PoolSettings.DEFAULT);

  public ApnsSettings withPool(final PoolSettings value) {
    return new ApnsSettings(tokenRefresh, placeholder, breaker, shards, value);
  }

  public ApnsSettings withBreaker(final Duration value) {
    return new ApnsSettings(tokenRefresh, placeholder, value, shards, pool);
  }
}
