package dev.reveille.simulators.google;

import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.ServiceConnection;
import dev.reveille.simulators.service.SlowWriter;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// One sender's HTTP/1.1 connection to Google's simulator, as most OAuth clients use it. Faults
/// that exist in HTTP/2 only cut the connection here.
final class GoogleHttp1 extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final GoogleService service;

  GoogleHttp1(final GoogleService service) {
    this.service = service;
  }

  @Override
  protected void channelRead0(final ChannelHandlerContext ctx, final FullHttpRequest request) {
    final var counters = service.site().counters();
    counters.requests.increment();
    final String body = request.content().toString(StandardCharsets.UTF_8);
    final var came = service.now();
    final var faults = service.site().faults();
    final var fault = faults.isEmpty() ? null : faults.meets(service.tokenOf(request.uri(), body));
    if (fault == null) {
      plain(ctx, request, body, came);
      return;
    }
    counters.faults.increment();
    request.retain();
    ctx.executor()
        .schedule(
            () -> {
              happen(ctx, request, body, came, fault);
              request.release();
            },
            fault.delay().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void plain(
      final ChannelHandlerContext ctx,
      final FullHttpRequest request,
      final String body,
      final Instant came) {
    final String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    final var method = request.method().name();
    say(ctx, request, service.answer(method, request.uri(), authorization, body, came));
  }

  private void happen(
      final ChannelHandlerContext ctx,
      final FullHttpRequest request,
      final String body,
      final Instant came,
      final Fault fault) {
    switch (fault.action()) {
      case NONE, STREAM_LIMIT -> plain(ctx, request, body, came);
      case DRIP -> {
        SlowWriter.slow(ctx.pipeline(), fault.number());
        plain(ctx, request, body, came);
      }
      case ANSWER -> {
        service.site().counters().refused(fault.word());
        service.keep(request.uri(), body, came, fault.status(), fault.word(), fault.delivered());
        say(ctx, request, GoogleAnswer.ordered(fault.status(), fault.word(), fault.retryAfter()));
      }
      case STALL -> service.keep(request.uri(), body, came, 0, "STALL", fault.delivered());
      case RESET, GOAWAY_AFTER, GOAWAY_BEFORE, GOAWAY_UNANSWERED, CUT -> {
        service.keep(request.uri(), body, came, 0, fault.action().name(), fault.delivered());
        ServiceConnection.cut(ctx);
      }
    }
  }

  private static void say(
      final ChannelHandlerContext ctx, final FullHttpRequest request, final GoogleAnswer answer) {
    final var bytes = ByteBufUtil.writeUtf8(ctx.alloc(), answer.body());
    final var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), bytes);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8");
    if (answer.retryAfter() > 0) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, answer.retryAfter());
    }
    HttpUtil.setContentLength(response, bytes.readableBytes());
    final boolean keep = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, keep);
    final var written = ctx.writeAndFlush(response);
    if (!keep) {
      written.addListener(_ -> ctx.close());
    }
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    ctx.close();
  }
}
