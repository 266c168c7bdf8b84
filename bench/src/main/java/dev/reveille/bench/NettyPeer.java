package dev.reveille.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The peer of the benches with held phones: a long poll server as one writes it with Netty's own
/// HTTP codec, without authentication, inbox or anything else. Reads `held` and `tell` on standard
/// input, and says how many it holds or told; what stands behind `tell` is the event.
final class NettyPeer {
  private static final int LARGEST = 65_536;
  private static final String TELL = "tell ";

  private final Map<EventLoop, Set<Channel>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger held = new AtomicInteger();

  private NettyPeer() {}

  /// Arguments: none, or certificate and key.
  static void main(final List<String> arguments) throws Exception {
    new NettyPeer().serve(arguments);
  }

  private void serve(final List<String> arguments) throws Exception {
    final @Nullable SslContext tls =
        arguments.isEmpty()
            ? null
            : SslContextBuilder.forServer(new File(arguments.get(0)), new File(arguments.get(1)))
                .sslProvider(SslProvider.JDK)
                .build();
    final var loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    final var server =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 65_535)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(), new HttpObjectAggregator(LARGEST), new Polls());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    System.out.println("ready " + ((InetSocketAddress) server.localAddress()).getPort());
    final var commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.startsWith(TELL)) {
        final var event = line.substring(TELL.length()).getBytes(StandardCharsets.US_ASCII);
        System.out.println("told " + held.get());
        waiting.forEach((loop, channels) -> loop.execute(() -> tell(channels, event)));
      } else {
        System.out.println("held " + held.get());
      }
    }
    System.exit(0);
  }

  private void tell(final Set<Channel> channels, final byte[] event) {
    final var all = List.copyOf(channels);
    channels.clear();
    held.addAndGet(-all.size());
    for (final var channel : all) {
      final var answer =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(event), true);
      answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, event.length);
      channel.writeAndFlush(answer, channel.voidPromise());
    }
  }

  private final class Polls extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(
        final ChannelHandlerContext context, final FullHttpRequest request) {
      if (waiting
          .computeIfAbsent(context.channel().eventLoop(), _ -> new HashSet<>())
          .add(context.channel())) {
        held.incrementAndGet();
      }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
      final var channels = waiting.get(context.channel().eventLoop());
      if (channels != null && channels.remove(context.channel())) {
        held.decrementAndGet();
      }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      context.close();
    }
  }
}
