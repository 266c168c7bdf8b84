package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/// A pipeline handler between the HTTP/2 codec and TLS that puts the frames of one flush into one
/// buffer.
///
/// The codec writes two or three small buffers per answer, each with a promise. One by one they
/// cost more than the encryption of what is in them; together they are one write. A promise is
/// completed as soon as its bytes are here: a connection that fails later is closed whole, and no
/// writer waits for a single frame.
///
/// Because of that the codec no longer sees that a peer leaves its answers unread, so
/// [Http2Endpoint] does: while more than the channel's high-water mark waits, it reads nothing more
/// from the peer. On the event loop only.
final class FrameGatherer extends ChannelOutboundHandlerAdapter {
  private static final int FIRST_SIZE = 1024;

  /// One TLS record holds 16 KiB; a larger buffer would only be cut again.
  private static final int PASSED_ON_AT = 16 * 1024;

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf gathered;

  @Override
  public void write(
      final ChannelHandlerContext ctx, final Object message, final ChannelPromise promise) {
    final var frame = (ByteBuf) message;
    try {
      room(ctx, frame.readableBytes()).writeBytes(frame);
    } finally {
      frame.release();
    }
    final var _ = promise.trySuccess();
  }

  /// Where frames of so many bytes may be written directly.
  ByteBuf room(final int bytes) {
    if (context == null) {
      throw new IllegalStateException("this handler has no place in a pipeline yet");
    }
    return room(context, bytes);
  }

  private ByteBuf room(final ChannelHandlerContext ctx, final int bytes) {
    if (gathered != null && gathered.readableBytes() + bytes > PASSED_ON_AT) {
      passOn(ctx);
    }
    if (gathered == null) {
      gathered = ctx.alloc().heapBuffer(Math.max(FIRST_SIZE, bytes));
    }
    return gathered;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    context = ctx;
  }

  private void passOn(final ChannelHandlerContext ctx) {
    final var whole = gathered;
    if (whole != null) {
      gathered = null;
      final var _ = ctx.write(whole, ctx.voidPromise());
    }
  }

  @Override
  public void flush(final ChannelHandlerContext ctx) {
    passOn(ctx);
    final var _ = ctx.flush();
  }

  @Override
  public void close(final ChannelHandlerContext ctx, final ChannelPromise promise) {
    flush(ctx);
    final var _ = ctx.close(promise);
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext ctx) {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
