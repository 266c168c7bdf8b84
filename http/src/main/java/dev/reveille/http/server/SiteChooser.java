package dev.reveille.http.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// Reads the host name from a TLS ClientHello (RFC 6066 §3) and gives the connection to the
/// listener of that name, before the handshake. From then on that listener's limits count, its
/// ration of handshakes among them.
final class SiteChooser extends AbstractSniHandler<Sites.Site> {
  private static final int LONGEST_HELLO = 16 * 1024;

  /// Fatal, unrecognized_name.
  private static final byte[] UNKNOWN_NAME = {21, 3, 3, 0, 2, 2, 112};

  private final Sites sites;
  private final TlsGreeting greeting;
  private boolean decided;

  SiteChooser(final Sites sites, final TlsGreeting greeting) {
    super(LONGEST_HELLO, 0); // the loop's tick keeps the time
    this.sites = sites;
    this.greeting = greeting;
  }

  @Override
  protected Future<Sites.Site> lookup(
      final ChannelHandlerContext ctx, final @Nullable String name) {
    if (decided) {
      return refused(ctx); // the connection is being closed
    }
    decided = true;
    final var site = sites.named(name == null ? "" : name);
    if (site == null) {
      final var _ =
          ctx.writeAndFlush(Unpooled.wrappedBuffer(UNKNOWN_NAME))
              .addListener(ChannelFutureListener.CLOSE);
      return refused(ctx);
    }
    if (!greeting.belongsTo(site.core())) {
      final var _ = ctx.close();
      return refused(ctx);
    }
    final var found = new Found(ctx.executor().newPromise(), site);
    if (greeting.begins(found)) {
      found.turn();
    }
    return found.promise; // nothing more is read before it is kept
  }

  private static Future<Sites.Site> refused(final ChannelHandlerContext ctx) {
    return ctx.executor().newFailedFuture(new IllegalArgumentException("no site of this name"));
  }

  /// A site whose listener begins the handshake at its turn. The promise is completed in any case:
  /// the greeting's bytes are let go with it.
  private record Found(Promise<Sites.Site> promise, Sites.Site site) implements Handshakes.Waiting {
    @Override
    public void turn() {
      final var _ = promise.trySuccess(site);
    }

    @Override
    public void gone() {
      final var _ = promise.tryFailure(new ClosedChannelException());
    }
  }

  @Override
  protected void onLookupComplete(
      final ChannelHandlerContext ctx,
      final @Nullable String name,
      final Future<Sites.Site> found) {
    if (!found.isSuccess() || !ctx.channel().isActive()) {
      return;
    }
    final var tls = greeting.decrypts(found.getNow().tls().get().newHandler(ctx.alloc()));
    final var _ = ctx.pipeline().replace(this, null, tls);
  }
}
