package dev.reveille.sip.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a port rest for a second when a connection cannot be accepted, because the process has no
/// descriptor left: it would fail again at once, for ever.
final class AcceptPause extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);
  private static final long REST_MILLIS = 1_000;

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    final var port = ctx.channel();
    if (port.config().isAutoRead()) {
      LOG.warn("SIP connections cannot be accepted for a second: {}", cause.toString());
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
