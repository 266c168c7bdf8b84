package dev.reveille.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A proxy between a load generator that knows no tokens and our server: a request for `/sub?id=N`
/// becomes the poll of phone N, with its token and its cursor, over a connection of its own; the
/// answer goes back as it came. `/pub` hands in an event, `/held` and `/gc` ask the server.
///
/// What the server does is what it does for phones. Times that the generator takes have the way
/// through here in them; memory and processor time of the server have not.
final class HeldRelay implements AutoCloseable {
  private static final int PER_ADDRESS = 6_000;
  private static final int HEAD_END = 4; // the empty line
  private static final Pattern PHONE = Pattern.compile("GET /sub\\?id=(\\d+) ");

  private final LongPollServer longPollServer;
  private final @Nullable SslContext tls;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final Channel port;

  HeldRelay(final LongPollServer server) throws IOException {
    this.longPollServer = server;
    this.tls = HeldPhones.trusting(server.trust());
    this.port =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 65_535)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(new Asking());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  private static ByteBuf text(final String words) {
    return Unpooled.copiedBuffer(words, StandardCharsets.ISO_8859_1);
  }

  /// The generator's side of one connection: at most one request at a time.
  private final class Asking extends ChannelInboundHandlerAdapter {
    private final StringBuilder unread = new StringBuilder();
    private @Nullable Phone phone;

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
      final var bytes = (ByteBuf) message;
      try {
        unread.append(bytes.toString(StandardCharsets.ISO_8859_1));
      } finally {
        bytes.release();
      }
      if (unread.indexOf("\r\n\r\n") < 0) {
        return;
      }
      final var request = unread.toString();
      final var asked = PHONE.matcher(request);
      if (asked.lookingAt()) {
        unread.setLength(0);
        if (phone == null) {
          phone = new Phone(context.channel(), Integer.parseInt(asked.group(1)));
        }
        phone.poll();
      } else if (request.length() >= request.indexOf("\r\n\r\n") + HEAD_END + length(request)) {
        unread.setLength(0);
        Thread.ofVirtual().start(() -> control(context.channel(), request));
      }
    }

    private static int length(final String request) {
      final int at = request.indexOf("Content-Length: ");
      return at < 0
          ? 0
          : Integer.parseInt(request.substring(at + 16, request.indexOf('\r', at)).strip());
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
      if (phone != null) {
        phone.hangUp();
      }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      context.close();
    }
  }

  private void control(final Channel to, final String request) {
    String answer;
    int status = 200;
    try {
      if (request.startsWith("GET /held")) {
        answer = "held: " + longPollServer.held();
      } else if (request.startsWith("GET /gc")) {
        answer = "heap: " + Heap.live(longPollServer.processes().getFirst());
      } else {
        final long _ = longPollServer.tell(Integer.MAX_VALUE);
        answer = "told";
      }
    } catch (final IOException failed) {
      status = 500;
      answer = String.valueOf(failed.getMessage());
    }
    to.writeAndFlush(
        text(
            "HTTP/1.1 %d Said\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, answer.length(), answer)));
  }

  /// One phone's side of it, at our server.
  private final class Phone extends ChannelInboundHandlerAdapter {
    private final Channel asker;
    private final int number;
    private final StringBuilder answer = new StringBuilder();
    private @Nullable Channel server;

    Phone(final Channel asker, final int number) {
      this.asker = asker;
      this.number = number;
    }

    /// On the asker's loop, which is the phone's too.
    void poll() {
      if (server != null) {
        final var again = longPollServer.again(number, answer.toString());
        answer.setLength(0);
        server.writeAndFlush(Unpooled.wrappedBuffer(again));
        return;
      }
      final var connected =
          new Bootstrap()
              .group(asker.eventLoop())
              .channel(EpollSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.SO_LINGER, 0)
              .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                      if (tls != null) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                      }
                      channel.pipeline().addLast(Phone.this);
                    }
                  })
              .connect(
                  new InetSocketAddress("127.0.0.1", longPollServer.port()),
                  new InetSocketAddress("127.0.2." + (1 + number / PER_ADDRESS), 0));
      server = connected.channel();
      connected.addListener(done -> {
        if (!done.isSuccess()) {
          asker.close();
        }
      });
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
      context.writeAndFlush(
          Unpooled.wrappedBuffer(longPollServer.opening(number))); // after the handshake
      context.fireChannelActive();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
      answer.append(((ByteBuf) message).toString(StandardCharsets.ISO_8859_1));
      asker.writeAndFlush(message);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
      asker.close();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      context.close();
    }

    void hangUp() {
      if (server != null) {
        server.close();
      }
    }
  }

  @Override
  public void close() {
    final var _ =
        loops
            .shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS)
            .awaitUninterruptibly(6_000);
  }
}
