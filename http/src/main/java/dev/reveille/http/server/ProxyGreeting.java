package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The first pipeline handler of a proxy's connection, until its header is read; then whatever
/// follows, TLS or HTTP, goes on as if the client itself had connected. The time for it is that of
/// the handler behind.
final class ProxyGreeting extends ChannelInboundHandlerAdapter {
  private final HttpCore core;
  private @Nullable ByteBuf gathered;

  ProxyGreeting(final HttpCore core) {
    this.core = core;
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    var in = (ByteBuf) message;
    if (gathered != null) {
      in = ctx.alloc().compositeBuffer().addComponents(true, gathered, in);
    }
    gathered = in;
    switch (ProxyHeader.read(in)) {
      case ProxyHeader.Result.More _ -> {}
      case ProxyHeader.Result.Malformed _ -> refuse(ctx);
      case ProxyHeader.Result.Told(var client) -> {
        if (client == null || letsIn(ctx, client)) {
          gathered = null;
          goOn(ctx, in);
        } else {
          final var _ = ctx.close();
        }
      }
    }
  }

  private static void goOn(final ChannelHandlerContext ctx, final ByteBuf rest) {
    if (rest.isReadable()) {
      final var _ = ctx.fireChannelRead(rest);
    } else {
      rest.release();
    }
    final var _ = ctx.pipeline().remove(ctx.handler());
  }

  private boolean letsIn(final ChannelHandlerContext ctx, final InetSocketAddress client) {
    if (!core.limit().counts(client.getAddress())) {
      return false;
    }
    Peers.isFor(ctx.channel(), client, client.getAddress());
    return true;
  }

  private void refuse(final ChannelHandlerContext ctx) {
    core.warnSeldom(
        "a listed proxy did not begin with a header of the PROXY protocol; is it told to send"
            + " one?");
    final var _ = ctx.close();
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext ctx) {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
