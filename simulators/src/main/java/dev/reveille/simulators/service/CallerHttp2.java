package dev.reveille.simulators.service;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Locale;

/// One sender's HTTP/2 connection to a [CalledService]. Belongs to its event loop.
public final class CallerHttp2 extends ServiceConnection<CallerHttp2.Pending> {
  /// A request with its headers.
  static final class Pending extends ServiceRequest {
    private final Http2Headers headers;

    Pending(final Http2Headers headers) {
      this.headers = headers;
    }
  }

  private static final AsciiString LOCATION = AsciiString.cached("location");

  private final CalledService service;
  private final InstantSource clock;
  private boolean asking;

  private CallerHttp2(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings initial,
      final CalledService service,
      final InstantSource clock) {
    super(decoder, encoder, initial, service.site());
    this.service = service;
    this.clock = clock;
  }

  /// @param streams allowed at once
  public static ServiceConnection<?> make(
      final CalledService service, final int streams, final InstantSource clock) {
    return FrameListener.connection(
        streams,
        LOCATION,
        (decoder, encoder, initial) -> new CallerHttp2(decoder, encoder, initial, service, clock));
  }

  @Override
  protected Pending request(final Http2Headers headers) {
    return new Pending(headers);
  }

  @Override
  protected boolean keepsBodies() {
    return service.keepsBodies();
  }

  @Override
  protected String tokenOf(final Pending request) {
    return service.tokenOf(call(request));
  }

  @Override
  protected String usualFarewell() {
    return "graceful_stop";
  }

  private ServiceCall call(final Pending request) {
    final var lines = new ArrayList<HeaderLine>();
    for (final var line : request.headers) {
      if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(line.getKey())) {
        lines.add(new HeaderLine(line.getKey().toString(), line.getValue().toString()));
      }
    }
    return new ServiceCall(
        "HTTP/2",
        String.valueOf(request.headers.method()),
        String.valueOf(request.headers.path()),
        lines,
        request.body(),
        request.bytes(),
        java.util.Optional.empty(),
        clock.instant());
  }

  @Override
  protected void plain(final ChannelHandlerContext ctx, final Pending request) {
    final var whole = call(request);
    final var authority = String.valueOf(request.headers.authority());
    if (service.holds(whole, new HeldCall(this, ctx, request.streamId(), authority))) {
      return;
    }
    asking = true;
    service.answer(
        whole,
        answer -> {
          if (asking && ctx.executor().inEventLoop()) {
            say(ctx, request, answer); // flushed with all answers of this read
          } else {
            ctx.executor()
                .execute(() -> {
                  say(ctx, request, answer);
                  ctx.flush();
                });
          }
        });
    asking = false;
  }

  @Override
  protected void keep(
      final Pending request, final int status, final String word, final boolean deliver) {
    service.keep(call(request), status, word, deliver);
  }

  @Override
  protected void refuse(final ChannelHandlerContext ctx, final Pending request, final Fault fault) {
    say(ctx, request, service.ordered(call(request), fault));
  }

  private void say(
      final ChannelHandlerContext ctx, final Pending request, final ServiceAnswer answer) {
    if (connection().stream(request.streamId()) == null) {
      return; // the caller gave it up
    }
    final var headers = new DefaultHttp2Headers().status(Integer.toString(answer.status()));
    answer
        .headers()
        .forEach(line -> headers.add(line.name().toLowerCase(Locale.ROOT), line.value()));
    answer(ctx, request.streamId(), headers, answer.body());
  }
}
