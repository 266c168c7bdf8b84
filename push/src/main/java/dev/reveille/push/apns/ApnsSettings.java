package dev.reveille.push.apns;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.TimeScale;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.DefaultPool;
import dev.reveille.push.app.WayOut;
import java.time.Duration;

/// The settings of the sender for Apple.
///
/// @param tokenRefresh a provider token is replaced after so long, between 20 and 60 minutes
/// @param placeholder shown where the real words do not fit into a push
/// @param breaker the longest pause between two pushes that try whether Apple takes credentials
///   that it refused
/// @param wayOut how requests leave; says which hosts credentials may name
/// @param shards over so many event loops one pool may spread
public record ApnsSettings(
    Duration tokenRefresh,
    String placeholder,
    Duration breaker,
    WayOut wayOut,
    int shards,
    PoolSettings pool) {
  public static final ApnsSettings DEFAULT =
      new ApnsSettings(
          Duration.ofMinutes(45),
          "New message",
          TimeScale.divide(Duration.ofSeconds(30)),
          WayOut.DEFAULT,
          1,
          DefaultPool.SETTINGS);

  public ApnsSettings withPool(final PoolSettings value) {
    return new ApnsSettings(tokenRefresh, placeholder, breaker, wayOut, shards, value);
  }

  public ApnsSettings withBreaker(final Duration value) {
    return new ApnsSettings(tokenRefresh, placeholder, value, wayOut, shards, pool);
  }

  public ApnsSettings withWayOut(final WayOut value) {
    return new ApnsSettings(tokenRefresh, placeholder, breaker, value, shards, pool);
  }

  /// The same, with other hosts allowed.
  public ApnsSettings withAllowed(final AllowedHosts value) {
    return withWayOut(wayOut.withAllowed(value));
  }
}
