package dev.reveille.simulators.google;

import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.ServiceConnection;
import dev.reveille.simulators.service.ServiceRequest;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.time.Instant;

/// One sender's HTTP/2 connection to Google's simulator. Belongs to its event loop.
final class GoogleConnection extends ServiceConnection<GoogleConnection.Pending> {
  static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");

  /// A request with its headers.
  static final class Pending extends ServiceRequest {
    private final Http2Headers headers;
    private final Instant came;

    Pending(final Http2Headers headers, final Instant came) {
      this.headers = headers;
      this.came = came;
    }

    private String method() {
      return String.valueOf(headers.method());
    }

    private String path() {
      return String.valueOf(headers.path());
    }

    private String authorization() {
      return headers.get(AUTHORIZATION, "").toString();
    }
  }

  private final GoogleService service;

  GoogleConnection(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings initial,
      final GoogleService service) {
    super(decoder, encoder, initial, service.site());
    this.service = service;
  }

  @Override
  protected Pending request(final Http2Headers headers) {
    return new Pending(headers, service.now());
  }

  @Override
  protected boolean keepsBodies() {
    return true;
  }

  @Override
  protected String tokenOf(final Pending request) {
    return service.tokenOf(request.path(), request.text());
  }

  @Override
  protected String usualFarewell() {
    return "graceful_stop";
  }

  @Override
  protected void plain(final ChannelHandlerContext ctx, final Pending request) {
    final var answer =
        service.answer(
            request.method(),
            request.path(),
            request.authorization(),
            request.text(),
            request.came);
    say(ctx, request, answer);
  }

  @Override
  protected void keep(
      final Pending request, final int status, final String word, final boolean deliver) {
    service.keep(request.path(), request.text(), request.came, status, word, deliver);
  }

  @Override
  protected void refuse(final ChannelHandlerContext ctx, final Pending request, final Fault fault) {
    say(ctx, request, GoogleAnswer.ordered(fault.status(), fault.word(), fault.retryAfter()));
  }

  private void say(
      final ChannelHandlerContext ctx, final Pending request, final GoogleAnswer answer) {
    final var headers =
        new DefaultHttp2Headers()
            .status(Integer.toString(answer.status()))
            .set(CONTENT_TYPE, "application/json; charset=UTF-8");
    if (answer.retryAfter() > 0) {
      headers.set(RETRY_AFTER, Integer.toString(answer.retryAfter()));
    }
    answer(ctx, request.streamId(), headers, answer.body());
  }
}
