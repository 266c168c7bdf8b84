package dev.reveille.push.url;

import dev.reveille.http.client.OutgoingLimit;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.TimeScale;
import dev.reveille.push.app.DefaultPool;
import dev.reveille.push.app.WayOut;
import java.time.Duration;

/// The settings of a [UrlSender].
///
/// @param wayOut how requests leave
/// @param breaker the longest pause between two pushes that try whether refused credentials are
///   taken again
/// @param pool for each origin
/// @param mostOrigins how many origins may have connections at once
/// @param limit on the connections of all origins
public record UrlSettings(
    WayOut wayOut, Duration breaker, PoolSettings pool, int mostOrigins, OutgoingLimit limit) {

  private static final int CONNECTIONS_OF_AN_ORIGIN = 16;
  private static final int MOST_ORIGINS = 500;

  /// Of one push service, so that none takes the places of another; three times it fits into what
  /// the listeners leave of the process's file descriptors.
  private static final int MOST_CONNECTIONS = 80;

  private static final int MOST_HUBS = 100;
  static final int MOST_CONNECTIONS_OF_HUBS = 32;

  /// A hub that takes connections and never answers must not have all of them.
  private static final int CONNECTIONS_OF_A_HUB = 4;

  /// Many origins share few places: a connection that carries nothing gives its place back soon.
  private static final Duration IDLE = Duration.ofSeconds(30);

  public static UrlSettings of(final WayOut wayOut) {
    return new UrlSettings(
        wayOut,
        TimeScale.divide(Duration.ofSeconds(30)),
        DefaultPool.SETTINGS
            .onDemand()
            .withMostConnections(CONNECTIONS_OF_AN_ORIGIN)
            .withIdle(Duration.ofSeconds(60), Duration.ofHours(1), IDLE),
        MOST_ORIGINS,
        new OutgoingLimit(MOST_CONNECTIONS));
  }

  /// For hubs, which operators name: they are few.
  public static UrlSettings ofHubs(final WayOut wayOut) {
    final var usual = of(wayOut);
    return new UrlSettings(
        wayOut,
        usual.breaker,
        usual.pool.withMostConnections(CONNECTIONS_OF_A_HUB),
        MOST_HUBS,
        new OutgoingLimit(MOST_CONNECTIONS_OF_HUBS));
  }

  public UrlSettings withPool(final PoolSettings value) {
    return new UrlSettings(wayOut, breaker, value, mostOrigins, limit);
  }

  public UrlSettings withBreaker(final Duration value) {
    return new UrlSettings(wayOut, value, pool, mostOrigins, limit);
  }
}
