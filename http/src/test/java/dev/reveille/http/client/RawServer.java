package dev.reveille.http.client;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// A server that does exactly what a test tells it, however wrong: it speaks frames, not HTTP/2.
final class RawServer implements AutoCloseable {
  /// One connection as the test sees it. Methods may be called from any thread.
  final class Peer {
    final ChannelHandlerContext ctx;
    final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter();
    private final Map<Integer, Http2Headers> heads = new HashMap<>();
    private final Map<Integer, String> bodies = new HashMap<>();

    Peer(final ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    void settings(final Http2Settings settings) {
      run(() -> writer.writeSettings(ctx, settings, ctx.newPromise()));
    }

    void answer(final int stream, final String status) {
      run(() ->
          writer.writeHeaders(
              ctx, stream, new DefaultHttp2Headers().status(status), 0, true, ctx.newPromise()));
    }

    void headers(final int stream, final Http2Headers headers, final boolean end) {
      run(() -> writer.writeHeaders(ctx, stream, headers, 0, end, ctx.newPromise()));
    }

    void data(final int stream, final String text, final boolean end) {
      final var bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
      run(() -> writer.writeData(ctx, stream, bytes, 0, end, ctx.newPromise()));
    }

    void promise(final int stream, final int promised, final Http2Headers request) {
      run(() -> writer.writePushPromise(ctx, stream, promised, request, 0, ctx.newPromise()));
    }

    void reset(final int stream, final long code) {
      run(() -> writer.writeRstStream(ctx, stream, code, ctx.newPromise()));
    }

    void goAway(final int last, final long code, final String debug) {
      final var bytes = Unpooled.copiedBuffer(debug, StandardCharsets.UTF_8);
      run(() -> writer.writeGoAway(ctx, last, code, bytes, ctx.newPromise()));
    }

    void window(final int stream, final int more) {
      run(() -> writer.writeWindowUpdate(ctx, stream, more, ctx.newPromise()));
    }

    void ping(final long data) {
      run(() -> writer.writePing(ctx, false, data, ctx.newPromise()));
    }

    void cut() {
      run(() -> {
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.pipeline().firstContext().close();
      });
    }

    /// Reads and says nothing any more, like a peer behind a firewall that forgot the connection.
    void freeze() {
      frozen = true;
    }

    private volatile boolean frozen;

    private void run(final Runnable what) {
      ctx.executor()
          .execute(() -> {
            what.run();
            ctx.flush();
          });
    }
  }

  /// What a test says to a request that is complete.
  @FunctionalInterface
  interface Behaviour {
    void request(Peer peer, int stream, Http2Headers headers, String body);
  }

  final LoopbackCertificates certificates;
  final List<Peer> peers = new CopyOnWriteArrayList<>();
  final BlockingQueue<Http2Settings> asked = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> pongs = new LinkedBlockingQueue<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel port;
  private volatile Http2Settings settings = new Http2Settings().maxConcurrentStreams(1_000);
  private volatile Behaviour behaviour = (peer, stream, _, _) -> peer.answer(stream, "200");
  private volatile BiConsumer<Peer, Integer> onHead = (_, _) -> {};
  private volatile Consumer<Peer> onPing = _ -> {};
  private volatile boolean pongPings = true;
  private volatile boolean settingsAtOnce = true;

  RawServer() {
    this(0, LoopbackCertificates.make());
  }

  RawServer(final int wantedPort, final LoopbackCertificates certificates) {
    this.certificates = certificates;
    final SslContext tls;
    try {
      tls =
          SslContextBuilder.forServer(
                  certificates.leafKey().getPrivate(),
                  certificates.chain().toArray(X509Certificate[]::new))
              // no ALPN at all: clients need prior knowledge
              .applicationProtocolConfig(ApplicationProtocolConfig.DISABLED)
              .build();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
    port =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Handler());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort))
            .syncUninterruptibly()
            .channel();
  }

  RawServer settings(final Http2Settings first) {
    settings = first;
    return this;
  }

  RawServer behave(final Behaviour how) {
    behaviour = how;
    return this;
  }

  /// Told when a request's headers are there.
  RawServer onHead(final BiConsumer<Peer, Integer> how) {
    onHead = how;
    return this;
  }

  RawServer onPing(final Consumer<Peer> how) {
    onPing = how;
    return this;
  }

  RawServer noPongs() {
    pongPings = false;
    return this;
  }

  RawServer noSettings() {
    settingsAtOnce = false;
    return this;
  }

  int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  ClientTarget target() {
    return ClientTarget.of("127.0.0.1", port(), List.of(certificates.authority()));
  }

  @Override
  public void close() {
    if (port.isOpen()) {
      port.close().syncUninterruptibly();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }

  private final class Handler extends ByteToMessageDecoder {
    private static final int PREFACE = 24;
    private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(true);
    private boolean prefaceRead;

    @SuppressWarnings("NullAway.Init") // Netty adds the handler before it reads
    private Peer peer;

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
      peer = new Peer(ctx);
      peers.add(peer);
    }

    @Override
    protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out)
        throws Http2Exception {
      if (!prefaceRead) {
        if (in.readableBytes() < PREFACE) {
          return;
        }
        in.skipBytes(PREFACE);
        prefaceRead = true;
        if (settingsAtOnce) {
          peer.settings(settings);
        }
      }
      if (peer.frozen) {
        in.skipBytes(in.readableBytes());
        return;
      }
      reader.readFrame(ctx, in, new Listener(peer));
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
      ctx.close();
    }
  }

  private final class Listener extends Http2FrameAdapter {
    private final Peer peer;

    Listener(final Peer peer) {
      this.peer = peer;
    }

    @Override
    public void onHeadersRead(
        final ChannelHandlerContext ctx,
        final int stream,
        final Http2Headers headers,
        final int padding,
        final boolean end) {
      onHead.accept(peer, stream);
      if (!end) {
        peer.heads.put(stream, headers);
      } else {
        behaviour.request(peer, stream, headers, "");
      }
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext ctx,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean end) {
      final String body =
          peer.bodies.merge(stream, data.toString(StandardCharsets.UTF_8), String::concat);
      if (end) {
        peer.bodies.remove(stream);
        behaviour.request(peer, stream, Objects.requireNonNull(peer.heads.remove(stream)), body);
      }
      return data.readableBytes() + padding;
    }

    @Override
    public void onSettingsRead(final ChannelHandlerContext ctx, final Http2Settings theirs) {
      asked.add(theirs);
      peer.writer.writeSettingsAck(ctx, ctx.newPromise());
      ctx.flush();
    }

    @Override
    public void onPingRead(final ChannelHandlerContext ctx, final long data) {
      onPing.accept(peer);
      if (pongPings) {
        peer.writer.writePing(ctx, true, data, ctx.newPromise());
        ctx.flush();
      }
    }

    @Override
    public void onPingAckRead(final ChannelHandlerContext ctx, final long data) {
      pongs.add(data);
    }
  }
}
