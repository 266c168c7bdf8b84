package dev.reveille.simulators.service;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import java.util.function.Consumer;

/// Speaks HTTP/2 or HTTP/1.1 over TLS, as the caller chose by ALPN (RFC 7301); a caller that chose
/// nothing gets HTTP/1.1.
public final class EitherHttp extends ApplicationProtocolNegotiationHandler {
  private final Consumer<ChannelPipeline> http2;
  private final Consumer<ChannelPipeline> http1;

  private EitherHttp(final Consumer<ChannelPipeline> http2, final Consumer<ChannelPipeline> http1) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.http2 = http2;
    this.http1 = http1;
  }

  /// For each connection of a listener.
  ///
  /// @param http2 adds the handlers of HTTP/2 to a connection
  /// @param http1 adds the handlers of HTTP/1.1 to a connection
  public static ChannelHandler over(
      final LoopbackCertificates certificates,
      final Consumer<ChannelPipeline> http2,
      final Consumer<ChannelPipeline> http1) {
    final var tls =
        Sockets.tls(
            certificates, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new EitherHttp(http2, http1));
      }
    };
  }

  @Override
  protected void configurePipeline(final ChannelHandlerContext ctx, final String protocol) {
    (protocol.equals(ApplicationProtocolNames.HTTP_2) ? http2 : http1).accept(ctx.pipeline());
  }
}
