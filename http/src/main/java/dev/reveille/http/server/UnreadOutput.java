package dev.reveille.http.server;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Charges what a peer leaves unread to a budget, whatever it is: many small answers, frames of a
/// WebSocket, an event stream. Up to 8 KiB of a socket are free. It is computed once per tick, so
/// that writing costs nothing, and the object exists only while more than that waits.
final class UnreadOutput {
  /// So much may wait for each socket without a share: it is part of what a connection costs.
  private static final int FREE = 8 * 1024;

  private static final int MOST_MISSES = 4;

  private final ByteBudget.Share share;
  private boolean fits;
  private int misses;

  private UnreadOutput(final ByteBudget.Share share) {
    this.share = share;
  }

  /// @param more that waits elsewhere for the same peer; negative for what has a share already
  static @Nullable UnreadOutput look(
      final @Nullable UnreadOutput before,
      final HttpCore core,
      final Channel channel,
      final BudgetOwner owner,
      final long more) {
    final var out = channel.unsafe().outboundBuffer();
    final var waiting = more + (out == null ? 0 : out.totalPendingWriteBytes());
    if (waiting <= FREE) {
      free(before);
      return null;
    }
    final var answers = core.settings().budgets().answers();
    final var now =
        before != null ? before : new UnreadOutput(answers.share(Peers.counted(channel), owner));
    now.fits = now.share.holds(waiting);
    now.misses = now.fits ? 0 : now.misses + 1;
    return now;
  }

  /// Whether there is no room for what waits: at once when nothing of it moves, else after a while,
  /// or a peer that reads a little now and then would hold it for ever.
  boolean isTooMuch(final boolean stands) {
    return !fits && (stands || misses > MOST_MISSES);
  }

  static void free(final @Nullable UnreadOutput one) {
    if (one != null) {
      one.share.free();
    }
  }
}
