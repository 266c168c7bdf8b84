package dev.reveille.server;

import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.OutgoingLimit;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.server.EventLoops;
import dev.reveille.protocols.blob.BlobStore;
import dev.reveille.protocols.notificationhubs.HubJobRuns;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.push.app.WayOut;
import dev.reveille.routing.Routing;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Stores;
import java.time.Duration;

/// The connections to containers that callers of hubs name, and the jobs that use them. A container
/// is a stranger's place: its host must be public unless the operator named it.
///
/// @param runs carries the jobs out
record HubContainers(HubJobRuns runs, OriginPools pools) implements AutoCloseable {
  private static final int MOST_ORIGINS = 64;
  private static final int MOST_CONNECTIONS = 16;

  /// Shorter than the jobs' own, so that they hear what was waited for.
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  private static final Duration IDLE = Duration.ofSeconds(30);

  /// Goes on with what was under way when the server stopped.
  static HubContainers open(
      final Stores stores,
      final Hubs hubs,
      final Routing routing,
      final WayOut wayOut,
      final EventLoops loops,
      final ServerClock clock) {
    final var settings =
        PoolSettings.DEFAULT
            .onDemand()
            .withMostConnections(8)
            .withAnswerPatience(PATIENCE)
            .withIdle(IDLE, Duration.ofHours(1), IDLE)
            .withLargestAnswer(BlobStore.PIECE);
    final var pools =
        new OriginPools(
            "containers",
            loops.group(),
            settings,
            MOST_ORIGINS,
            new OutgoingLimit(MOST_CONNECTIONS),
            url -> wayOut.toStranger(url, HttpVersions.HTTP_1_1));
    final var runs = new HubJobRuns(stores, hubs, routing::roomLeft, pools, wayOut::strange, clock);
    runs.resume();
    return new HubContainers(runs, pools);
  }

  @Override
  public void close() {
    runs.close();
    pools.close();
  }
}
