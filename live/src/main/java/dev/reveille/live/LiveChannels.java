package dev.reveille.live;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.LiveRoutes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the live channel and the held Ping of each installation, from any thread, and hands frames
/// to them.
///
/// Nothing is remembered over a restart, and nothing of a channel outlives it: an installation
/// without an open channel is suspended. A newer channel of an installation replaces the older one.
///
/// Thread-safe. The map is shared; everything inside a channel belongs to its event loop. [#drain]
/// and [#close] block for up to ten seconds until all phones were told to come back later.
public final class LiveChannels implements LiveRoutes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveChannels.class);

  /// What the ways of one event loop share.
  static final class LoopContext {
    final Executor loop;
    final TimerWheel wheel = new TimerWheel();
    final InboxReader reader;
    @Nullable ScheduledFuture<?> ticks;

    LoopContext(final Executor loop, final InboxReader reader) {
      this.loop = loop;
      this.reader = reader;
    }

    /// A second passed; on the loop.
    void tick() {
      for (final var way : wheel.tick()) {
        way.tick();
      }
    }
  }

  private final Inbox inbox;
  private final InstantSource clock;
  private final LiveSettings settings;
  private final Executor workers;
  private final Semaphore returning;
  private final Map<InstallationId, LiveChannel> open = new ConcurrentHashMap<>();

  private final Map<InstallationId, HeldPing> pings = new ConcurrentHashMap<>();

  /// Channels whose phones have not introduced themselves yet: there may be several of one
  /// installation.
  private final Map<InstallationId, Set<LiveChannel>> ungreeted = new ConcurrentHashMap<>();

  private final Map<Executor, LoopContext> homes = new ConcurrentHashMap<>();
  private final long epoch;
  private final LongAdder polls = new LongAdder();
  private volatile boolean draining;

  public LiveChannels(final Inbox inbox, final InstantSource clock, final LiveSettings settings) {
    this(
        inbox,
        clock,
        settings,
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("inbox-", 0).factory()));
  }

  LiveChannels(
      final Inbox inbox,
      final InstantSource clock,
      final LiveSettings settings,
      final Executor workers) {
    this.inbox = inbox;
    this.clock = clock;
    this.settings = settings;
    this.workers = workers;
    this.returning = new Semaphore(settings.reads());
    this.epoch = inbox.end().epoch();
  }

  // ---- what routing asks --------------------------------------------------------------------

  @Override
  public LiveState of(final InstallationId installation) {
    final var channel = open.get(installation);
    final var liveState = channel == null ? LiveState.NOTHING : channel.liveState();
    return pings.isEmpty() || !pings.containsKey(installation) ? liveState : liveState.withPing();
  }

  @Override
  public void send(final List<Frame> group, final Lost lost) {
    final var byHome = new IdentityHashMap<LoopContext, List<Frame>>();
    for (final var frame : group) {
      final var way = way(frame);
      if (way == null) {
        lost.lost(frame, Reason.LIVE_CLOSED);
      } else {
        byHome.computeIfAbsent(way.context, _ -> new ArrayList<>()).add(frame);
      }
    }
    byHome.forEach((context, frames) -> context.loop.execute(() -> deliver(context, frames, lost)));
  }

  private @Nullable HeldRoute way(final Frame frame) {
    return switch (frame.over()) {
      case Route.Live _ -> open.get(frame.to());
      case Route.Ping _ -> pings.get(frame.to());
    };
  }

  /// On the loop. Ways are looked up again: one may have been replaced meanwhile.
  private void deliver(final LoopContext context, final List<Frame> frames, final Lost lost) {
    final var touched = new ArrayList<LiveChannel>(frames.size());
    for (final var frame : frames) {
      final var way = way(frame);
      if (way != null && way.context != context) { // the phone came back on another loop
        send(List.of(frame), lost);
        continue;
      }
      switch (way) {
        case final LiveChannel channel -> {
          channel.deliver(frame, lost);
          touched.add(channel);
        }
        case final HeldPing ping when ping.deliver(frame) -> {}
        case null -> lost.lost(frame, Reason.LIVE_CLOSED);
        case HeldPing _ -> lost.lost(frame, Reason.LIVE_CLOSED);
      }
    }
    touched.forEach(LiveChannel::flush);
  }

  // ---- what others ask ----------------------------------------------------------------------

  /// The open channel of an installation. Its methods belong to its loop: use [LiveChannel#run].
  public Optional<LiveChannel> channel(final InstallationId installation) {
    return Optional.ofNullable(open.get(installation));
  }

  /// All ways that an installation holds, those channels included whose phone has not introduced
  /// itself.
  public List<HeldRoute> all(final InstallationId installation) {
    final var all = new ArrayList<HeldRoute>(ungreeted.getOrDefault(installation, Set.of()));
    if (pings.get(installation) instanceof final HeldPing ping) {
      all.add(ping);
    }
    final var greeted = open.get(installation); // looked at last, where they go from there
    if (greeted != null && !all.contains(greeted)) {
      all.add(greeted);
    }
    return all;
  }

  /// Closes all ways of an installation: it signed out or was removed.
  public void close(final InstallationId installation, final Reason why) {
    all(installation).forEach(way -> way.run(() -> way.end(why)));
  }

  /// After how long a quiet phone is pinged.
  public Duration heartbeat() {
    return settings.heartbeat();
  }

  /// How many channels are open.
  public int size() {
    return open.size();
  }

  /// How many Pings are held.
  public int pings() {
    return pings.size();
  }

  /// How many of those that poll have a request here now that waits; the others are between two.
  public int waitingPolls() {
    return polls.intValue();
  }

  // ---- going down ---------------------------------------------------------------------------

  /// Sends every phone away with a moment of its own to come back, spread evenly over a time, so
  /// that they do not all return at once; then closes the channels. New ones are refused. Waits
  /// until the channels are closed, at most ten seconds.
  public void drain(final Duration spread) {
    draining = true;
    final var all = new ArrayList<HeldRoute>(open.values());
    all.addAll(pings.values());
    ungreeted.values().forEach(all::addAll);
    final var left = new CountDownLatch(all.size());
    final long step = spread.toMillis() / Math.max(1, all.size());
    long offset = ThreadLocalRandom.current().nextLong(step + 1);
    for (final var way : all) {
      final var delay = Duration.ofMillis(offset);
      offset += step;
      try {
        way.run(() -> {
          way.goAway(delay);
          left.countDown();
        });
      } catch (RejectedExecutionException e) {
        left.countDown(); // its loop has gone already
      }
    }
    try {
      if (!left.await(10, TimeUnit.SECONDS)) {
        LOG.warn("{} phones could not be sent away in time", left.getCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
    for (final var context : homes.values()) {
      if (context.ticks != null) {
        context.ticks.cancel(false);
      }
    }
    if (workers instanceof ExecutorService service) {
      service.shutdown();
    }
  }

  // ---- what channels ask --------------------------------------------------------------------

  LoopContext homeOf(final Executor loop) {
    return homes.computeIfAbsent(loop, this::newHome);
  }

  private LoopContext newHome(final Executor loop) {
    final var context =
        new LoopContext(loop, new InboxReader(inbox, settings.page(), loop, workers, returning));
    if (loop instanceof ScheduledExecutorService clocked) {
      context.ticks = clocked.scheduleAtFixedRate(context::tick, 1, 1, TimeUnit.SECONDS);
    }
    return context;
  }

  /// A phone that polls waits now (1), or no longer (-1).
  final void pollWaits(final int change) {
    polls.add(change);
  }

  LiveSettings settings() {
    return settings;
  }

  Instant now() {
    return clock.instant();
  }

  long epoch() {
    return epoch;
  }

  private static void end(final HeldRoute way, final Reason why) {
    try {
      way.run(() -> way.end(why));
    } catch (RejectedExecutionException _) { // its loop has gone already
    }
  }

  /// Makes a Ping the one of its installation; the one before it is ended. Answers false when none
  /// is held any more.
  boolean hold(final HeldPing ping) {
    if (draining) {
      return false;
    }
    final var before = pings.put(ping.installation(), ping);
    if (before != null && before != ping) {
      end(before, Reason.REPLACED);
    }
    return !draining; // else it may have come after the others were ended
  }

  void released(final HeldPing ping) {
    pings.remove(ping.installation(), ping);
  }

  /// A channel was opened.
  void enter(final LiveChannel channel) {
    ungreeted.compute(
        channel.installation(),
        (_, known) -> {
          final Set<LiveChannel> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(channel);
          return all;
        });
  }

  /// The phone of a registered channel has introduced itself.
  void greeted(final LiveChannel channel) {
    ungreeted.computeIfPresent(
        channel.installation(),
        (_, all) -> {
          all.remove(channel);
          return all.isEmpty() ? null : all;
        });
  }

  /// Makes a channel the one of its installation; the one before it is closed. Answers false when
  /// no channel is taken any more.
  boolean register(final LiveChannel channel) {
    if (draining) {
      return false;
    }
    final var before = open.put(channel.installation(), channel);
    if (before != null && before != channel) {
      before.run(() -> before.end(Reason.REPLACED));
    }
    return true;
  }

  void unregister(final LiveChannel channel) {
    open.remove(channel.installation(), channel);
    greeted(channel);
  }
}
