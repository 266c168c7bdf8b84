package dev.reveille.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import javax.net.ssl.SSLException;

/// Hands in events over a given number of connections with a given number of requests under way on
/// each, HTTP/2 or HTTP/1.1, both over TLS: as fast as they are answered, over HTTP/2 at most 5,000
/// events ahead of what is done ([#run]), or at an even rate ([#paced]). Both block.
final class LoadGenerator implements AutoCloseable {

  /// How the load arrives; the shapes of the dispatch bench are fixed, since the cost depends on
  /// it.
  enum Shape {
    H2(true, 4, 64, 1),
    H1(false, 32, 1, 1),
    BATCH(true, 4, 4, 100);

    final boolean http2;
    final int connections;
    final int underWay;
    final int eventsPerRequest;

    Shape(
        final boolean http2,
        final int connections,
        final int underWay,
        final int eventsPerRequest) {
      this.http2 = http2;
      this.connections = connections;
      this.underWay = underWay;
      this.eventsPerRequest = eventsPerRequest;
    }
  }

  private static final long AHEAD = 5_000;
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Shape shape;
  private final String authority;
  private final String authorization;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Channel> channels = new ArrayList<>();
  private volatile LoadTurn turn;

  LoadGenerator(final Shape shape, final URI server, final Path authorityFile, final String key)
      throws SSLException, InterruptedException, IOException {
    this.shape = shape;
    this.authority = server.getAuthority();
    this.authorization = "Bearer " + key;
    this.turn = new LoadTurn(shape.eventsPerRequest, 0, _ -> new byte[0], false);
    final SslContext tls =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(authorityFile.toFile())
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    shape.http2
                        ? ApplicationProtocolNames.HTTP_2
                        : ApplicationProtocolNames.HTTP_1_1))
            .build();
    final var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            tls.newHandler(channel.alloc(), server.getHost(), server.getPort()));
                    speak(channel);
                  }
                });
    for (int i = 0; i < shape.connections; i++) {
      channels.add(bootstrap.connect(server.getHost(), server.getPort()).sync().channel());
    }
  }

  private void speak(final Channel channel) {
    if (shape.http2) {
      Http2Load.on(channel, () -> turn, authority, authorization, shape.underWay);
    } else {
      channel.pipeline().addLast(new Http1Load(() -> turn, authority, authorization));
    }
  }

  /// What was done with the events of this run so far.
  @FunctionalInterface
  interface Done {
    long events() throws IOException, InterruptedException;
  }

  /// Sends `events` events and waits until all are answered. Answers how many were not accepted.
  ///
  /// A server answers when an event is kept, not when it is done with. Over HTTP/2 the load stays
  /// at most [#AHEAD] events before what is done, as the server would ask it to.
  long run(
      final long events,
      final LongFunction<byte[]> bodyOfRequest,
      final Done done,
      final Duration longest)
      throws IOException, InterruptedException {
    final var now =
        new LoadTurn(shape.eventsPerRequest, events / shape.eventsPerRequest, bodyOfRequest, true);
    turn = now;
    if (shape.http2) {
      now.allow(AHEAD);
    }
    tell(LoadTurn.Go.BEGIN);
    final long until = System.nanoTime() + longest.toNanos();
    while (!now.await(LOOK)) {
      if (System.nanoTime() - until > 0) {
        throw now.unanswered(longest);
      }
      if (shape.http2) {
        now.allow(done.events() + AHEAD);
        tell(LoadTurn.Go.ON);
      }
    }
    return now.refused();
  }

  private void tell(final LoadTurn.Go go) {
    for (final var channel : channels) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(go));
    }
  }

  /// Sends at an even rate, whatever is answered when; each body is made right before it is
  /// written. HTTP/2 only. Waits until all are answered.
  ///
  /// @throws IOException when an event was not accepted, or one is not answered in time
  void paced(
      final long events,
      final double perSecond,
      final LongFunction<byte[]> body,
      final Duration longest)
      throws IOException, InterruptedException {
    final var now = new LoadTurn(1, events, body, false);
    turn = now;
    final long begin = System.nanoTime();
    final var ticking = // what it throws ends the ticking, and the wait times out
        loop.next()
            .scheduleAtFixedRate(
                () -> {
                  final double seconds = (System.nanoTime() - begin) / 1e9;
                  share(now, Math.min(events, (long) (seconds * perSecond)) - now.begun());
                },
                0,
                500,
                TimeUnit.MICROSECONDS);
    try {
      if (!now.await(longest)) {
        throw now.unanswered(longest);
      }
      now.mustBeAccepted();
    } finally {
      ticking.cancel(false);
    }
  }

  /// Spreads requests over the connections.
  private void share(final LoadTurn now, final long requests) {
    long behind = requests;
    for (int i = 0; behind > 0 && i < channels.size(); i++) {
      final long part = (behind + channels.size() - 1 - i) / (channels.size() - i);
      channels
          .get((int) ((now.begun() + i) % channels.size()))
          .pipeline()
          .fireUserEventTriggered(new Http2Load.Some((int) part));
      behind -= part;
    }
  }

  @Override
  public void close() {
    channels.forEach(Channel::close);
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
