package dev.reveille.simulators.service;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// One sender's HTTP/1.1 connection to a simulated service. Requests are answered one after the
/// other; a request that is never answered holds up those behind it. Faults that exist in HTTP/2
/// only cut the connection here.
public final class CallerHttp1 extends SimpleChannelInboundHandler<HttpObject>
    implements Site.Connection {
  private static final int KEPT_BODY = 64 * 1024;

  private record Waiting(ServiceCall call, boolean keepAlive) {}

  private final CalledService service;
  private final InstantSource clock;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpRequest head;
  private int size;
  private boolean busy;
  private boolean leaving;

  private CallerHttp1(final CalledService service, final InstantSource clock) {
    this.service = service;
    this.clock = clock;
  }

  /// Puts such a connection at the end of a pipeline that has TLS.
  public static void into(
      final ChannelPipeline pipeline, final CalledService service, final InstantSource clock) {
    pipeline.addLast(
        new HttpServerCodec(),
        new HttpServerExpectContinueHandler(),
        new CallerHttp1(service, clock));
  }

  // ---- requests ----

  @Override
  protected void channelRead0(final ChannelHandlerContext ctx, final HttpObject part) {
    if (part.decoderResult().isFailure()) {
      service.site().counters().refused("malformed");
      say(ctx, ServiceAnswer.of(400, "malformed"), false);
      return;
    }
    if (part instanceof final HttpRequest request) {
      head = request;
      body.reset();
      size = 0;
    }
    if (part instanceof final HttpContent content) {
      final int more = content.content().readableBytes();
      size += more;
      if (service.keepsBodies() && size <= KEPT_BODY) {
        body.writeBytes(ByteBufUtil.getBytes(content.content()));
      }
    }
    final var request = head;
    if (part instanceof LastHttpContent && request != null) {
      head = null;
      waiting.addLast(new Waiting(call(ctx, request), HttpUtil.isKeepAlive(request)));
      next(ctx);
    }
  }

  private ServiceCall call(final ChannelHandlerContext ctx, final HttpRequest request) {
    final var lines = new ArrayList<HeaderLine>();
    request.headers().forEach(line -> lines.add(new HeaderLine(line.getKey(), line.getValue())));
    return new ServiceCall(
        request.protocolVersion().text(),
        request.method().name(),
        request.uri(),
        lines,
        body.toByteArray(),
        size,
        certificate(ctx.pipeline()),
        clock.instant());
  }

  static Optional<X509Certificate> certificate(final ChannelPipeline pipeline) {
    final var tls = pipeline.get(SslHandler.class);
    if (tls == null) {
      return Optional.empty();
    }
    try {
      final var chain = tls.engine().getSession().getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof final X509Certificate first
          ? Optional.of(first)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty(); // the caller showed none
    }
  }

  private void next(final ChannelHandlerContext ctx) {
    final var one = busy ? null : waiting.pollFirst();
    if (one == null) {
      return;
    }
    busy = true;
    final var counters = service.site().counters();
    counters.requests.increment();
    final var faults = service.site().faults();
    final var fault = faults.isEmpty() ? null : faults.meets(service.tokenOf(one.call()));
    if (fault == null) {
      plain(ctx, one);
      return;
    }
    counters.faults.increment();
    if (fault.delay().isZero()) {
      happen(ctx, one, fault);
    } else {
      ctx.executor()
          .schedule(() -> happen(ctx, one, fault), fault.delay().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void plain(final ChannelHandlerContext ctx, final Waiting one) {
    service.answer(
        one.call(),
        answer -> {
          if (ctx.executor().inEventLoop()) {
            done(ctx, answer, one.keepAlive());
          } else {
            ctx.executor().execute(() -> done(ctx, answer, one.keepAlive()));
          }
        });
  }

  private void happen(final ChannelHandlerContext ctx, final Waiting one, final Fault fault) {
    switch (fault.action()) {
      case NONE, STREAM_LIMIT -> plain(ctx, one);
      case DRIP -> {
        SlowWriter.slow(ctx.pipeline(), fault.number());
        plain(ctx, one);
      }
      case ANSWER -> {
        service.site().counters().refused(fault.word());
        service.keep(one.call(), fault.status(), fault.word(), fault.delivered());
        done(ctx, service.ordered(one.call(), fault), one.keepAlive());
      }
      case STALL -> lost(one, fault);
      case RESET, GOAWAY_AFTER, GOAWAY_BEFORE, GOAWAY_UNANSWERED, CUT -> {
        lost(one, fault);
        ServiceConnection.cut(ctx);
      }
    }
  }

  private void lost(final Waiting one, final Fault fault) {
    service.site().counters().refused(fault.action().name());
    service.keep(one.call(), 0, fault.action().name(), fault.delivered());
  }

  // ---- answers ----

  private void done(
      final ChannelHandlerContext ctx, final ServiceAnswer answer, final boolean keepAlive) {
    busy = false;
    say(ctx, answer, keepAlive && !leaving);
    next(ctx);
  }

  private static void say(
      final ChannelHandlerContext ctx, final ServiceAnswer answer, final boolean keepAlive) {
    final var bytes = ByteBufUtil.writeUtf8(ctx.alloc(), answer.body());
    final var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), bytes);
    answer.headers().forEach(line -> response.headers().add(line.name(), line.value()));
    if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
      HttpUtil.setContentLength(response, bytes.readableBytes());
    }
    HttpUtil.setKeepAlive(response, keepAlive);
    final var written = ctx.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(_ -> ctx.close());
    }
  }

  /// Closes when what has come is answered.
  @Override
  public void leaveNow(final ChannelHandlerContext ctx, final String reason) {
    leaving = true;
    if (!busy && waiting.isEmpty()) {
      ctx.close();
    }
  }

  // ---- Netty ----

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    service.site().opened(this, ctx);
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
    service.site().closed(this);
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    service.site().counters().refused("connection-error");
    ctx.close();
  }
}
