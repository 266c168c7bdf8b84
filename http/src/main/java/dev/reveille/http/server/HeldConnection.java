package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The handler of one socket on its event loop; there is no other handler of ours in the pipeline.
///
/// Every method here and in the subclasses is called on the loop and must not block, except
/// [#submit] and what a subclass names. When a connection changes its protocol (TLS handshake, then
/// HTTP, then perhaps WebSocket), another object takes its place; what belongs to the socket itself
/// goes along with [#takePlaceOf].
public abstract class HeldConnection extends ChannelInboundHandlerAdapter
    implements LoopConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);

  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  private @Nullable HttpCore core;
  private @Nullable Loop loop;
  private @Nullable ChannelHandlerContext context;
  private int slot = -1;
  private boolean counted;
  private boolean noted;
  private boolean reading;
  private boolean flushWanted;

  /// Bytes that were written so far, sent or not.
  private long written;

  private @Nullable StallDetector stall;
  private @Nullable MinimumThroughput pace;
  private @Nullable UnreadOutput unreadOutput;

  /// Who is charged for what the peer leaves unread: the sender of the last request.
  private BudgetOwner owner = BudgetOwner.STRANGER;

  /// For protocols that take a connection over: they get its socket when they take its place.
  protected HeldConnection() {}

  HeldConnection(final HttpCore core, final Loop loop, final boolean counted) {
    this.core = core;
    this.loop = loop;
    this.counted = counted;
  }

  /// Bytes have come. The buffer is the receiver's to read, and is released afterwards.
  protected abstract void received(ByteBuf in);

  /// A tick: compare what the state allows with the clock.
  protected abstract void overdue(long nowMillis);

  /// The socket is gone; called once.
  protected abstract void gone();

  /// The connection has its place in the pipeline.
  protected void placed() {}

  /// The socket takes bytes again after it had too many, or no longer does.
  protected void writabilityChanged(final boolean writable) {}

  /// The listener drains: end before the moment given.
  @Override
  public void drain(final long untilMillis) {}

  final void takePlaceOf(final HeldConnection old) {
    core = old.core();
    loop = old.loop();
    counted = old.counted;
    old.counted = false;
    unreadOutput = old.unreadOutput;
    old.unreadOutput = null;
    owner = old.owner;
    reading = old.reading;
    loop.replace(old, this);
    final var _ = old.context().pipeline().replace(old, null, this);
    if (old.flushWanted || old.noted) {
      old.noted = false;
      wantFlush();
    }
  }

  /// The connection belongs to another listener from now on, if that has room.
  final boolean movesTo(final HttpCore other) {
    if (!core().limit().moves(Peers.counted(channel()), other.limit())) {
      return false;
    }
    other.accepted().increment();
    core = other;
    return true;
  }

  /// Another kind of connection takes the place, and the count of the connection limit with it.
  final void giveUpPlace() {
    counted = false;
  }

  @Override
  public final void handlerAdded(final ChannelHandlerContext ctx) {
    context = ctx;
    if (slot < 0) {
      loop().add(this);
    }
    placed();
  }

  @Override
  public final void channelRead(final ChannelHandlerContext ctx, final Object message) {
    reading = true;
    final var in = (ByteBuf) message;
    try {
      received(in);
    } finally {
      in.release();
    }
  }

  @Override
  public final void channelReadComplete(final ChannelHandlerContext ctx) {
    reading = false;
    if (flushWanted) {
      flushNow();
    }
  }

  @Override
  public final void channelWritabilityChanged(final ChannelHandlerContext ctx) {
    writabilityChanged(ctx.channel().isWritable());
  }

  @Override
  public final void channelInactive(final ChannelHandlerContext ctx) {
    loop().remove(this);
    if (counted) {
      counted = false;
      core().limit().leave(Peers.counted(channel()));
    }
    UnreadOutput.free(unreadOutput);
    unreadOutput = null;
    gone();
  }

  @Override
  public final void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    core().connectionFailed(cause);
    close();
  }

  @Override
  public final void sweep(final long nowMillis) {
    final var before = stall;
    stall = StallDetector.look(before, channel(), nowMillis);
    final var stands = stall != null && stall == before;
    if (stall == null) {
      pace = null;
    }
    if (stall != null || unreadOutput != null) {
      unreadOutput =
          UnreadOutput.look(unreadOutput, core(), channel(), owner, isCharged() ? -UNLIMITED : 0);
    }
    if (stall != null
        && (stall.isLongerThan(core().stallMillis(), nowMillis) || isSlow(nowMillis))) {
      LOG.debug("{}: a peer does not read, or hardly", core().settings().name());
      close();
    } else if (unreadOutput != null && unreadOutput.isTooMuch(stands)) {
      LOG.debug("{}: there is no room for what a peer does not read", core().settings().name());
      close();
    } else {
      overdue(nowMillis);
    }
  }

  private boolean isSlow(final long nowMillis) {
    final var moved = written - StallDetector.pending(channel());
    if (pace == null) {
      pace = new MinimumThroughput(moved, nowMillis);
    }
    return pace.isTooSlow(moved, MinimumThroughput.LEAST_BYTES, core().paceMillis(), nowMillis);
  }

  /// Counts what is written past the methods here.
  final ByteBuf counted(final ByteBuf out) {
    written += out.readableBytes();
    return out;
  }

  /// Writes now and flushes with whatever else is written in this turn.
  protected final void write(final ByteBuf out) {
    final var _ = context().write(counted(out), context().voidPromise());
    wantFlush();
  }

  /// Writes, and closes the connection when the bytes have gone out.
  protected final void writeAndClose(final ByteBuf out) {
    final var _ = context().write(counted(out)).addListener(ChannelFutureListener.CLOSE);
    wantFlush();
  }

  /// Writes the last bytes and says that nothing more will come, but goes on reading.
  ///
  /// Closing at once would reset a connection whose peer is still sending, and the reset would
  /// destroy these bytes on their way. The subclass discards what comes and closes after a while.
  protected final ChannelFuture writeLast(final ByteBuf out) {
    final var last =
        context()
            .write(counted(out))
            .addListener(sent -> {
              if (sent.isSuccess()) {
                closeOutput();
              }
            });
    wantFlush();
    return last;
  }

  /// Whether what waits for the socket has a share already.
  boolean isCharged() {
    return false;
  }

  final void chargeTo(final BudgetOwner known) {
    owner = known;
  }

  private void closeOutput() {
    final var tls = context().pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else if (channel() instanceof DuplexChannel socket) {
      final var _ = socket.shutdownOutput();
    }
  }

  protected final void wantFlush() {
    if (reading) {
      flushWanted = true;
    } else {
      loop().flushSoon(this);
    }
  }

  @Override
  public final void flushNow() {
    flushWanted = false;
    final var _ = context().flush();
  }

  protected final void close() {
    final var _ = context().close();
  }

  /// Whether bytes of ours wait for the socket.
  protected final boolean isSending() {
    return stall != null;
  }

  /// Hands a task to this connection's loop, from any thread.
  protected final void submit(final LoopTask task) {
    loop().submit(task);
  }

  protected final boolean isOnLoop() {
    return loop().isHere();
  }

  /// The loop's clock, as of its last tick.
  protected final long nowMillis() {
    return loop().nowMillis();
  }

  /// A buffer of the kind that goes to the wire with the fewest copies: the JDK's TLS engine works
  /// on arrays, a socket on memory outside the heap.
  protected final ByteBuf buffer(final int bytes) {
    final var alloc = context().alloc();
    return isSecure() ? alloc.heapBuffer(bytes, bytes) : alloc.directBuffer(bytes, bytes);
  }

  /// Whether the connection is encrypted.
  public final boolean isSecure() {
    return core().settings().tls() != null;
  }

  /// The client, also behind a proxy that says so.
  public final InetSocketAddress peer() {
    return Peers.of(channel());
  }

  protected final ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("the connection has no place in a pipeline yet");
    }
    return context;
  }

  final Loop loop() {
    if (loop == null) {
      throw new IllegalStateException("the connection has no socket yet");
    }
    return loop;
  }

  @Override
  public final Channel channel() {
    return context().channel();
  }

  @Override
  public final HttpCore core() {
    if (core == null) {
      throw new IllegalStateException("the connection has no socket yet");
    }
    return core;
  }

  @Override
  public final int slot() {
    return slot;
  }

  @Override
  public final void slot(final int place) {
    slot = place;
  }

  @Override
  public final boolean noted() {
    return noted;
  }

  @Override
  public final void noted(final boolean isNoted) {
    noted = isNoted;
  }
}
