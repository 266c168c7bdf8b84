package dev.reveille.http.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Reads the name out of a TLS greeting (RFC 6066 §3) and gives the connection to the listener of
/// that name, before any handshake.
final class SiteChooser extends AbstractSniHandler<Sites.Site> {
  private static final int LONGEST_HELLO = 16 * 1024;

  /// Fatal, unrecognized_name.
  private static final byte[] UNKNOWN_NAME = {21, 3, 3, 0, 2, 2, 112};

  private final Sites sites;
  private final TlsGreeting greeting;
  private boolean decided;

  SiteChooser(Sites sites, TlsGreeting greeting) {
    super(LONGEST_HELLO, 0); // the loop's tick keeps the time
    this.sites = sites;
    this.greeting = greeting;
  }

  @Override
  protected Future<Sites.Site> lookup(ChannelHandlerContext ctx, @Nullable String name) {
    if (decided) {
      return ctx.executor().newPromise(); // the connection is being closed; nothing more is read
    }
    decided = true;
    var site = sites.named(name == null ? "" : name);
    return site != null
        ? ctx.executor().newSucceededFuture(site)
        : ctx.executor().newFailedFuture(new IllegalArgumentException("no site of this name"));
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String name, Future<Sites.Site> found) {
    if (!found.isSuccess()) {
      var _ =
          ctx.writeAndFlush(Unpooled.wrappedBuffer(UNKNOWN_NAME))
              .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    var site = found.getNow();
    if (!greeting.movesTo(site.core())) {
      var _ = ctx.close();
      return;
    }
    var tls = site.tls().get().newHandler(ctx.alloc());
    tls.setHandshakeTimeoutMillis(0);
    greeting.with(tls);
    var _ = ctx.pipeline().replace(this, null, tls);
  }
}
