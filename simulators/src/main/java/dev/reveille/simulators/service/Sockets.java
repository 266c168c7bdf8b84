package dev.reveille.simulators.service;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Opens listening sockets on loopback for the simulators, with the event loops that serve them.
/// Must be closed.
public final class Sockets implements AutoCloseable {
  private final EventLoopGroup loops;

  /// @param name for threads
  public Sockets(final String name, final int threads) {
    loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory(name, true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /// @param protocols offered by ALPN; none switches ALPN off
  public static SslContext tls(final LoopbackCertificates certificates, final String... protocols) {
    return built(builder(certificates, protocols));
  }

  /// Asks the caller for a certificate and takes any, or none: the service judges it.
  ///
  /// @param protocols offered by ALPN; none switches ALPN off
  public static SslContext tlsThatAsks(
      final LoopbackCertificates certificates, final String... protocols) {
    return built(
        builder(certificates, protocols)
            .clientAuth(ClientAuth.OPTIONAL)
            .trustManager(InsecureTrustManagerFactory.INSTANCE));
  }

  /// Asks the caller for a certificate and takes any but the refused ones, or none.
  ///
  /// @param protocols offered by ALPN; none switches ALPN off
  public static SslContext tlsThatAsks(
      final LoopbackCertificates certificates,
      final RefusedCertificates refused,
      final String... protocols) {
    return built(
        builder(certificates, protocols).clientAuth(ClientAuth.OPTIONAL).trustManager(refused));
  }

  private static SslContext built(final SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("the certificates that were just made are not usable", e);
    }
  }

  private static SslContextBuilder builder(
      final LoopbackCertificates certificates, final String... protocols) {
    return SslContextBuilder.forServer(
            certificates.leafKey().getPrivate(),
            certificates.chain().toArray(X509Certificate[]::new))
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            protocols.length > 0
                ? new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    protocols)
                : ApplicationProtocolConfig.DISABLED);
  }

  public Channel listen(final int port, final ChannelHandler initializer) {
    return new ServerBootstrap()
        .group(loops)
        .channel(
            Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 1_024)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(initializer)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .syncUninterruptibly()
        .channel();
  }

  /// Runs something after a time, on one of the threads behind the sockets.
  public void later(final Duration time, final Runnable what) {
    final var _ = loops.schedule(what, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  public static int port(final Channel channel) {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
  }
}
