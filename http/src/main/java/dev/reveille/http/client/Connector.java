package dev.reveille.http.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

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
  private final int patienceMillis;

  Connector(
      final Http2Target target,
      final Class<? extends Channel> channelType,
      final PoolSettings settings) {
    this.target = target;
    this.channelType = channelType;
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, settings.connectPatience().toMillis());
  }

  /// Results are told on the loop.
  void connect(final EventLoop loop, final Link link, final Result result) {
    // asking for a name blocks
    Thread.ofVirtual()
        .name("resolve-" + target.host())
        .start(() -> {
          try {
            final var addresses = Arrays.asList(InetAddress.getAllByName(target.host()));
            Collections.shuffle(addresses);
            loop.execute(() -> connect(loop, link, addresses, 0, result));
          } catch (UnknownHostException e) {
            tell(
                loop,
                () -> result.failed(new UnknownHostException("unknown host " + target.host())));
          } catch (RuntimeException e) {
            tell(loop, () -> result.failed(e));
          }
        });
  }

  private static void tell(final EventLoop loop, final Runnable what) {
    try {
      loop.execute(what);
    } catch (RejectedExecutionException _) {
      // the loops are gone, and with them everybody who could listen
    }
  }

  private void connect(
      final EventLoop loop,
      final Link link,
      final List<InetAddress> addresses,
      final int index,
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
              done.channel().pipeline().addLast(link);
              result.connected(peer);
            }
          } else if (index + 1 < addresses.size()) {
            connect(loop, link, addresses, index + 1, result);
          } else {
            result.failed(done.cause());
          }
        });
  }
}
