package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection during its TLS handshake; then it becomes what the two sides agreed on.
///
/// The handshake has no timer of its own, the tick of the loop ends it. A loop begins only so many
/// handshakes a second; until its turn a connection is simply not read, and the peer waits.
final class TlsGreeting extends HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(TlsGreeting.class);

  private @Nullable SslHandler tls;
  private long deadline;

  TlsGreeting(HttpCore core, Loop loop) {
    super(core, loop, /* counted= */ true);
  }

  /// What decrypts from now on.
  TlsGreeting with(SslHandler handler) {
    tls = handler;
    return this;
  }

  @Override
  protected void placed() {
    deadline = nowMillis() + core().limits().times().handshake().toMillis();
    if (!loop().handshakes().begin(channel())) {
      channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
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
    if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      Http2Endpoint.takeOver(this);
    } else {
      new Http1Connection(core(), loop(), true).takePlaceOf(this);
    }
  }

  @Override
  protected void received(ByteBuf in) {
    // Decrypted bytes come after the handshake, and by then another handler stands here.
    close();
  }

  @Override
  protected void overdue(long nowMillis) {
    if (nowMillis >= deadline) {
      close();
    }
  }

  @Override
  protected void gone() {}
}
