package dev.reveille.sip.transport;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Says which time of a connection has run out, and when a ping is due. The time comes in; belongs
/// to the event loop.
final class ConnectionClock {
  private static final long NEVER = Long.MAX_VALUE;

  private final TransportSettings.Times times;
  private final boolean isAccepted;
  private long handshakeUntil = NEVER;
  private long messageUntil = NEVER;
  private long firstMessageUntil = NEVER;
  private long unwritableUntil = NEVER;
  private long pongUntil = NEVER;
  private long pingAt = NEVER;
  private long lastRead;
  private boolean isWithin;

  ConnectionClock(final TransportSettings.Times times, final boolean isAccepted) {
    this.times = times;
    this.isAccepted = isAccepted;
  }

  void connected(final long nowMillis, final boolean hasHandshake) {
    lastRead = nowMillis;
    if (hasHandshake) {
      handshakeUntil = nowMillis + times.handshake().toMillis();
    } else {
      usable(nowMillis);
    }
  }

  void handshaken(final long nowMillis) {
    handshakeUntil = NEVER;
    usable(nowMillis);
  }

  private void usable(final long nowMillis) {
    if (isAccepted) {
      firstMessageUntil = nowMillis + times.firstMessage().toMillis();
    } else {
      planPing(nowMillis);
    }
  }

  private void planPing(final long nowMillis) {
    final var longest = times.ping().toMillis();
    pingAt = nowMillis + longest - ThreadLocalRandom.current().nextLong(longest / 5 + 1);
  }

  void read(final long nowMillis) {
    lastRead = nowMillis;
  }

  /// A certificate or a good message came.
  void proven() {
    firstMessageUntil = NEVER;
  }

  /// The end of a message came, good or bad.
  void messageEnded() {
    isWithin = false;
    messageUntil = NEVER;
  }

  /// Whether a message is half there. Its time runs from its first byte, however the rest drips in.
  void within(final boolean within, final long nowMillis) {
    if (within && !isWithin) {
      messageUntil = nowMillis + times.message().toMillis();
    } else if (!within) {
      messageUntil = NEVER;
    }
    isWithin = within;
  }

  void writable(final boolean isWritable, final long nowMillis) {
    unwritableUntil = isWritable ? NEVER : nowMillis + times.unread().toMillis();
  }

  /// Whether to ping now; then the pong's time begins.
  boolean isPingDue(final long nowMillis) {
    if (nowMillis < pingAt || pongUntil != NEVER) {
      return false;
    }
    pongUntil = nowMillis + times.pong().toMillis();
    return true;
  }

  /// A line end came. Whether it answers a ping of ours.
  boolean pong(final long nowMillis) {
    final var isAwaited = pongUntil != NEVER;
    if (isAwaited) {
      pongUntil = NEVER;
      planPing(nowMillis);
    }
    return isAwaited;
  }

  /// What has run out, or null.
  ///
  /// @param isWorking transactions are open: silence means nothing
  @Nullable CloseReason overdue(
      final long nowMillis, final boolean isOpened, final boolean isWorking) {
    if (!isOpened && nowMillis >= handshakeUntil) {
      return CloseReason.HANDSHAKE_TIMEOUT;
    }
    if (nowMillis >= messageUntil) {
      return CloseReason.SLOW_MESSAGE;
    }
    if (nowMillis >= firstMessageUntil) {
      return CloseReason.SILENT;
    }
    if (nowMillis >= unwritableUntil) {
      return CloseReason.PEER_DOES_NOT_READ;
    }
    if (nowMillis >= pongUntil) {
      return CloseReason.NO_PONG;
    }
    final var isIdle = isAccepted && nowMillis - lastRead >= times.idle().toMillis();
    return isOpened && isIdle && !isWorking ? CloseReason.IDLE : null;
  }
}
