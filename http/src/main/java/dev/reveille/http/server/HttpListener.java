package dev.reveille.http.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open port that serves HTTP.
///
/// Closing goes in two steps: [#drain] takes no new connection and blocks until the others have
/// ended or the time given is over, [#close] ends what is left. Call neither on an event loop. The
/// [EventLoops] belong to the caller.
public final class HttpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  private final HttpCore core;
  private final Channel port;
  private final InetSocketAddress address;

  private HttpListener(final HttpCore core, final Channel port) {
    this.core = core;
    this.port = port;
    this.address = (InetSocketAddress) port.localAddress();
  }

  /// Opens a port for one handler.
  ///
  /// @throws IllegalStateException when the port cannot be had
  public static HttpListener open(
      final HttpSettings settings, final EventLoops loops, final HttpHandler handler) {
    return open(settings, loops, new Handlers(handler));
  }

  /// Opens a port for several handlers.
  ///
  /// @throws IllegalStateException when the port cannot be had
  public static HttpListener open(
      final HttpSettings settings, final EventLoops loops, final Handlers handlers) {
    return open(new HttpCore(settings, loops, handlers), loops, null);
  }

  /// Opens a port that serves several listeners by the name in the TLS ClientHello (SNI). Of the
  /// settings the address, the limits before a name is known, and the proxies count.
  public static HttpListener open(
      final HttpSettings settings, final EventLoops loops, final Sites sites) {
    final HttpHandler none =
        exchange -> exchange.problem(421, "Nothing is served here without a name.");
    return open(new HttpCore(settings, loops, new Handlers(none)), loops, sites);
  }

  private static HttpListener open(
      final HttpCore core, final EventLoops loops, final @Nullable Sites sites) {
    final var settings = core.settings();
    loops.all().forEach(loop -> loop.execute(() -> loop.rations(core.handshakes(loop))));
    final var bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(EventLoops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, 65_535)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .handler(new AcceptFailures(core))
            // One for all: each connection would make its own otherwise.
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    welcome(core, channel, sites);
                  }
                });
    if (EventLoops.isEpoll()) {
      // A peer that vanished keeps what we sent unacknowledged: the kernel gives up after this.
      bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) core.stallMillis());
    }
    final var bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException(
          "%s: cannot listen on %s port %d"
              .formatted(settings.name(), settings.host(), settings.port()),
          bound.cause());
    }
    final var listener = new HttpListener(core, bound.channel());
    LOG.info("{}: listening on {}", settings.name(), listener.address);
    return listener;
  }

  private static void welcome(
      final HttpCore core, final Channel channel, final @Nullable Sites sites) {
    final var loop = core.loops().of(channel.eventLoop());
    final var tls = core.settings().tls();
    core.accepted().increment();
    final var proxies = core.settings().proxies();
    if (proxies != null && proxies.includes(addressOf(channel))) {
      Peers.isProxy(channel, proxies);
      if (proxies.speakFirst()) {
        final var _ = channel.pipeline().addLast(new ProxyGreeting(core));
      }
    }
    final var address = Peers.counted(channel);
    final var isSecure = tls != null || sites != null;
    if (core.limit().enter(address)) {
      if (!isSecure) {
        final var _ = channel.pipeline().addLast(new Http1Connection(core, loop, true));
      } else if (core.limit().handshakeBegins(address)) {
        final var greeting = new TlsGreeting(core, loop).countedUnder(address);
        final var first =
            sites != null ? new SiteChooser(sites, greeting) : new HandshakeTurn(greeting);
        final var _ = channel.pipeline().addLast(first, greeting);
      } else {
        core.limit().leave(address);
        channel.unsafe().closeForcibly();
      }
    } else if (!isSecure && core.limit().places().turnsAway()) {
      final var _ = channel.pipeline().addLast(new Http1Connection(core, loop, false));
    } else {
      // A handshake only for a refusal would cost more than the answer is worth.
      channel.unsafe().closeForcibly();
    }
  }

  private static @Nullable InetAddress addressOf(final Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress known ? known.getAddress() : null;
  }

  HttpCore core() {
    return core;
  }

  /// Where it listens; the real port if 0 was asked for.
  public InetSocketAddress address() {
    return address;
  }

  public int port() {
    return address.getPort();
  }

  /// Whether new connections are taken.
  public boolean isOpen() {
    return !core.isDraining();
  }

  /// Connections open now.
  public int connections() {
    return core.limit().open();
  }

  /// Connections ever accepted.
  public long accepted() {
    return core.accepted().sum();
  }

  /// Connections refused because of a limit.
  public long refused(final RefusedFor reason) {
    return core.limit().refused(reason);
  }

  /// Connections whose TLS handshake has not ended.
  public int handshakes() {
    return core.limit().handshakes();
  }

  /// Takes no new connections, tells the open ones to end, and waits until all have or the time is
  /// over. HTTP/1.1 answers say `Connection: close`, HTTP/2 gets a GOAWAY; idle connections close
  /// spread over the time. Held requests and WebSockets are their owners' to end.
  public void drain(final Duration over) {
    final var _ = port.close().awaitUninterruptibly();
    core.beginDraining();
    for (final var loop : core.loops().all()) {
      loop.execute(() -> loop.each(core, one -> one.drain(loop.nowMillis() + over.toMillis())));
    }
    final var end = System.nanoTime() + over.toNanos();
    try {
      while (core.limit().open() > 0 && System.nanoTime() < end) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Closes the port and every connection.
  @Override
  public void close() {
    core.beginDraining();
    final var _ = port.close().awaitUninterruptibly();
    for (final var loop : core.loops().all()) {
      loop.execute(() -> {
        loop.rationsNoMore(core.handshakes(loop));
        loop.each(
            core,
            one -> {
              final var _ = one.channel().close();
            });
      });
    }
  }
}
