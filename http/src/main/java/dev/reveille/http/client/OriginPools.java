package dev.reveille.http.client;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Keeps one [ClientPool] for each origin (scheme, host and port) that URLs name: made when it is
/// first used, and closed when it was not used for a while. When the limit of origins is reached,
/// [#of] returns null. [#close] blocks until all pools are closed. Thread-safe: this object's lock
/// guards `pools`.
public final class OriginPools implements AutoCloseable {
  private static final long UNUSED_FOR = TimeUnit.MINUTES.toNanos(10);

  private static final class Entry {
    final ClientPool pool;
    volatile long usedAt;

    Entry(final ClientPool pool, final long now) {
      this.pool = pool;
      this.usedAt = now;
    }
  }

  private final String name;
  private final EventLoopGroup loops;
  private final PoolSettings settings;
  private final int most;
  private final OutgoingLimit limit;
  private final Function<PublicUrl, ClientTarget> targets;
  private final Map<String, Entry> pools = new HashMap<>();
  private final ScheduledFuture<?> sweeping;
  private boolean closed;

  /// @param name for logs, such as `webpush`
  /// @param loops carry the connections; they stay the caller's to shut down
  /// @param most origins at once
  /// @param limit on the connections of all of them
  /// @param targets says how an origin is reached; thrown exceptions go to the caller of [#of]
  public OriginPools(
      final String name,
      final EventLoopGroup loops,
      final PoolSettings settings,
      final int most,
      final OutgoingLimit limit,
      final Function<PublicUrl, ClientTarget> targets) {
    this.name = name;
    this.loops = loops;
    this.settings = settings;
    this.most = most;
    this.limit = limit;
    this.targets = targets;
    this.sweeping =
        loops.next().scheduleAtFixedRate(() -> closeUnused(UNUSED_FOR), 1, 1, TimeUnit.MINUTES);
  }

  /// The pool of the URL's origin.
  ///
  /// @return null when too many origins are in use, or this is closed
  public synchronized @Nullable ClientPool of(final PublicUrl url) {
    final long now = System.nanoTime();
    final var known = pools.get(url.origin());
    if (known != null) {
      known.usedAt = now;
      return known.pool;
    }
    if (closed || pools.size() >= most && !makeRoom()) {
      return null;
    }
    final var target = targets.apply(url);
    final var pool =
        new ClientPool(name + " " + target, loops, 1, target, settings, PoolListener.NONE, limit);
    pools.put(url.origin(), new Entry(pool, now));
    return pool;
  }

  /// Closes the pool that was not used for the longest time, if nothing is under way there.
  private boolean makeRoom() {
    Entry oldest = null;
    for (final var each : pools.values()) {
      if (each.pool.load() == 0 && (oldest == null || each.usedAt - oldest.usedAt < 0)) {
        oldest = each;
      }
    }
    if (oldest == null) {
      return false;
    }
    pools.values().remove(oldest);
    closeLater(List.of(oldest.pool));
    return true;
  }

  /// Closes the pools that nothing was asked of for so many nanoseconds.
  void closeUnused(final long unusedFor) {
    final var gone = new ArrayList<ClientPool>();
    final long now = System.nanoTime();
    synchronized (this) {
      pools
          .values()
          .removeIf(entry -> {
            final boolean unused = now - entry.usedAt >= unusedFor && entry.pool.load() == 0;
            if (unused) {
              gone.add(entry.pool);
            }
            return unused;
          });
    }
    closeLater(gone);
  }

  /// Closing waits for answers, which an event loop must not.
  private static void closeLater(final List<ClientPool> gone) {
    if (!gone.isEmpty()) {
      Thread.ofVirtual().name("close-pools").start(() -> gone.forEach(ClientPool::close));
    }
  }

  public synchronized int size() {
    return pools.size();
  }

  /// Waits for answers under way; not to be called from an event loop.
  @Override
  public void close() {
    sweeping.cancel(false);
    final List<ClientPool> all;
    synchronized (this) {
      closed = true;
      all = pools.values().stream().map(entry -> entry.pool).toList();
      pools.clear();
    }
    final var closing = all.stream().map(pool -> Thread.ofVirtual().start(pool::close)).toList();
    for (final var each : closing) {
      try {
        each.join();
      } catch (final InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
