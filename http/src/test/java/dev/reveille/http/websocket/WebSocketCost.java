package dev.reveille.http.websocket;

import com.sun.management.OperatingSystemMXBean;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Not a test: what one held WebSocket costs in live heap, and one small message there and back in
/// processor time, with our frames and with Netty's codec.
///
/// ```
/// java ... dev.reveille.http.websocket.WebSocketCost (ours|netty) 5000 100
/// ```
///
/// The clients are another process. Plain connections: TLS costs the same on both sides.
final class WebSocketCost {
  private static final String PATH = "/live";
  private static final String HELLO =
      "GET /live HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Protocol: reveille.v1\r\n\r\n";
  private static final int MESSAGE = 60;

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final LongAdder MESSAGES = new LongAdder();

  private WebSocketCost() {}

  private interface Server extends AutoCloseable {
    int port();

    @Override
    void close();
  }

  static void main(final String... args) throws Exception {
    final int count = Integer.parseInt(args[1]);
    final int rounds = Integer.parseInt(args[2]);
    if (args[0].equals("clients")) {
      clients(count, rounds, Integer.parseInt(args[3]));
      return;
    }
    try (var server = args[0].equals("ours") ? ours() : netty()) {
      play(server.port(), 200, 1_000, new double[2]); // classes, pools and compiled code are there
      final var cost = new double[2];
      play(server.port(), count, rounds, cost);
      System.out.printf(
          "%s: %d held, %.0f bytes of live heap each; %.2f us of processor time a message%n",
          args[0], count, cost[0], cost[1]);
    }
  }

  private static void play(final int port, final int count, final int rounds, final double[] cost)
      throws Exception {
    final long before = used();
    final var clients =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                WebSocketCost.class.getName(),
                "clients",
                Integer.toString(count),
                Integer.toString(rounds),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    await(count);
    cost[0] = (used() - before) / (double) count;
    MESSAGES.reset();
    final long began = processorNanos();
    clients.getOutputStream().write('\n');
    clients.getOutputStream().flush();
    if (clients.waitFor() != 0) {
      throw new IllegalStateException("the clients failed");
    }
    cost[1] = (processorNanos() - began) / 1_000.0 / MESSAGES.sum();
    await(0);
  }

  private static void await(final int count) throws InterruptedException {
    final long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (OPEN.get() != count) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(OPEN.get() + " are open, not " + count);
      }
      Thread.sleep(20);
    }
  }

  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  // ---- clients ------------------------------------------------------------------------------

  private static void clients(final int count, final int rounds, final int port) throws Exception {
    final var sockets = new ArrayList<Socket>();
    final var ins = new ArrayList<DataInputStream>();
    for (int i = 0; i < count; i++) {
      final var socket = new Socket();
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(HELLO.getBytes(StandardCharsets.US_ASCII));
      sockets.add(socket);
    }
    for (final var socket : sockets) {
      final var in = new DataInputStream(socket.getInputStream());
      readHead(in);
      ins.add(in);
    }
    final var frame = frame();
    final int _ = System.in.read();
    for (int round = 0; round < rounds; round++) {
      for (final var socket : sockets) {
        socket.getOutputStream().write(frame);
      }
      for (final var in : ins) {
        in.readFully(new byte[2 + MESSAGE]);
      }
    }
    for (final var socket : sockets) {
      socket.close();
    }
  }

  private static void readHead(final DataInputStream in) throws IOException {
    int ends = 0;
    while (ends < 4) {
      final int b = in.readUnsignedByte();
      ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
    }
  }

  private static byte[] frame() {
    final var frame = new byte[6 + MESSAGE];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | MESSAGE);
    for (int i = 6; i < frame.length; i++) {
      frame[i] = 'x'; // the mask is zero
    }
    return frame;
  }

  // ---- servers ------------------------------------------------------------------------------

  private static Server ours() {
    final var sockets = new WebSockets(WebSockets.SUBPROTOCOL, WebSocketLimits.defaults());
    final var loops = EventLoops.open(2);
    final var listener =
        HttpListener.open(
            HttpSettings.plain("devices", "127.0.0.1", 0),
            loops,
            exchange -> {
              final var _ = sockets.upgrade(exchange, new Echo());
            });
    return new Server() {
      @Override
      public int port() {
        return listener.port();
      }

      @Override
      public void close() {
        listener.close();
        loops.close();
      }
    };
  }

  private static final class Echo implements WebSocketListener {
    @Override
    public void opened(final WebSocketSession session) {
      OPEN.incrementAndGet();
    }

    @Override
    public void text(final WebSocketSession session, final byte[] utf8) {
      MESSAGES.increment();
      final boolean _ = session.send(utf8);
    }

    @Override
    public void closed(final WebSocketSession session, final int code, final String reason) {
      OPEN.decrementAndGet();
    }
  }

  private static Server netty() throws InterruptedException {
    final var group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    final var config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(PATH)
            .subprotocols(WebSockets.SUBPROTOCOL)
            .handshakeTimeoutMillis(10_000)
            .build();
    final var port =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    final var _ =
                        channel
                            .pipeline()
                            .addLast(
                                new HttpServerCodec(),
                                new HttpObjectAggregator(65_536),
                                new WebSocketServerProtocolHandler(config),
                                new WebSocketFrameAggregator(65_536),
                                new NettyEcho());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    return new Server() {
      @Override
      public int port() {
        return ((InetSocketAddress) port.localAddress()).getPort();
      }

      @Override
      public void close() {
        final var _ = port.close();
        final var _ = group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
      }
    };
  }

  private static final class NettyEcho extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
      if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
        OPEN.incrementAndGet();
      }
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final WebSocketFrame frame) {
      MESSAGES.increment();
      if (frame instanceof TextWebSocketFrame text) {
        final var _ = ctx.write(new TextWebSocketFrame(text.content().retain()));
      }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
      OPEN.decrementAndGet();
    }
  }
}
