package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Reads the requests of one HTTP/2 connection from its frames: one small object per stream.
///
/// Netty's decoder has checked frames, header block and states before anything comes here. Bytes of
/// DATA are given back to flow control at once where the body is gathered in memory, because those
/// are bounded: each by its limit, all unfinished ones of a connection together by
/// [#MOST_UNFINISHED]. Where it is handed on in pieces, they are given back when they were read.
final class Http2Requests extends Http2EventAdapter {
  private static final int MOST_UNFINISHED = 16 * 1024 * 1024;

  private final Http2Endpoint endpoint;
  private final Http2Connection.PropertyKey key;
  private int unfinished;

  Http2Requests(final Http2Endpoint endpoint) {
    this.endpoint = endpoint;
    this.key = endpoint.connection().newKey();
    endpoint.connection().addListener(this);
  }

  @Nullable Http2Exchange of(final @Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(key);
  }

  @Override
  public void onHeadersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final int streamDependency,
      final short weight,
      final boolean exclusive,
      final int padding,
      final boolean endOfStream) {
    onHeadersRead(ctx, streamId, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final Http2Headers headers,
      final int padding,
      final boolean endOfStream) {
    final var stream = endpoint.connection().stream(streamId);
    if (stream == null) {
      return;
    }
    final var known = of(stream);
    if (known == null) {
      opened(stream, headers, endOfStream);
    } else if (endOfStream && known.isInPieces()) {
      known.piecesComplete();
    } else if (endOfStream && !known.isSettled()) {
      // Trailers: nothing we serve needs what they say.
      complete(known);
    }
  }

  private void opened(
      final Http2Stream stream, final Http2Headers headers, final boolean endOfStream) {
    endpoint.touched();
    if (endpoint.refusesWhileAnswersWait(stream)) {
      return;
    }
    final var method = text(headers.method());
    final var raw = text(headers.path());
    final var host = host(headers);
    final var target = RequestTarget.of(raw);
    final var to = Addressee.of(host, raw);
    if (target == null || raw.equals("*") && !method.equals("OPTIONS")) {
      refuse(stream, to, 400, "The request target must be an absolute path without dot segments.");
      return;
    }
    if (host.isEmpty()) {
      refuse(stream, to, 400, "A request names its host.");
      return;
    }
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      refuse(stream, to, 501, "This method is not implemented here.");
      return;
    }
    if (headers.size() > endpoint.core().limits().head().count() + 4) {
      refuse(stream, to, 431, "The number of header fields exceeds the limit.");
      return;
    }
    if (raw.length() > endpoint.core().limits().head().line()) {
      refuse(stream, to, 414, "The request target exceeds the limit.");
      return;
    }
    final var handler = endpoint.core().handler(host, target.path());
    final var rule = handler.bodyRule(method, target.path());
    final var exchange =
        new Http2Exchange(endpoint, stream, handler, rule, method, target, host, headers);
    stream.setProperty(key, exchange);
    if (endOfStream) {
      exchange.complete();
      return;
    }
    if (rule.asksFirst(announced(headers))) {
      exchange.askWhose();
    } else {
      exchange.bodyBegins();
    }
  }

  /// What was gathered of a body is handed on: it is no longer unfinished.
  void handedOn(final int length) {
    unfinished -= length;
  }

  /// The header list of a stream is too large: its request, or its trailers, did not come here.
  ///
  /// @param beginning the fields that were read before it was too large
  void tooLarge(final Http2Stream stream, final @Nullable Http2Headers beginning) {
    endpoint.touched();
    final var why = "The header fields exceed the limit.";
    final var known = of(stream);
    if (known == null) {
      final var to =
          beginning == null
              ? Addressee.UNKNOWN
              : Addressee.of(host(beginning), text(beginning.path()));
      refuse(stream, to, 431, why);
    } else if (!known.isSettled()) {
      known.problem(431, why);
    }
  }

  private static String host(final Http2Headers headers) {
    return text(headers.authority() != null ? headers.authority() : headers.get("host"));
  }

  static long announced(final Http2Headers headers) {
    // Netty's decoder has refused what is not one number.
    return headers.getLong("content-length", -1);
  }

  private static String text(final @Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  private void refuse(
      final Http2Stream stream, final Addressee to, final int status, final String detail) {
    endpoint.respond(
        stream, endpoint.core().problem(endpoint.channel(), to, status, detail), false);
  }

  @Override
  public int onDataRead(
      final ChannelHandlerContext ctx,
      final int streamId,
      final ByteBuf data,
      final int padding,
      final boolean endOfStream) {
    final var taken = data.readableBytes() + padding;
    final var exchange = of(endpoint.connection().stream(streamId));
    if (exchange != null && exchange.isInPieces()) {
      final var held = data.readableBytes();
      return exchange.takePiece(data, endOfStream) ? taken - held : taken;
    }
    if (exchange == null || exchange.isSettled()) {
      return taken;
    }
    unfinished -= exchange.length();
    if (!exchange.take(data)) {
      unfinished += exchange.length();
      if (!exchange.isSettled()) {
        exchange.problem(413, "The body exceeds the limit.");
      }
      return taken;
    }
    unfinished += exchange.length();
    if (exchange.isAsking()) { // the peer may send on when it is known
      exchange.withholds(taken, endOfStream);
      return 0;
    }
    if (endOfStream) {
      complete(exchange);
    } else if (unfinished > MOST_UNFINISHED) {
      exchange.problem(
          503, "The number of unfinished bodies on this connection exceeds the limit.");
    } else {
      exchange.charge();
    }
    return taken;
  }

  void complete(final Http2Exchange exchange) {
    if (exchange.isAsking()) {
      exchange.withholds(0, true);
      return;
    }
    unfinished -= exchange.length();
    exchange.complete();
  }

  @Override
  public void onStreamClosed(final Http2Stream stream) {
    final var exchange = of(stream);
    if (exchange != null) {
      if (!exchange.isComplete()) { // refused, timed out or reset: its part of a body is let go now
        unfinished -= exchange.length();
      }
      exchange.streamClosed();
    }
    endpoint.streamEnded();
  }
}
