package dev.reveille.bench.siege;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// Requests over one connection of HTTP/2. Statuses and resets are counted.
final class Http2Peer {
  private final String authority;
  private final Tally tally;
  private final Runnable onReset;
  private final Http2ConnectionHandler connection;
  private final ChannelHandlerContext context;

  /// @param window how many bytes of each answer the server may send
  /// @param onReset after the server has reset a stream
  Http2Peer(
      final Channel channel,
      final String authority,
      final int window,
      final Tally tally,
      final Runnable onReset) {
    this.authority = authority;
    this.tally = tally;
    this.onReset = onReset;
    this.connection =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .encoderEnforceMaxConcurrentStreams(true) // what is too much now waits its turn
            .frameListener(new Answers())
            .initialSettings(
                Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(window))
            .build();
    channel.pipeline().addLast(connection);
    this.context = channel.pipeline().context(connection);
  }

  /// A request without a body, sent at the next [#flush].
  void get(final String path, final String secret) {
    final int stream = connection.connection().local().incrementAndGetNextStreamId();
    final var headers = headers("GET", path);
    if (!secret.isEmpty()) {
      headers.add("authorization", "Bearer " + secret);
    }
    connection.encoder().writeHeaders(context, stream, headers, 0, true, context.newPromise());
  }

  /// A request whose body does not end.
  ///
  /// @param length of the whole body as it is announced; not at all when it is negative
  /// @return when the bytes were written
  ChannelFuture begin(final String path, final byte[] body, final int length) {
    final int stream = connection.connection().local().incrementAndGetNextStreamId();
    final var headers = headers("POST", path).add("content-type", "application/json");
    if (length >= 0) {
      headers.addInt("content-length", length);
    }
    connection.encoder().writeHeaders(context, stream, headers, 0, false, context.newPromise());
    final var written =
        connection
            .encoder()
            .writeData(
                context, stream, Unpooled.wrappedBuffer(body), 0, false, context.newPromise());
    flush();
    return written;
  }

  private Http2Headers headers(final String method, final String path) {
    return new DefaultHttp2Headers(false)
        .method(method)
        .scheme("https")
        .authority(authority)
        .path(path);
  }

  void flush() {
    connection.flush(context);
  }

  private final class Answers extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        final ChannelHandlerContext unused,
        final int stream,
        final Http2Headers headers,
        final int dependency,
        final short weight,
        final boolean exclusive,
        final int padding,
        final boolean last) {
      if (headers.status() != null) {
        tally.count(headers.status().toString());
      }
    }

    @Override
    public int onDataRead(
        final ChannelHandlerContext unused,
        final int stream,
        final ByteBuf data,
        final int padding,
        final boolean last) {
      return data.readableBytes() + padding;
    }

    @Override
    public void onRstStreamRead(
        final ChannelHandlerContext unused, final int stream, final long errorCode) {
      tally.count("reset");
      context.executor().execute(onReset);
    }
  }
}
