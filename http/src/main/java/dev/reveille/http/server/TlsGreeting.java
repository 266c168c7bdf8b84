package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection during its TLS handshake; then it becomes what the two sides agreed on.
///
/// The handshake has no timer of its own, the tick of the loop ends it. A listener begins only so
/// many handshakes a second; until its turn a connection is simply not read, and the peer waits.
///
/// It is counted among the unfinished handshakes of its listener
/// ([ConnectionLimit#handshakeBegins]) from its making on.
final class TlsGreeting extends HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(TlsGreeting.class);

  private @Nullable SslHandler tls;
  private long deadline;
  private Handshakes.@Nullable Waiting waiting;
  private boolean unfinished = true;

  /// The address under which the unfinished handshake is counted.
  private @Nullable InetAddress countedUnder;

  TlsGreeting(final HttpCore core, final Loop loop) {
    super(core, loop, /* counted= */ true);
  }

  /// @param address under which the handshake is counted
  TlsGreeting countedUnder(final @Nullable InetAddress address) {
    countedUnder = address;
    return this;
  }

  /// What decrypts from now on, with the listener's own certificate.
  SslHandler newTls(final ByteBufAllocator alloc) {
    final var context = core().settings().tls();
    if (context == null) {
      throw new IllegalStateException("the listener has no certificate");
    }
    return decrypts(context.get().newHandler(alloc));
  }

  /// What decrypts from now on.
  SslHandler decrypts(final SslHandler handler) {
    // The greeting's deadline is kept by the loop's tick, without a timer per connection.
    handler.setHandshakeTimeoutMillis(0);
    tls = handler;
    return handler;
  }

  /// The first record is there. True if the handshake may begin now; otherwise it is told at its
  /// turn.
  boolean begins(final Handshakes.Waiting one) {
    final var address = Peers.counted(channel());
    if (countedUnder == null && address != null) { // a proxy has told it meanwhile
      if (!core().limit().handshakeIsOf(address)) {
        close();
        return false;
      }
      countedUnder = address;
    }
    final var now = core().handshakes(loop()).begin(queue(), one);
    waiting = now ? null : one;
    return now;
  }

  /// The address that takes a turn for this connection.
  private InetAddress queue() {
    return countedUnder != null
        ? countedUnder
        : ((InetSocketAddress) channel().remoteAddress()).getAddress();
  }

  /// The connection belongs to the listener of the name that was asked for, if that has room.
  boolean belongsTo(final HttpCore other) {
    final var before = core().limit();
    if (before == other.limit()) {
      return true;
    }
    if (!other.limit().handshakeBegins(countedUnder)) {
      return false;
    }
    if (!movesTo(other)) {
      other.limit().handshakeEnded(countedUnder);
      return false;
    }
    before.handshakeEnded(countedUnder);
    return true;
  }

  private void finished() {
    if (unfinished) {
      unfinished = false;
      core().limit().handshakeEnded(countedUnder);
    }
  }

  @Override
  protected void placed() {
    deadline = nowMillis() + core().limits().times().handshake().toMillis();
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        agreed();
      } else {
        LOG.debug("{}: a handshake failed", core().settings().name(), completion.cause());
        close();
      }
    }
  }

  private void agreed() {
    finished();
    if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      Http2Codec.takeOver(this);
    } else {
      new Http1Connection(core(), loop(), true).takePlaceOf(this);
    }
  }

  @Override
  protected void received(final ByteBuf in) {
    // Decrypted bytes come after the handshake, and by then another handler stands here.
    close();
  }

  @Override
  protected void overdue(final long nowMillis) {
    if (nowMillis >= deadline) {
      close();
    }
  }

  @Override
  protected void gone() {
    finished();
    final var one = waiting;
    waiting = null;
    if (one != null) {
      core().handshakes(loop()).forget(queue(), one);
      one.gone();
    }
  }
}
