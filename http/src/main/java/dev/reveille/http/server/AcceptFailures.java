package dev.reveille.http.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/// Handles failures to accept connections at an open port. When a connection cannot be accepted,
/// because the process has no descriptor left, the port rests for a second: it would fail again at
/// once, for ever.
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  static final long REST_MILLIS = 1_000;

  private final HttpCore core;

  AcceptFailures(final HttpCore core) {
    this.core = core;
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    core.limit().places().acceptFailed(core.settings().name(), cause);
    final var port = ctx.channel();
    if (port.config().isAutoRead()) {
      port.config().setAutoRead(false);
      final var _ =
          ctx.executor()
              .schedule(
                  () -> {
                    final var _ = port.config().setAutoRead(true);
                  },
                  REST_MILLIS,
                  TimeUnit.MILLISECONDS);
    }
  }
}
