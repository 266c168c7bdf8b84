package dev.reveille.http.server;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Notices a peer that no longer reads what we wrote.
///
/// It exists only while bytes wait for the socket; a connection at rest has none.
final class StallWatch {
  private final Object waiting;
  private final long progress;
  private final long sinceMillis;

  private StallWatch(Object waiting, long progress, long sinceMillis) {
    this.waiting = waiting;
    this.progress = progress;
    this.sinceMillis = sinceMillis;
  }

  /// Looks at the channel once per tick; the result is given to the next look.
  static @Nullable StallWatch look(@Nullable StallWatch before, Channel channel, long nowMillis) {
    var out = channel.unsafe().outboundBuffer();
    var waiting = out == null ? null : out.current();
    if (waiting == null || out == null) {
      return null;
    }
    var unmoved =
        before != null && before.waiting == waiting && before.progress == out.currentProgress();
    return unmoved ? before : new StallWatch(waiting, out.currentProgress(), nowMillis);
  }

  /// How many bytes wait for the socket.
  static long pending(Channel channel) {
    var out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
  }

  boolean isLongerThan(long limitMillis, long nowMillis) {
    return nowMillis - sinceMillis >= limitMillis;
  }
}
