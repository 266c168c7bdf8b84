package dev.reveille.simulators.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Slows down what a connection writes: one byte per TLS record, with a pause after each. When all
/// that was written meanwhile is out, the connection is as fast as before. Belongs to the
/// connection's event loop.
public final class SlowWriter extends ChannelOutboundHandlerAdapter {
  private record Waiting(ByteBuf bytes, ChannelPromise written) {}

  private final long pauseMillis;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean dripping;

  private SlowWriter(final long pauseMillis) {
    this.pauseMillis = pauseMillis;
  }

  /// From now on, until all that was written meanwhile is out.
  public static void slow(final ChannelPipeline pipeline, final long pauseMillis) {
    final var tls = pipeline.context(SslHandler.class);
    if (tls != null && pipeline.get(SlowWriter.class) == null) {
      pipeline.addAfter(tls.name(), null, new SlowWriter(pauseMillis));
    }
  }

  @Override
  public void write(
      final ChannelHandlerContext ctx, final Object message, final ChannelPromise promise) {
    if (!(message instanceof final ByteBuf bytes)) {
      ctx.write(message, promise);
      return;
    }
    waiting.addLast(new Waiting(bytes, promise));
    if (!dripping) {
      dripping = true;
      ctx.executor().schedule(() -> drip(ctx), pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void drip(final ChannelHandlerContext ctx) {
    final var first = next();
    if (first == null || ctx.isRemoved()) {
      return; // the connection has ended
    }
    if (first.bytes().readableBytes() == 1) {
      waiting.removeFirst();
      ctx.writeAndFlush(first.bytes(), first.written());
    } else {
      ctx.writeAndFlush(first.bytes().readRetainedSlice(1));
    }
    if (next() == null) {
      ctx.pipeline().remove(this); // at once: what is said next is not slow any more
    } else {
      ctx.executor().schedule(() -> drip(ctx), pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  /// The first that has bytes left; those without are done.
  private @Nullable Waiting next() {
    var first = waiting.peekFirst();
    while (first != null && !first.bytes().isReadable()) {
      waiting.removeFirst();
      first.bytes().release();
      first.written().setSuccess();
      first = waiting.peekFirst();
    }
    return first;
  }

  private void letGo() {
    waiting.forEach(one -> {
      one.bytes().release();
      one.written().tryFailure(new java.nio.channels.ClosedChannelException());
    });
    waiting.clear();
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext ctx) {
    letGo();
  }
}
