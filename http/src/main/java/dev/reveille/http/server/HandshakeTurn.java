package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// A pipeline handler in the place of TLS until the peer's first record is there and its handshake
/// may begin.
///
/// A peer that connects and says nothing takes no part of the ration, and until its turn a
/// connection has neither a TLS engine nor more than the bytes of its first record.
final class HandshakeTurn extends ChannelInboundHandlerAdapter implements Handshakes.Waiting {
  /// RFC 8446 §5.1.
  private static final int HANDSHAKE = 22;

  private static final int RECORD_HEADER = 5;

  /// A ClientHello has a few hundred bytes, with large keys 2,000. So much is read before the turn.
  private static final int MOST_BYTES = 4 * 1024;

  private final TlsGreeting greeting;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf gathered;
  private boolean asked;

  HandshakeTurn(final TlsGreeting greeting) {
    this.greeting = greeting;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    final var in = (ByteBuf) message;
    final var all = gathered == null ? in : joined(gathered, in);
    gathered = all;
    if (!asked && isEnough(all)) {
      asked = true;
      if (greeting.begins(this)) {
        begin(ctx);
        return;
      }
      ctx.channel().config().setAutoRead(false);
    }
    if (gathered != null && all.capacity() > all.readableBytes()) {
      gathered = joined(all, Unpooled.EMPTY_BUFFER); // the receive buffer is larger
    }
  }

  /// Whether what has come is the whole first record, or cannot be one: TLS itself says so then.
  private static boolean isEnough(final ByteBuf in) {
    final int first = in.readerIndex();
    if (in.isReadable() && in.getUnsignedByte(first) != HANDSHAKE) {
      return true;
    }
    final int length = in.readableBytes();
    return length >= MOST_BYTES
        || length >= RECORD_HEADER && length >= RECORD_HEADER + in.getUnsignedShort(first + 3);
  }

  private static ByteBuf joined(final ByteBuf one, final ByteBuf other) {
    final var bytes = new byte[one.readableBytes() + other.readableBytes()];
    final int length = one.readableBytes();
    one.readBytes(bytes, 0, length);
    other.readBytes(bytes, length, bytes.length - length);
    one.release();
    other.release();
    return Unpooled.wrappedBuffer(bytes);
  }

  @Override
  public void turn() {
    final var ctx = context;
    if (ctx == null || ctx.isRemoved() || !ctx.channel().isOpen()) {
      return;
    }
    final var pipeline = ctx.pipeline();
    begin(ctx);
    final var _ = pipeline.fireChannelReadComplete();
    final var _ = ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void gone() {} // the pipeline removes this handler

  private void begin(final ChannelHandlerContext ctx) {
    final var tls = greeting.newTls(ctx.alloc());
    final var _ = ctx.pipeline().replace(this, null, tls);
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext ctx) {
    final var bytes = gathered;
    gathered = null;
    if (bytes == null) {
      return;
    }
    if (ctx.channel().isActive()) {
      final var _ = ctx.fireChannelRead(bytes); // to what has taken this place
    } else {
      bytes.release();
    }
  }
}
