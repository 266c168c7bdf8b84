package dev.reveille.http.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The few threads that all sockets of the process run on, shared by several listeners.
///
/// Each loop looks over its connections every half second: that one tick is the timer of them all,
/// so a held phone owns no timer object, and no limit is finer than the tick.
///
/// Thread-safe. [#close] ends the loops and blocks for up to five seconds; never call it on one of
/// them.
public final class EventLoops implements AutoCloseable {
  static final long TICK_MILLIS = 500;

  private final EventLoopGroup group;
  private final Map<EventExecutor, Loop> loops = new IdentityHashMap<>();
  private final List<EventLoop> executors = new ArrayList<>();

  private EventLoops(final int count, final InstantSource time, final boolean ticking) {
    final var io = isEpoll() ? EpollIoHandler.newFactory() : nio();
    this.group =
        new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("reveille-io", true), io);
    for (final var executor : group) {
      final var loop = new Loop((EventLoop) executor, time);
      loops.put(executor, loop);
      executors.add((EventLoop) executor);
      if (ticking) {
        final var _ =
            executor.scheduleAtFixedRate(
                loop::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /// As many loops as the machine has cores, at least two.
  public static EventLoops open() {
    return open(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  public static EventLoops open(final int count) {
    final var startNanos = System.nanoTime();
    final var start = Instant.now();
    // Limits must not move when an operator sets the machine's clock.
    return new EventLoops(
        count, () -> start.plusNanos(System.nanoTime() - startNanos), /* ticking= */ true);
  }

  /// Loops whose time stands still until a test moves its clock and calls [#tick].
  public static EventLoops manual(final int count, final InstantSource time) {
    return new EventLoops(count, time, /* ticking= */ false);
  }

  /// Runs one tick on every loop and returns when all have run.
  public void tick() {
    final var done = new CountDownLatch(loops.size());
    for (final var loop : loops.values()) {
      loop.execute(() -> {
        try {
          loop.tick();
        } finally {
          done.countDown();
        }
      });
    }
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("an event loop did not tick within 10 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// For other users of sockets: outgoing connections, channels that send to many at once.
  public EventLoopGroup group() {
    return group;
  }

  /// The loops one by one, for work that is done once per loop.
  public List<EventLoop> executors() {
    return List.copyOf(executors);
  }

  /// Whether Linux's epoll serves the sockets; elsewhere Java's own selector does.
  public static boolean isEpoll() {
    return Epoll.isAvailable();
  }

  Loop of(final EventExecutor executor) {
    final var loop = loops.get(executor);
    if (loop == null) {
      throw new IllegalArgumentException("not one of these event loops: " + executor);
    }
    return loop;
  }

  List<Loop> all() {
    return List.copyOf(loops.values());
  }

  static Class<? extends ServerChannel> serverChannel() {
    return isEpoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static IoHandlerFactory nio() {
    return NioIoHandler.newFactory();
  }

  @Override
  public void close() {
    final var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5000);
  }
}
