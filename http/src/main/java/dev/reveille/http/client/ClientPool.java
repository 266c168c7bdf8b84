package dev.reveille.http.client;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The HTTP connections to one peer. A pool is for one identity: whatever the peer binds to a
/// connection, such as a key or a client certificate, all requests of the pool share.
///
/// Requests are handed in as groups, from any thread, and get their result on an event loop. Low
/// load stays on the first event loop and there on the first connection; more load opens more of
/// both. Each request gets exactly one result, also when the pool is closed. Thread-safe; to send
/// never blocks. [#close] blocks until the requests under way have ended or a grace period (5 s) is
/// over, so never call it on an event loop; it throws IllegalStateException when the loops are
/// stuck.
public final class ClientPool implements AutoCloseable {
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /// How long an event loop of a machine with much to do may take to end the last connection.
  private static final long UNTIL_LOOPS_RUN_MILLIS = 10_000;

  /// A group larger than this is spread, so that one broadcast does not sit on one event loop.
  private static final int LARGEST_UNDIVIDED = 4_096;

  private final String name;
  private final Shard[] shards;
  private final int spillAbove;

  /// @param name for logs: who the peer is, without secrets
  /// @param loops their threads tell the results; they stay the caller's to shut down
  public ClientPool(
      final String name,
      final EventLoopGroup loops,
      final ClientTarget target,
      final PoolSettings settings,
      final PoolListener listener) {
    this(name, loops, 1, target, settings, listener);
  }

  /// @param shardCount over so many event loops the pool may spread
  public ClientPool(
      final String name,
      final EventLoopGroup loops,
      final int shardCount,
      final ClientTarget target,
      final PoolSettings settings,
      final PoolListener listener) {
    this(name, loops, shardCount, target, settings, listener, OutgoingLimit.NONE);
  }

  /// @param shardCount over so many event loops the pool may spread
  /// @param limit on the connections of this and other pools
  public ClientPool(
      final String name,
      final EventLoopGroup loops,
      final int shardCount,
      final ClientTarget target,
      final PoolSettings settings,
      final PoolListener listener,
      final OutgoingLimit limit) {
    this.name = name;
    this.spillAbove = settings.mostStreams();
    this.shards = new Shard[shardCount];
    final var connector = new Connector(target, ClientEventLoops.channelFor(loops), settings);
    for (int i = 0; i < shardCount; i++) {
      shards[i] = new Shard(loops.next(), connector, settings, listener, name, limit);
    }
  }

  /// Hands requests in. The list is not touched any more by the caller.
  public void send(final List<? extends ClientRequest> group) {
    if (group.size() <= LARGEST_UNDIVIDED || shards.length == 1) {
      choose().send(group);
      return;
    }
    for (int from = 0; from < group.size(); from += LARGEST_UNDIVIDED) {
      choose().send(group.subList(from, Math.min(group.size(), from + LARGEST_UNDIVIDED)));
    }
  }

  /// The first shard with room for more; when all are busy, the least busy.
  private Shard choose() {
    Shard best = shards[0];
    for (final var shard : shards) {
      final int load = shard.load();
      if (load < spillAbove) {
        return shard;
      }
      if (load < best.load()) {
        best = shard;
      }
    }
    return best;
  }

  /// Requests that have not ended yet: queued and under way.
  public int load() {
    int sum = 0;
    for (final var shard : shards) {
      sum += shard.load();
    }
    return sum;
  }

  /// Lets every connection finish what is under way and take nothing more; what comes next gets new
  /// connections.
  public void retireConnections(final String why) {
    for (final var shard : shards) {
      shard.retireConnections(why);
    }
  }

  /// Waits up to five seconds for answers that are under way. Not to be called from an event loop.
  @Override
  public void close() {
    close(CLOSE_GRACE);
  }

  public void close(final Duration grace) {
    final var open = new CountDownLatch(shards.length);
    for (final var shard : shards) {
      shard.close(grace.toMillis(), open::countDown);
    }
    try {
      // longer than the grace: its end is what ends the last connection
      if (!open.await(grace.toMillis() + UNTIL_LOOPS_RUN_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(name + ": the event loops are stuck");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "ClientPool[" + name + "]";
  }
}
