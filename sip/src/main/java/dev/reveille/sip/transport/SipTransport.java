package dev.reveille.sip.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/// Listens for SIP connections and opens them, over TCP and TLS, on event loops of its owner (epoll
/// or NIO). Thread-safe.
public final class SipTransport {
  private static final int BACKLOG = 1024;

  private final IoEventLoopGroup loops;
  private final TransportContext context;
  private final boolean isEpoll;
  private final ChannelGroup outgoing = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  /// @param loops stay the caller's; it closes them after this transport
  /// @param sentByHost our name in Via: the host that peers find us under
  /// @param sentByPort our port in Via; 0 for the default one
  public SipTransport(
      final IoEventLoopGroup loops,
      final TransportSettings settings,
      final String sentByHost,
      final int sentByPort) {
    this(loops, settings, sentByHost, sentByPort, () -> System.nanoTime() / 1_000_000);
  }

  /// @param clockMillis never goes back
  SipTransport(
      final IoEventLoopGroup loops,
      final TransportSettings settings,
      final String sentByHost,
      final int sentByPort,
      final LongSupplier clockMillis) {
    this.loops = loops;
    this.context = new TransportContext(settings, sentByHost, sentByPort, clockMillis);
    this.isEpoll = loops.isIoType(EpollIoHandler.class);
  }

  /// Listens over TCP.
  ///
  /// @param address port 0 for one that the system chooses
  /// @throws IOException when the address cannot be listened on
  public SipListener listen(final InetSocketAddress address, final SipHandler handler)
      throws IOException {
    return listen(address, Optional.empty(), handler);
  }

  /// Listens over TLS. Peers are asked for a certificate; those without one come in, too.
  ///
  /// @param tls asked for each new connection, so that certificates can be replaced
  /// @throws IOException when the address cannot be listened on
  public SipListener listen(
      final InetSocketAddress address, final Supplier<SipTls> tls, final SipHandler handler)
      throws IOException {
    return listen(address, Optional.of(tls), handler);
  }

  private SipListener listen(
      final InetSocketAddress address,
      final Optional<Supplier<SipTls>> tls,
      final SipHandler handler)
      throws IOException {
    final var settings = context.settings();
    final var accepted =
        new AcceptedConnections(settings.mostConnections(), settings.mostUnproven());
    final var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new AcceptPause())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    if (accepted.takes(channel)) {
                      final var engine = tls.map(one -> one.get().serverEngine());
                      accepted.add(install(channel, engine, accepted, handler));
                    }
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen for SIP on " + address, bound.cause());
    }
    return new SipListener(bound.channel(), accepted);
  }

  /// Opens a connection.
  ///
  /// @param handler works on what the peer asks over it
  public void open(final SipTarget target, final SipHandler handler, final OpenListener listener) {
    final var attempt = new OpenAttempt(target, listener);
    final var connecting =
        new Bootstrap()
            .group(loops)
            .channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) context.settings().times().connect().toMillis())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    outgoing.add(channel);
                    final var port = target.address().getPort();
                    final var engine =
                        target.tls().map(tls -> tls.clientEngine(target.serverName(), port));
                    final var _ = install(channel, engine, attempt, handler);
                  }
                })
            .connect(target.address());
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        final var isTimeout = done.cause() instanceof ConnectTimeoutException;
        attempt.fail(
            new OpenFailure.Unreachable(isTimeout, String.valueOf(done.cause().getMessage())));
      }
    });
  }

  private WriteBufferWaterMark waterMark() {
    final var high = context.settings().mostUnsentBytes() / 4;
    return new WriteBufferWaterMark(high / 4, high);
  }

  private SipConnection install(
      final Channel channel,
      final Optional<SSLEngine> engine,
      final Origin origin,
      final SipHandler handler) {
    final var connection = new SipConnection(channel, context, origin, handler, engine.isPresent());
    if (engine.isPresent()) {
      final var tls = new SslHandler(engine.get());
      // the connection's own look at the clock ends a slow handshake
      tls.setHandshakeTimeoutMillis(0);
      channel.pipeline().addLast(tls);
    }
    channel.pipeline().addLast(new ConnectionHandler(connection));
    return connection;
  }

  /// Ends the connections that were opened here: those with open requests when these are answered,
  /// but no later than after this time. Blocks so long; never call it on an event loop. Listeners
  /// are closed by themselves.
  public void close(final Duration longest) {
    outgoing.forEach(channel -> {
      final var handler = channel.pipeline().get(ConnectionHandler.class);
      if (handler != null) {
        handler.connection().drain(longest);
      }
    });
    final var most = longest.plus(context.settings().times().linger()).plusSeconds(1);
    if (!outgoing.newCloseFuture().awaitUninterruptibly(most.toMillis(), TimeUnit.MILLISECONDS)) {
      outgoing.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }
}
