package dev.reveille.bench.siege;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Connections to the server from eight addresses of this machine, all on one event loop.
final class AttackConnections implements AutoCloseable {
  static final int ADDRESSES = 8;

  /// An attacker that reads nothing has a small buffer, or the system would read for it.
  private static final int UNREAD_BUFFER = 4 * 1024;

  enum Protocol {
    /// TCP without a word of TLS.
    NONE,
    HTTP1,
    HTTP2
  }

  /// @param reads whether the attacker reads what comes after the handshake
  record Kind(Protocol protocol, boolean reads) {}

  private final AttackTarget target;
  private final Tally tally;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final SslContext http1;
  private final SslContext http2;

  AttackConnections(final AttackTarget target, final Tally tally) throws IOException {
    this.target = target;
    this.tally = tally;
    this.http1 = tls(ApplicationProtocolNames.HTTP_1_1);
    this.http2 = tls(ApplicationProtocolNames.HTTP_2);
  }

  private SslContext tls(final String protocol) throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(target.authority().toFile())
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocol))
        .build();
  }

  /// The address from which a connection comes: 127.0.0.2 and up, since the server's other peers
  /// come from 127.0.0.1.
  static String address(final int number) {
    return "127.0.0." + (2 + number % ADDRESSES);
  }

  EventLoop loop() {
    return loop.next();
  }

  Tally tally() {
    return tally;
  }

  /// @param from number of the address
  /// @param speaks adds what speaks on the connection; its handlers are told of the handshake
  ChannelFuture connect(
      final URI listener, final int from, final Kind kind, final Consumer<Channel> speaks) {
    final var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
            .localAddress(new InetSocketAddress(address(from), 0))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    if (kind.protocol != Protocol.NONE) {
                      final var tls = kind.protocol == Protocol.HTTP1 ? http1 : http2;
                      channel
                          .pipeline()
                          .addLast(
                              tls.newHandler(
                                  channel.alloc(), listener.getHost(), listener.getPort()));
                    }
                    speaks.accept(channel);
                  }
                });
    if (!kind.reads) {
      bootstrap.option(ChannelOption.SO_RCVBUF, UNREAD_BUFFER);
    }
    return bootstrap.connect(listener.getHost(), listener.getPort());
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
