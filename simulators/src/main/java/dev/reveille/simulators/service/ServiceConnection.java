package dev.reveille.simulators.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.IntObjectHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One sender's HTTP/2 connection to a simulated service: takes requests, writes all answers of one
/// read in one flush, and carries out the faults that a test ordered. Each service decides its
/// answers itself. Belongs to its event loop.
///
/// @param <R> a request as the service sees it
public abstract class ServiceConnection<R extends ServiceRequest> extends Http2ConnectionHandler
    implements Site.Connection {
  private final Site site;
  private final IntObjectHashMap<R> pending = new IntObjectHashMap<>();
  private boolean goingAway;

  protected ServiceConnection(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings initial,
      final Site site) {
    super(decoder, encoder, initial);
    this.site = site;
  }

  // ---- what a service says for itself ----

  protected abstract R request(Http2Headers headers);

  /// Whether bodies are looked at; otherwise only counted.
  protected abstract boolean keepsBodies();

  /// Which device token the request is for, for faults that meet one token only.
  protected abstract String tokenOf(R request);

  /// No fault: what the service would say.
  protected abstract void plain(ChannelHandlerContext ctx, R request);

  /// Writes a request down that a fault met.
  ///
  /// @param status 0 when no answer is given
  protected abstract void keep(R request, int status, String word, boolean deliver);

  /// The answer that a fault orders.
  protected abstract void refuse(ChannelHandlerContext ctx, R request, Fault fault);

  /// In the debug data of a GOAWAY that names no reason.
  protected abstract String usualFarewell();

  /// The stream limit was set by a fault and stays so.
  protected void limitSet() {}

  // ---- frames that were read ----

  final void headersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final boolean end) {
    if (pending.containsKey(streamId)) {
      if (end) {
        requestRead(ctx, streamId); // trailers
      }
      return;
    }
    final var request = request(headers);
    request.stream(streamId);
    pending.put(streamId, request);
    if (end) {
      requestRead(ctx, streamId);
    }
  }

  final int dataRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final ByteBuf data,
      final int padding,
      final boolean end) {
    final int size = data.readableBytes();
    final var request = pending.get(streamId);
    if (request != null) {
      request.add(data, keepsBodies());
      if (end) {
        requestRead(ctx, streamId);
      }
    }
    return size + padding;
  }

  final void resetRead(final int streamId) {
    pending.remove(streamId);
  }

  private void requestRead(final ChannelHandlerContext ctx, final int streamId) {
    final var request = pending.remove(streamId);
    if (request == null) {
      return;
    }
    site.counters().requests.increment();
    final var fault = site.faults().isEmpty() ? null : site.faults().meets(tokenOf(request));
    if (fault == null) {
      plain(ctx, request);
      return;
    }
    site.counters().faults.increment();
    if (fault.delay().isZero()) {
      happen(ctx, request, fault);
    } else {
      ctx.executor()
          .schedule(
              () -> {
                happen(ctx, request, fault);
                ctx.flush();
              },
              fault.delay().toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private void happen(final ChannelHandlerContext ctx, final R request, final Fault fault) {
    if (fault.action() == Fault.Action.STREAM_LIMIT) {
      limitSet();
      limitStreams(ctx, fault.number());
    }
    if (fault.action() == Fault.Action.DRIP) {
      SlowWriter.slow(ctx.pipeline(), fault.number());
    }
    if (fault.action() == Fault.Action.NONE
        || fault.action() == Fault.Action.STREAM_LIMIT
        || fault.action() == Fault.Action.DRIP) {
      plain(ctx, request);
      return;
    }
    if (fault.action() == Fault.Action.GOAWAY_AFTER) {
      plain(ctx, request);
      leave(ctx, connection().remote().lastStreamCreated(), fault);
      return;
    }
    final boolean answers = fault.action() == Fault.Action.ANSWER;
    final String word = answers ? fault.word() : fault.action().name();
    site.counters().refused(word);
    if (keepsBodies()) {
      keep(request, answers ? fault.status() : 0, word, fault.delivered());
    }
    switch (fault.action()) {
      case ANSWER -> refuse(ctx, request, fault);
      case RESET ->
          resetStream(
              ctx, request.streamId(), Http2Error.valueOf(fault.word()).code(), ctx.newPromise());
      case GOAWAY_BEFORE -> leave(ctx, request.streamId() - 2, fault);
      case GOAWAY_UNANSWERED -> {
        leave(ctx, request.streamId(), fault);
        ctx.flush();
        ctx.close();
      }
      case CUT -> cut(ctx);
      case STALL, NONE, STREAM_LIMIT, DRIP, GOAWAY_AFTER -> {
        // a stalled request is never answered; the others were dealt with above
      }
    }
  }

  // ---- answers ----

  protected final void answer(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final String body) {
    encoder().writeHeaders(ctx, streamId, headers, 0, body.isEmpty(), ctx.newPromise());
    if (!body.isEmpty()) {
      encoder()
          .writeData(
              ctx, streamId, ByteBufUtil.writeUtf8(ctx.alloc(), body), 0, true, ctx.newPromise());
    }
    leaveWhenQuiet(ctx);
  }

  protected final void limitStreams(final ChannelHandlerContext ctx, final int streams) {
    encoder()
        .writeSettings(ctx, new Http2Settings().maxConcurrentStreams(streams), ctx.newPromise());
  }

  // ---- going away ----

  private void leave(final ChannelHandlerContext ctx, final int lastStream, final Fault fault) {
    leave(ctx, lastStream, fault.word().isEmpty() ? usualFarewell() : fault.word());
  }

  private void leave(final ChannelHandlerContext ctx, final int lastStream, final String reason) {
    final var debug = ByteBufUtil.writeUtf8(ctx.alloc(), "{\"reason\":\"" + reason + "\"}");
    goAway(ctx, Math.max(0, lastStream), Http2Error.NO_ERROR.code(), debug, ctx.newPromise());
    goingAway = true;
    leaveWhenQuiet(ctx);
  }

  private void leaveWhenQuiet(final ChannelHandlerContext ctx) {
    if (goingAway) {
      // after the answer's own write has closed its stream
      ctx.executor()
          .execute(() -> {
            ctx.flush();
            if (connection().numActiveStreams() == 0) {
              ctx.close();
            }
          });
    }
  }

  @Override
  public final void leaveNow(final ChannelHandlerContext ctx, final String reason) {
    leave(ctx, connection().remote().lastStreamCreated(), reason);
    ctx.flush();
  }

  /// The TCP connection breaks, without TLS close or GOAWAY.
  public static void cut(final ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    ctx.pipeline().firstContext().close();
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    site.opened(this, ctx);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
    site.closed(this);
    super.channelInactive(ctx);
  }

  @Override
  protected void onConnectionError(
      final ChannelHandlerContext ctx,
      final boolean outbound,
      final Throwable cause,
      final @Nullable Http2Exception error) {
    site.counters().refused("connection-error");
    super.onConnectionError(ctx, outbound, cause, error);
  }
}
