package dev.reveille.http.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens TCP and TLS. The name is resolved afresh for every connection and the addresses are tried
/// in random order, so that connections spread over the peer's machines.
final class Connector {
  /// Above this a connection takes no more requests: the peer does not read.
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);

  interface Result {
    void connected(InetSocketAddress peer);

    void failed(Throwable cause);
  }

  private final Http2Target target;
  private final Class<? extends Channel> channelType;
  private final NameServers nameServers;
  private final int patienceMillis;

  /// `host:port`, for logs and trails.
  String peer() {
    return target.toString();
  }

  Connector(
      final Http2Target target,
      final Class<? extends Channel> channelType,
      final PoolSettings settings) {
    this.target = target;
    this.channelType = channelType;
    this.nameServers = settings.nameServers();
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, settings.connectPatience().toMillis());
  }

  /// Results are told on the loop.
  void connect(final EventLoop loop, final Link link, final Result result) {
    link.stage(Link.Stage.NAME);
    NameLookup.resolve(loop, nameServers, target.host())
        .addListener((Future<List<InetAddress>> done) -> {
          if (!done.isSuccess()) {
            result.failed(done.cause());
            return;
          }
          final var addresses = new ArrayList<>(done.getNow());
          Collections.shuffle(addresses);
          link.stage(Link.Stage.TCP);
          connect(loop, link, addresses, 0, null, result);
        });
  }

  private void connect(
      final EventLoop loop,
      final Link link,
      final List<InetAddress> addresses,
      final int index,
      final @Nullable Throwable before,
      final Result result) {
    if (link.state() == Link.State.CLOSED) {
      return;
    }
    final var peer = new InetSocketAddress(addresses.get(index), target.port());
    final var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(channelType)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patienceMillis)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    final var tls =
                        target.tls().newHandler(channel.alloc(), target.host(), target.port());
                    tls.setHandshakeTimeoutMillis(patienceMillis);
                    channel.pipeline().addLast(tls);
                  }
                });
    bootstrap
        .connect(peer)
        .addListener((io.netty.channel.ChannelFuture done) -> {
          if (done.isSuccess()) {
            if (link.state() == Link.State.CLOSED) {
              done.channel().close();
            } else {
              link.stage(Link.Stage.TLS);
              done.channel().pipeline().addLast(link);
              result.connected(peer);
            }
          } else {
            final var failure = saysMore(done.cause(), before);
            if (index + 1 < addresses.size()) {
              connect(loop, link, addresses, index + 1, failure, result);
            } else {
              result.failed(failure);
            }
          }
        });
  }

  /// Of several addresses the one that got farther: a machine without a way to IPv6 addresses would
  /// otherwise hide what became of the others.
  private static Throwable saysMore(final Throwable now, final @Nullable Throwable before) {
    final boolean noRoute = ConnectFailure.of(now).orElse(null) == ConnectFailure.NO_ROUTE;
    return before != null && noRoute ? before : now;
  }
}
