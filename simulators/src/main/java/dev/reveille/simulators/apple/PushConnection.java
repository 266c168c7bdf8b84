package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.ServiceConnection;
import dev.reveille.simulators.service.ServiceRequest;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One sender's HTTP/2 connection to Apple's simulator. Belongs to its event loop.
final class PushConnection extends ServiceConnection<PushConnection.Pending> {
  static final AsciiString APNS_ID = AsciiString.cached("apns-id");
  private static final AsciiString APNS_UNIQUE_ID = AsciiString.cached("apns-unique-id");
  private static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");
  private static final AsciiString OK = AsciiString.cached("200");

  /// A request with the headers that Apple looks at.
  static final class Pending extends ServiceRequest {
    private final PushHeaders headers;
    private final Instant came;

    Pending(final PushHeaders headers, final Instant came) {
      this.headers = headers;
      this.came = came;
    }

    /// Null when it is no device path.
    private @Nullable String token() {
      return PushRules.deviceToken(headers.path());
    }
  }

  private final Gateway gateway;
  private final RequestValidator judge;
  private boolean limitRaised;
  private @Nullable ChannelHandlerContext context;

  PushConnection(
      final Http2ConnectionDecoder decoder,
      final Http2ConnectionEncoder encoder,
      final Http2Settings initial,
      final Gateway gateway) {
    super(decoder, encoder, initial, gateway.site());
    this.gateway = gateway;
    this.judge = gateway.newJudge(this::shown);
  }

  private @Nullable ClientCertificate shown() {
    final var tls = context == null ? null : context.pipeline().get(SslHandler.class);
    return tls == null ? null : ClientCertificate.of(tls.engine().getSession());
  }

  @Override
  protected Pending request(final Http2Headers headers) {
    final var came = keepsBodies() ? gateway.options().clock().instant() : Instant.EPOCH;
    return new Pending(new PushHeaders(headers), came);
  }

  @Override
  protected boolean keepsBodies() {
    return !gateway.options().quick();
  }

  @Override
  protected String tokenOf(final Pending request) {
    final var token = request.token();
    return token == null ? "" : token;
  }

  @Override
  protected String usualFarewell() {
    return AppleReason.Shutdown.name();
  }

  @Override
  protected void limitSet() {
    limitRaised = true;
  }

  @Override
  protected void plain(final ChannelHandlerContext ctx, final Pending request) {
    context = ctx;
    final var token = request.token();
    final var verdict = judge.judge(request.headers, token, request.bytes());
    final boolean accepted = verdict == AppleReason.Accepted;
    request.headers.idOrNew();
    if (accepted) {
      gateway.site().counters().accepted.increment();
      if (judge.hasCertificate()) {
        gateway.takenByCertificate();
      }
    } else {
      gateway.site().counters().refused(verdict.name());
    }
    if (keepsBodies()) {
      keep(request, verdict.status(), verdict.name(), accepted);
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

  @Override
  protected void keep(
      final Pending request, final int status, final String word, final boolean deliver) {
    gateway.keep(
        request.token(), request.headers, request.text(), request.came, status, word, deliver);
  }

  @Override
  protected void refuse(final ChannelHandlerContext ctx, final Pending request, final Fault fault) {
    refuse(ctx, request, fault.status(), fault.word(), fault.timestamp(), fault.retryAfter());
  }

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
    answer(ctx, request.streamId(), headers, "");
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
    answer(ctx, request.streamId(), headers, body(reason, timestamp));
  }

  private static String body(final String reason, final long timestamp) {
    if (reason.isEmpty()) {
      return "";
    }
    return timestamp > 0
        ? "{\"reason\":\"" + reason + "\",\"timestamp\":" + timestamp + "}"
        : "{\"reason\":\"" + reason + "\"}";
  }
}
