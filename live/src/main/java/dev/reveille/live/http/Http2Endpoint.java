package dev.reveille.live.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection that speaks HTTP/2: Netty's frame codec with our own small object per stream.
///
/// There is no channel per stream: an answer is two frames written by the loop, and all answers of
/// a group leave with one flush. What a peer can do to us without asking anything is bounded by the
/// codec: resets, pings, settings, empty frames, continuations, header lists.
final class Http2Endpoint extends Http2ConnectionHandler implements Tended {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Endpoint.class);
  private static final int STREAM_WINDOW = 256 * 1024;
  private static final int CONNECTION_WINDOW = 1024 * 1024;
  private static final int RESET_WINDOW_SECONDS = 30;

  private final HttpCore core;
  private final Loop loop;
  private final Http2Requests requests;
  private @Nullable ChannelHandlerContext context;
  private @Nullable StallWatch stall;
  private int slot = -1;
  private boolean noted;
  private boolean reading;
  private boolean left;
  private boolean draining;
  private long lastCalledAt = Long.MAX_VALUE;
  private long touchedAt;

  private Http2Endpoint(
      HttpCore core,
      Loop loop,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings);
    this.core = core;
    this.loop = loop;
    this.requests = new Http2Requests(this);
    this.touchedAt = loop.nowMillis();
    decoder.frameListener(requests);
  }

  /// Puts an endpoint in the place of a greeting whose peer asked for HTTP/2.
  static void takeOver(TlsGreeting greeting) {
    var endpoint = new Builder(greeting.core(), greeting.loop()).build();
    greeting.giveUpPlace();
    greeting.loop().replace(greeting, endpoint);
    var _ = greeting.context().pipeline().replace(greeting, null, endpoint);
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Endpoint, Builder> {
    private final HttpCore core;
    private final Loop loop;

    Builder(HttpCore core, Loop loop) {
      this.core = core;
      this.loop = loop;
      var limits = core.limits();
      server(true);
      validateHeaders(true);
      validateRequiredPseudoHeaders(true);
      // Our own sweep and drain decide when a connection ends.
      gracefulShutdownTimeoutMillis(0);
      decoderEnforceMaxRstFramesPerWindow(limits.resetsPerWindow(), RESET_WINDOW_SECONDS);
      initialSettings(
          new Http2Settings()
              .maxConcurrentStreams(limits.streams())
              .initialWindowSize(STREAM_WINDOW)
              .maxHeaderListSize(limits.requestLine() + limits.headerBytes()));
    }

    @Override
    protected Http2Endpoint build() {
      return super.build();
    }

    @Override
    protected Http2Endpoint build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Endpoint(core, loop, decoder, encoder, settings);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    connection()
        .local()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    wantFlush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    reading = true;
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    reading = false;
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    loop.remove(this);
    if (!left) {
      left = true;
      core.gate()
          .leave(
              ctx.channel().remoteAddress() instanceof InetSocketAddress known
                  ? known.getAddress()
                  : null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      LOG.debug("{}: a connection broke", core.settings().name(), cause);
      var _ = ctx.close();
    } else if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
    } else {
      LOG.warn("{}: a connection failed", core.settings().name(), cause);
      var _ = ctx.close();
    }
  }

  void respond(Http2Exchange exchange, Answer answer, boolean withoutBody) {
    respond(exchange.stream(), answer, withoutBody);
  }

  /// Writes a whole answer: one frame if it has no body, two if it has.
  void respond(Http2Stream stream, Answer answer, boolean withoutBody) {
    if (!stream.state().localSideOpen()) {
      return;
    }
    var body = answer.body();
    var headersOnly = withoutBody || body.length == 0;
    var headers = answer.headers2(loop.date(), withoutBody);
    var ctx = context();
    var unread = stream.state().remoteSideOpen();
    var last = encoder().writeHeaders(ctx, stream.id(), headers, 0, headersOnly, ctx.newPromise());
    if (!headersOnly) {
      last =
          encoder()
              .writeData(ctx, stream.id(), Unpooled.wrappedBuffer(body), 0, true, ctx.newPromise());
    }
    if (unread) {
      // RFC 9113 §8.1: a whole answer before the whole request; the rest need not be sent.
      last.addListener(
          (ChannelFutureListener)
              _ -> {
                if (stream.state().remoteSideOpen()) {
                  var _ =
                      resetStream(ctx, stream.id(), Http2Error.NO_ERROR.code(), ctx.newPromise());
                  wantFlush();
                }
              });
    }
    wantFlush();
  }

  void beginStream(Http2Exchange exchange, Answer head) {
    var ctx = context();
    var headers = head.headers2(loop.date(), false);
    var _ =
        encoder().writeHeaders(ctx, exchange.stream().id(), headers, 0, false, ctx.newPromise());
    wantFlush();
  }

  ChannelFuture data(Http2Exchange exchange, ByteBuf bytes, boolean last) {
    var ctx = context();
    var sent = encoder().writeData(ctx, exchange.stream().id(), bytes, 0, last, ctx.newPromise());
    wantFlush();
    return sent;
  }

  /// Tells a client that waits for permission to send its body.
  void goOn(Http2Stream stream) {
    var ctx = context();
    var headers = ReadOnlyHttp2Headers.serverHeaders(false, Status.code(100));
    var _ = encoder().writeHeaders(ctx, stream.id(), headers, 0, false, ctx.newPromise());
    wantFlush();
  }

  private void wantFlush() {
    if (!reading) {
      loop.flushSoon(this);
    }
  }

  @Override
  public void flushNow() {
    flush(context());
  }

  /// A request has begun.
  void touched() {
    touchedAt = loop.nowMillis();
  }

  void streamEnded() {
    touchedAt = loop.nowMillis();
  }

  @Override
  public void sweep(long nowMillis) {
    stall = StallWatch.look(stall, channel(), nowMillis);
    if (stall != null && stall.isLongerThan(core.stallMillis(), nowMillis)) {
      LOG.debug("{}: a peer stopped reading", core.settings().name());
      var _ = channel().close();
      return;
    }
    var streams = connection().numActiveStreams();
    if (streams > 0) {
      sweepStreams(nowMillis);
    }
    if (nowMillis >= lastCalledAt) {
      lastCalledAt = Long.MAX_VALUE;
      sayGoAway(connection().remote().lastStreamCreated());
    }
    var patience = decoder().prefaceReceived() ? core.idleMillis() : core.headMillis();
    if (streams == 0 && (draining || nowMillis - touchedAt >= patience)) {
      // Through this handler itself, which says GOAWAY first.
      var _ = channel().close();
    }
  }

  private void sweepStreams(long nowMillis) {
    try {
      var _ =
          connection()
              .forEachActiveStream(stream -> {
                var exchange = requests.of(stream);
                if (exchange != null) {
                  exchange.sweep(nowMillis);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException("a visitor of ours does not throw this", e);
    }
  }

  /// RFC 9113 §6.8: first a GOAWAY that refuses nothing, so that requests on their way are served;
  /// half the time later the one that names the last of them.
  @Override
  public void drain(long untilMillis) {
    sayGoAway(Integer.MAX_VALUE);
    draining = connection().numActiveStreams() == 0;
    lastCalledAt = loop.nowMillis() + (untilMillis - loop.nowMillis()) / 2;
  }

  private void sayGoAway(int lastStream) {
    draining |= lastStream != Integer.MAX_VALUE;
    var ctx = context();
    var _ =
        goAway(
            ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    wantFlush();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("the connection has no place in a pipeline yet");
    }
    return context;
  }

  @Override
  public Channel channel() {
    return context().channel();
  }

  @Override
  public HttpCore core() {
    return core;
  }

  Loop loop() {
    return loop;
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public void slot(int place) {
    slot = place;
  }

  @Override
  public boolean noted() {
    return noted;
  }

  @Override
  public void noted(boolean isNoted) {
    noted = isNoted;
  }
}
