package dev.reveille.http.server;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Detects that a peer no longer reads what was written to it.
///
/// It exists only while bytes wait for the socket; a connection at rest has none.
final class StallDetector {
  private final Object waiting;
  private final long progress;
  private final long sinceMillis;

  private StallDetector(final Object waiting, final long progress, final long sinceMillis) {
    this.waiting = waiting;
    this.progress = progress;
    this.sinceMillis = sinceMillis;
  }

  /// Looks at the channel once per tick; the result is given to the next look.
  static @Nullable StallDetector look(
      final @Nullable StallDetector before, final Channel channel, final long nowMillis) {
    final var out = channel.unsafe().outboundBuffer();
    final var waiting = out == null ? null : out.current();
    if (waiting == null || out == null) {
      return null;
    }
    final var unmoved =
        before != null && before.waiting == waiting && before.progress == out.currentProgress();
    return unmoved ? before : new StallDetector(waiting, out.currentProgress(), nowMillis);
  }

  /// How many bytes wait for the socket.
  static long pending(final Channel channel) {
    final var out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
  }

  boolean isLongerThan(final long limitMillis, final long nowMillis) {
    return nowMillis - sinceMillis >= limitMillis;
  }
}
