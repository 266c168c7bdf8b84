package dev.reveille.sip.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import javax.net.ssl.SSLException;

/// Carries what happens on a channel to its [SipConnection]. It is the one place that catches what
/// a handler throws: the connection ends, and the log says why.
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private final SipConnection connection;

  ConnectionHandler(final SipConnection connection) {
    this.connection = connection;
  }

  SipConnection connection() {
    return connection;
  }

  @Override
  public void channelActive(final ChannelHandlerContext ctx) {
    connection.connected();
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    try {
      if (message instanceof final ByteBuf bytes) {
        connection.read(bytes);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext ctx) {
    connection.readComplete();
  }

  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
    connection.writabilityChanged();
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
    if (event instanceof final SslHandshakeCompletionEvent handshake) {
      connection.handshaken(handshake);
    }
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    connection.ended();
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    switch (cause) {
      case SSLException _ -> connection.tlsFailed(cause);
      // Netty wraps what the TLS engine throws while it reads
      case DecoderException wrapped when wrapped.getCause() instanceof SSLException ->
          connection.tlsFailed(wrapped.getCause());
      case IOException _ -> connection.close(CloseReason.RESET, "");
      default -> connection.fault(cause);
    }
  }
}
