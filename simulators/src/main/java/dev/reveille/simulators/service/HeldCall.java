package dev.reveille.simulators.service;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;

/// An HTTP/2 request that is never answered itself: other answers are pushed to its caller, each
/// with the request that it belongs to (RFC 9113 section 8.4). Thread-safe.
public final class HeldCall {
  private final Http2ConnectionHandler connection;
  private final ChannelHandlerContext ctx;
  private final int streamId;
  private final String authority;

  HeldCall(
      final Http2ConnectionHandler connection,
      final ChannelHandlerContext ctx,
      final int streamId,
      final String authority) {
    this.connection = connection;
    this.ctx = ctx;
    this.streamId = streamId;
    this.authority = authority;
  }

  /// Promises a GET of the path and answers it with this status, and nothing else.
  ///
  /// @param done told whether it was written: false when the caller is gone, or wants no pushes
  public void push(final String path, final int status, final Done done) {
    ctx.executor()
        .execute(() -> {
          final boolean written = write(path, status);
          ctx.flush();
          done.told(written);
        });
  }

  /// Whether pushes can be written without piling up.
  public boolean isWritable() {
    return ctx.channel().isWritable();
  }

  /// Whether the caller is still there.
  public boolean isOpen() {
    return ctx.channel().isActive() && connection.connection().stream(streamId) != null;
  }

  private boolean write(final String path, final int status) {
    final var streams = connection.connection();
    if (!isOpen() || !streams.remote().allowPushTo()) {
      return false;
    }
    final int promised = streams.local().incrementAndGetNextStreamId();
    final var request =
        new DefaultHttp2Headers().method("GET").scheme("https").authority(authority).path(path);
    connection.encoder().writePushPromise(ctx, streamId, promised, request, 0, ctx.newPromise());
    connection
        .encoder()
        .writeHeaders(
            ctx,
            promised,
            new DefaultHttp2Headers().status(Integer.toString(status)),
            0,
            true,
            ctx.newPromise());
    return true;
  }

  /// Called when a push was written or failed.
  @FunctionalInterface
  public interface Done {
    void told(boolean written);
  }
}
