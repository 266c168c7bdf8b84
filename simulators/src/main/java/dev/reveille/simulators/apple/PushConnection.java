package dev.reveille.simulators.apple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One sender's connection: requests in, verdicts out, all answers of one read in one flush.
final class PushConnection extends Http2ConnectionHandler {
  static final AsciiString APNS_ID = AsciiString.cached("apns-id");
  private static final AsciiString APNS_UNIQUE_ID = AsciiString.cached("apns-unique-id");
  private static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");
  private static final AsciiString OK = AsciiString.cached("200");
  private static final int KEPT_PAYLOAD = 64 * 1024;

  /// A request whose body is still coming, or whose answer waits.
  static final class Pending {
    private final int streamId;
    private final PushHeaders headers;
    private int bytes;
    private @Nullable ByteBuf payload;

    Pending(final int streamId, final PushHeaders headers) {
      this.streamId = streamId;
      this.headers = headers;
    }
  }

  private final Gateway gateway;
  private final Judge judge;
  private final IntObjectHashMap<Pending> pending = new IntObjectHashMap<>();
  private boolean limitRaised;
  private boolean goingAway;

  PushConnection(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings initial,
      final Gateway gateway) {
    super(decoder, encoder, initial);
    this.gateway = gateway;
    this.judge = gateway.newJudge();
  }

  // ---- what the listener has read ----

  void headersRead(
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
    pending.put(streamId, new Pending(streamId, new PushHeaders(headers)));
    if (end) {
      requestRead(ctx, streamId);
    }
  }

