package dev.reveille.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import javax.net.ssl.SSLException;

/// Hands in events as fast as they are answered: so many connections, so many requests under way on
/// each. Over HTTP/2 or HTTP/1.1, both over TLS.
final class Load implements AutoCloseable {

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
  private static final byte[] REFUSED = "\"refused\"".getBytes(StandardCharsets.US_ASCII);

  private final Shape shape;
  private final String authority;
  private final String authorization;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Channel> channels = new ArrayList<>();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile long last;
  private volatile CountDownLatch open = new CountDownLatch(0);
  private volatile long allowed = Long.MAX_VALUE;
  private volatile boolean paced;
  private volatile String ending = "";
  private volatile LongFunction<byte[]> bodies = _ -> new byte[0];

  Load(final Shape shape, final URI server, final Path authorityFile, final String key)
      throws SSLException, InterruptedException, IOException {
    this.shape = shape;
    this.authority = server.getAuthority();
    this.authorization = "Bearer " + key;
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
                    channel.pipeline().addLast(shape.http2 ? http2() : new Http1());
                  }
                });
    for (int i = 0; i < shape.connections; i++) {
      channels.add(bootstrap.connect(server.getHost(), server.getPort()).sync().channel());
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
    bodies = bodyOfRequest;
    next.set(0);
    refused.set(0);
    final long requests = events / shape.eventsPerRequest;
    last = requests;
    open = new CountDownLatch((int) requests);
    allowed = AHEAD / shape.eventsPerRequest;
    tell(Go.BEGIN);
    final long until = System.nanoTime() + longest.toNanos();
    while (!open.await(20, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - until > 0) {
        throw unanswered(requests, longest);
      }
      if (shape.http2) {
        allowed = (done.events() + AHEAD) / shape.eventsPerRequest;
        tell(Go.ON);
      }
    }
    allowed = Long.MAX_VALUE;
    return refused.get();
  }

  private void tell(final Go go) {
    for (final var channel : channels) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(go));
    }
  }

  /// Sends at an even rate, whatever is answered when; each body is made right before it is
  /// written. HTTP/2 only. Waits until all are answered. Answers how many were not accepted.
  long paced(
      final long events,
      final double perSecond,
      final LongFunction<byte[]> body,
      final Duration longest)
      throws IOException, InterruptedException {
    bodies = body;
    next.set(0);
    refused.set(0);
    last = events;
    open = new CountDownLatch((int) events);
    paced = true;
    final var ticks = loop.next(); // what it throws ends the ticking, and the wait times out
    final long begin = System.nanoTime();
    final var ticking =
        ticks.scheduleAtFixedRate(
            () -> {
              final long due =
                  Math.min(events, (long) ((System.nanoTime() - begin) / 1e9 * perSecond));
              long behind = due - next.get();
              for (int i = 0; behind > 0 && i < channels.size(); i++) {
                final long share = (behind + channels.size() - 1 - i) / (channels.size() - i);
                channels
                    .get((int) ((next.get() + i) % channels.size()))
                    .pipeline()
                    .fireUserEventTriggered(new Some((int) share));
                behind -= share;
              }
            },
            0,
            500,
            TimeUnit.MICROSECONDS);
    try {
      if (!open.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw unanswered(events, longest);
      }
      return refused.get();
    } finally {
      ticking.cancel(false);
      paced = false;
    }
  }

  private record Some(int requests) {}

  private enum Go {
    BEGIN,
    /// More may be sent now.
    ON
  }

  private IOException unanswered(final long requests, final Duration longest) {
    return new IOException(
        open.getCount()
            + " requests of "
            + requests
            + " were not answered within "
            + longest
            + (ending.isEmpty() ? "" : "; the last that had no answer: " + ending));
  }

  private void answered(final boolean accepted) {
    if (!accepted) {
      refused.addAndGet(shape.eventsPerRequest);
    }
    open.countDown();
  }

  @Override
  public void close() {
    channels.forEach(Channel::close);
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  // ---- HTTP/2 -----------------------------------------------------------------------------------

  private ChannelHandler http2() {
    final var listener = new Http2Answers();
    final var handler =
        new Http2Sender(
            new Http2ConnectionHandlerBuilder()
                .server(false)
                .encoderEnforceMaxConcurrentStreams(true) // what is too much now waits its turn
                .frameListener(listener)
                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
                .build());
    listener.sender = handler;
    return handler;
  }

  /// Holds the connection handler and the loop that sends: as many requests as answers came, then
  /// one flush.
  private final class Http2Sender extends ChannelInitializer<Channel> {
    private final Http2ConnectionHandler connection;
    private final Set<Integer> underWay = new HashSet<>();
    private int toSend;

    Http2Sender(final Http2ConnectionHandler connection) {
      this.connection = connection;
    }

    @Override
    protected void initChannel(final Channel channel) {
      channel.pipeline().addLast(connection);
      channel
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(
                    final ChannelHandlerContext context, final Object event) {
                  if (event == Go.BEGIN) {
                    toSend = shape.underWay;
                    sendAll();
                  } else if (event == Go.ON) {
                    sendAll();
                  } else if (event instanceof Some(var requests)) {
                    toSend = requests;
                    sendAll();
                  }
                }
              });
    }

    void sendAll() {
      try {
        sendAll(contextOf(connection));
      } catch (RuntimeException e) { // or the wait for the answers would not know why it is long
        ending = "nothing more was sent: " + e;
        throw e;
      }
    }

    private void sendAll(final ChannelHandlerContext context) {
      while (toSend > 0 && next.get() < allowed) {
        toSend--;
        final long number = next.getAndIncrement();
        if (number >= last) {
          toSend = 0;
          break;
        }
        final int stream = connection.connection().local().incrementAndGetNextStreamId();
        underWay.add(stream);
        final var body = bodies.apply(number);
        final Http2Headers headers =
            new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("https")
                .authority(authority)
                .path("/v1/events")
                .add("authorization", authorization)
                .add("content-type", "application/json")
                .addInt("content-length", body.length);
        connection.encoder().writeHeaders(context, stream, headers, 0, false, context.newPromise());
        connection
            .encoder()
            .writeData(
                context,
                stream,
                Unpooled.wrappedBuffer(body),
                0,
                true,
                context
                    .newPromise()
                    .addListener(written -> {
                      if (!written.isSuccess()) { // nobody will answer it
                        lost(context, stream, "not written: " + written.cause());
                      }
                    }));
      }
      connection.flush(context); // the context's own flush would leave the bodies behind
    }

    /// A stream came to its end without an answer; each stream ends once.
    void lost(final ChannelHandlerContext context, final int stream, final String how) {
      if (underWay.remove(stream)) {
        ending = how;
        answered(false);
        oneMore(context);
      }
    }

    void ended(final ChannelHandlerContext context, final int stream) {
      if (underWay.remove(stream)) {
        answered(true);
        oneMore(context);
      }
    }

    private void oneMore(final ChannelHandlerContext context) {
      if (!paced && toSend++ == 0) { // after this read, together with what else came
        context.channel().eventLoop().execute(this::sendAll);
      }
    }
  }

  private ChannelHandlerContext contextOf(final Http2ConnectionHandler connection) {
    for (final var channel : channels) {
      final var context = channel.pipeline().context(connection);
      if (context != null) {
        return context;
      }
    }
    throw new IllegalStateException("the connection is gone");
  }

  private final class Http2Answers extends Http2FrameAdapter {
    @org.jspecify.annotations.Nullable Http2Sender sender;

    @Override
    public void onHeadersRead(
        final ChannelHandlerContext context,
        final int stream,
        final Http2Headers headers,
        final int dependency,
        final short weight,
        final boolean exclusive,
        final int padding,
        final boolean last) {
      if (!"202".contentEquals(headers.status())) {
        refused.addAndGet(shape.eventsPerRequest);
      }
      if (last) {
        java.util.Objects.requireNonNull(sender).ended(context, stream);
      }
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext context,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean last) {
      if (shape.eventsPerRequest > 1) {
        countRefused(data);
      }
      if (last) {
        java.util.Objects.requireNonNull(sender).ended(context, stream);
      }
      return data.readableBytes() + padding;
    }

    /// A batch is answered 202 whatever became of its events; each says so itself. A word that is
    /// cut by two frames is missed, which the count of what arrives shows.
    private void countRefused(final ByteBuf data) {
      final var word = Unpooled.wrappedBuffer(REFUSED);
      final var rest = data.slice();
      for (int at; (at = ByteBufUtil.indexOf(word, rest)) >= 0; ) {
        refused.incrementAndGet();
        rest.skipBytes(at - rest.readerIndex() + REFUSED.length);
      }
    }

    @Override
    public void onRstStreamRead(
        final ChannelHandlerContext context, final int stream, final long errorCode) {
      java.util.Objects.requireNonNull(sender)
          .lost(context, stream, "reset by the server: " + Http2Error.valueOf(errorCode));
    }
  }

  // ---- HTTP/1.1 ---------------------------------------------------------------------------------

  private final class Http1 extends ChannelInboundHandlerAdapter {
    private final byte[] head =
        ("POST /v1/events HTTP/1.1\r\nHost: "
                + authority
                + "\r\nAuthorization: "
                + authorization
                + "\r\nContent-Type: application/json\r\nContent-Length: ")
            .getBytes(StandardCharsets.US_ASCII);
    private final StringBuilder answer = new StringBuilder();

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
      if (event == Go.BEGIN) {
        send(context);
      }
    }

    private void send(final ChannelHandlerContext context) {
      final long number = next.getAndIncrement();
      if (number >= last) {
        return;
      }
      final var body = bodies.apply(number);
      final var length = (body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
      context.writeAndFlush(Unpooled.wrappedBuffer(head, length, body));
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
      final var bytes = (ByteBuf) message;
      try {
        answer.append(bytes.toString(StandardCharsets.US_ASCII));
      } finally {
        bytes.release();
      }
      final int endOfHead = answer.indexOf("\r\n\r\n");
      if (endOfHead < 0) {
        return;
      }
      final int length = contentLength(answer.substring(0, endOfHead));
      if (answer.length() >= endOfHead + 4 + length) {
        answered(answer.indexOf("HTTP/1.1 202") == 0);
        answer.setLength(0);
        send(context);
      }
    }

    private static int contentLength(final String head) {
      final var lower = head.toLowerCase(java.util.Locale.ROOT);
      final int at = lower.indexOf("content-length:");
      if (at < 0) {
        return 0;
      }
      final int end = lower.indexOf('\r', at);
      return Integer.parseInt(lower.substring(at + 15, end < 0 ? lower.length() : end).strip());
    }
  }
}
