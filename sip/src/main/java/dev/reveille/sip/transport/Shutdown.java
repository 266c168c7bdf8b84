package dev.reveille.sip.transport;

import dev.reveille.sip.message.WireFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a connection ends: at once, after its open requests, or after a last answer. The first
/// reason counts. Belongs to the event loop.
final class Shutdown {
  /// What a peer may still send after our last answer.
  private static final int MOST_DISCARDED = 256 * 1024;

  private enum Phase {
    OPEN,
    DRAINING,
    /// Our last answer goes out; what comes is thrown away.
    LINGERING,
    CLOSED
  }

  private final Channel channel;
  private final long lingerMillis;
  private Phase phase = Phase.OPEN;
  private long untilMillis;
  private long closedBy;
  private int discarded;
  private volatile CloseReason reason = CloseReason.PEER_CLOSED;
  private volatile String detail = "";
  private volatile @Nullable Throwable failure;

  Shutdown(final Channel channel, final Duration linger) {
    this.channel = channel;
    this.lingerMillis = linger.toMillis();
  }

  /// Whether nothing is written any more.
  boolean isOver() {
    return phase == Phase.LINGERING || phase == Phase.CLOSED;
  }

  boolean isDraining() {
    return phase == Phase.DRAINING;
  }

  CloseReason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }

  /// Keeps the first failure of TLS.
  void note(final Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  @Nullable Throwable failure() {
    return failure;
  }

  void drain(final long until) {
    if (phase == Phase.OPEN) {
      phase = Phase.DRAINING;
      untilMillis = until;
    }
  }

  /// The last answer was written. Closing at once would reset the connection, and the answer with
  /// it, if more of what the peer sends is under way.
  void afterAnswer(final WireFault fault, final long nowMillis) {
    if (isOver()) {
      return;
    }
    phase = Phase.LINGERING;
    reason = CloseReason.MALFORMED;
    detail = fault.name();
    untilMillis = nowMillis + lingerMillis;
    final var tls = channel.pipeline().get(SslHandler.class);
    channel.flush();
    if (tls != null) {
      tls.closeOutbound().addListener(_ -> shutDownOutput());
    } else {
      channel.eventLoop().execute(this::shutDownOutput);
    }
  }

  private void shutDownOutput() {
    if (channel instanceof final DuplexChannel duplex && channel.isActive()) {
      final var _ = duplex.shutdownOutput();
    }
  }

  /// Whether these bytes are not to be read, because the connection ends.
  boolean takes(final ByteBuf bytes) {
    if (!isOver()) {
      return false;
    }
    discarded += bytes.readableBytes();
    if (discarded > MOST_DISCARDED) {
      close(reason, detail);
    }
    return true;
  }

  /// Whether the connection ends, so that no other time counts.
  boolean tick(final long nowMillis, final boolean isWorking) {
    return switch (phase) {
      case OPEN -> false;
      case DRAINING -> {
        final var isDone = !isWorking || nowMillis >= untilMillis;
        if (isDone) {
          close(CloseReason.SHUT_DOWN, "");
        }
        yield isDone;
      }
      case LINGERING -> {
        if (nowMillis >= untilMillis) {
          close(reason, detail);
        }
        yield true;
      }
      case CLOSED -> {
        if (closedBy == 0) {
          closedBy = nowMillis + lingerMillis;
        } else if (nowMillis >= closedBy) {
          // the peer takes neither the rest nor the end of the TLS session
          channel.unsafe().close(channel.unsafe().voidPromise());
        }
        yield true;
      }
    };
  }

  void close(final CloseReason why, final String words) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase != Phase.LINGERING) {
      reason = why;
      detail = words;
    }
    phase = Phase.CLOSED;
    if (!channel.isOpen()) {
      return;
    }
    if (why == CloseReason.PEER_DOES_NOT_READ) {
      final var _ = channel.close();
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