  int dataRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final ByteBuf data,
      final int padding,
      final boolean end) {
    final int size = data.readableBytes();
    final var request = pending.get(streamId);
    if (request != null) {
      request.bytes += size;
      if (!gateway.options().quick() && request.bytes <= KEPT_PAYLOAD) {
        final var kept = request.payload == null ? Unpooled.buffer(size) : request.payload;
        request.payload = kept;
        kept.writeBytes(data);
      }
      if (end) {
        requestRead(ctx, streamId);
      }
    }
    return size + padding;
  }

  void resetRead(final int streamId) {
    pending.remove(streamId);
  }

  private void requestRead(final ChannelHandlerContext ctx, final int streamId) {
    final var request = pending.remove(streamId);
    if (request == null) {
      return;
    }
    gateway.counters().requests.increment();
    final String token = PushRules.deviceToken(request.headers.path());
    final var fault =
        gateway.faults().isEmpty() ? null : gateway.faults().meets(token == null ? "" : token);
    if (fault == null) {
      plain(ctx, request, token);
      return;
    }
    gateway.counters().faults.increment();
    if (fault.delay().isZero()) {
      happen(ctx, request, token, fault);
    } else {
      ctx.executor()
          .schedule(
              () -> {
                happen(ctx, request, token, fault);
                ctx.flush();
              },
              fault.delay().toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  /// No fault: what Apple would say.
  private void plain(
      final ChannelHandlerContext ctx, final Pending request, final @Nullable String token) {
    final var verdict = judge.judge(request.headers, token, request.bytes);
    final boolean accepted = verdict == AppleReason.Accepted;
    request.headers.idOrNew();
    if (accepted) {
      gateway.counters().accepted.increment();
    } else {
      gateway.counters().refused(verdict.name());
    }
    if (!gateway.options().quick()) {
      gateway.keep(
          token, request.headers, text(request), verdict.status(), verdict.name(), accepted);
    }
    if (accepted) {
      accept(ctx, request);
    } else {
      refuse(ctx, request, verdict.status(), verdict.name(), gateway.deadSince(token, verdict), 0);
    }
    if (!limitRaised && judge.isBound()) {
      limitRaised = true;
      limitStreams(ctx, gateway.options().streams());
    }
  }

  private void happen(
      final ChannelHandlerContext ctx,
      final Pending request,
      final @Nullable String token,
      final Fault fault) {
    if (fault.action() == Fault.Action.STREAM_LIMIT) {
      limitRaised = true;
      limitStreams(ctx, fault.number());
    }
    if (fault.action() == Fault.Action.NONE || fault.action() == Fault.Action.STREAM_LIMIT) {
      plain(ctx, request, token);
      return;
    }
    if (fault.action() == Fault.Action.GOAWAY_AFTER) {
      plain(ctx, request, token);
      leave(ctx, connection().remote().lastStreamCreated(), fault);
      return;
    }
    final int status = fault.action() == Fault.Action.ANSWER ? fault.status() : 0;
    final String word =
        fault.action() == Fault.Action.ANSWER ? fault.word() : fault.action().name();
    gateway.counters().refused(word);
    if (!gateway.options().quick()) {
      gateway.keep(token, request.headers, text(request), status, word, fault.delivered());
    }
    switch (fault.action()) {
      case ANSWER -> refuse(ctx, request, status, word, fault.timestamp(), fault.retryAfter());
      case RESET ->
          resetStream(
              ctx, request.streamId, Http2Error.valueOf(fault.word()).code(), ctx.newPromise());
      case GOAWAY_BEFORE -> leave(ctx, request.streamId - 2, fault);
      case GOAWAY_UNANSWERED -> {
        leave(ctx, request.streamId, fault);
        ctx.flush();
        ctx.close();
      }
      case CUT -> cut(ctx);
      case STALL, NONE, STREAM_LIMIT, GOAWAY_AFTER -> {
        // a stalled request is never answered; the others were dealt with above
      }
    }
  }

  // ---- answers ----

  private void accept(final ChannelHandlerContext ctx, final Pending request) {
    final CharSequence id = request.headers.idOrNew();
    final Http2Headers headers =
        gateway.sandbox()
            ? ReadOnlyHttp2Headers.serverHeaders(
                false,
                OK,
                APNS_ID,
                AsciiString.of(id),
                APNS_UNIQUE_ID,
                AsciiString.of(UUID.randomUUID().toString()))
            : ReadOnlyHttp2Headers.serverHeaders(false, OK, APNS_ID, AsciiString.of(id));
    encoder().writeHeaders(ctx, request.streamId, headers, 0, true, ctx.newPromise());
    leaveWhenQuiet(ctx);
  }

  private void refuse(
      final ChannelHandlerContext ctx,
      final Pending request,
      final int status,
      final String reason,
      final long timestamp,
      final int retryAfter) {
    final var headers =
        new DefaultHttp2Headers()
            .status(Integer.toString(status))
            .set(APNS_ID, request.headers.idOrNew());
    if (retryAfter > 0) {
      headers.set(RETRY_AFTER, Integer.toString(retryAfter));
    }
    if (reason.isEmpty()) {
      encoder().writeHeaders(ctx, request.streamId, headers, 0, true, ctx.newPromise());
      return;
    }
    final String body =
        timestamp > 0
            ? "{\"reason\":\"" + reason + "\",\"timestamp\":" + timestamp + "}"
            : "{\"reason\":\"" + reason + "\"}";
    encoder().writeHeaders(ctx, request.streamId, headers, 0, false, ctx.newPromise());
    encoder()
        .writeData(
            ctx,
            request.streamId,
            ByteBufUtil.writeUtf8(ctx.alloc(), body),
            0,
            true,
            ctx.newPromise());
    leaveWhenQuiet(ctx);
  }

  private static String text(final Pending request) {
    return request.payload == null ? "" : request.payload.toString(StandardCharsets.UTF_8);
  }

  private void limitStreams(final ChannelHandlerContext ctx, final int streams) {
    encoder()
        .writeSettings(ctx, new Http2Settings().maxConcurrentStreams(streams), ctx.newPromise());
  }

  // ---- going away ----

  private void leave(final ChannelHandlerContext ctx, final int lastStream, final Fault fault) {
    leave(ctx, lastStream, fault.word().isEmpty() ? AppleReason.Shutdown.name() : fault.word());
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

  void leaveNow(final ChannelHandlerContext ctx, final String reason) {
    leave(ctx, connection().remote().lastStreamCreated(), reason);
    ctx.flush();
  }

  /// The TCP connection breaks: no last words, neither of TLS nor of HTTP/2.
  static void cut(final ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    ctx.pipeline().firstContext().close();
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    gateway.opened(this, ctx);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
    gateway.closed(this);
    super.channelInactive(ctx);
  }

  @Override
  protected void onConnectionError(
      final ChannelHandlerContext ctx,
      final boolean outbound,
      final Throwable cause,
      final @Nullable Http2Exception error) {
    gateway.counters().refused("connection-error");
    super.onConnectionError(ctx, outbound, cause, error);
  }
}
