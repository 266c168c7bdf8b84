package dev.reveille.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answers of one HTTP/2 connection whose bytes wait in the codec until the peer's window lets
/// them go. The socket shows nothing of them. Belongs to the loop's thread.
///
/// A peer may announce a window of zero and ask for more and more. So an answer of which no byte
/// moves for the stall time is given up, whatever windows the peer opens meanwhile without effect;
/// so is one that moves at less than its part of the least [MinimumThroughput], while several share
/// a slow link; and while many wait no new request is taken.
final class WaitingAnswers {
  private final Loop loop;
  private final Map<Integer, Waiting> byStream = new HashMap<>();
  private long written;
  private @Nullable MinimumThroughput ofSocket;

  /// What waits on one stream: how many writes, and since when none of their bytes has moved.
  private static final class Waiting {
    private int writes;
    private long unmovedSince;
    private long moved;
    private MinimumThroughput pace;

    /// On how many streams something waited at the most in its period: the link was shared by so
    /// many, also when most of them are gone by its end.
    private int shared = 1;

    Waiting(final long now) {
      unmovedSince = now;
      pace = new MinimumThroughput(moved, now);
    }
  }

  WaitingAnswers(final Loop loop) {
    this.loop = loop;
  }

  /// Bytes were handed to the codec.
  ///
  /// @param sent kept when the last of them has gone, or the stream is closed
  void add(final int stream, final ChannelFuture sent) {
    if (sent.isDone()) {
      return;
    }
    final var one = byStream.computeIfAbsent(stream, _ -> new Waiting(loop.nowMillis()));
    one.writes++;
    final var _ =
        sent.addListener(_ -> {
          if (--one.writes == 0) {
            final var _ = byStream.remove(stream, one);
          }
        });
  }

  /// Bytes of a stream have gone out.
  void moved(final int stream, final int bytes) {
    written += bytes;
    final var one = byStream.get(stream);
    if (one != null) {
      one.unmovedSince = loop.nowMillis();
      one.moved += bytes;
    }
  }

  /// Whether too little of what left the codec has left the socket, over a whole period. Asked once
  /// per tick.
  ///
  /// @param waits whether anything waits in the socket now
  boolean isSlow(
      final boolean waits, final Channel channel, final long paceMillis, final long nowMillis) {
    if (!waits) {
      ofSocket = null;
      return false;
    }
    final long moved = written - StallDetector.pending(channel);
    if (ofSocket == null) {
      ofSocket = new MinimumThroughput(moved, nowMillis);
    }
    return ofSocket.isTooSlow(moved, MinimumThroughput.LEAST_BYTES, paceMillis, nowMillis);
  }

  /// It is the socket that takes nothing, which is looked at elsewhere: no answer waits for its
  /// window meanwhile.
  void socketIsFull() {
    final long now = loop.nowMillis();
    for (final var one : byStream.values()) {
      one.unmovedSince = now;
      one.pace = new MinimumThroughput(one.moved, now);
    }
  }

  /// The streams of which no byte has moved for so long, or too few have in a period.
  List<Integer> unmovedFor(final long millis, final long paceMillis) {
    if (byStream.isEmpty()) {
      return List.of();
    }
    final long now = loop.nowMillis();
    byStream.values().forEach(one -> one.shared = Math.max(one.shared, byStream.size()));
    return byStream.entrySet().stream()
        .filter(one ->
            one.getValue().unmovedSince <= now - millis
                || isTooSlow(one.getValue(), paceMillis, now))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isTooSlow(final Waiting one, final long paceMillis, final long now) {
    final boolean isOver = one.pace.isOver(paceMillis, now);
    final boolean isTooSlow =
        one.pace.isTooSlow(one.moved, MinimumThroughput.LEAST_BYTES / one.shared, paceMillis, now);
    if (isOver) {
      one.shared = byStream.size();
    }
    return isTooSlow;
  }

  /// On how many streams something waits.
  int count() {
    return byStream.size();
  }
}
