package dev.reveille.http.server;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The limits for bytes that all listeners of a process together hold for their peers.
///
/// @param bodies of requests that are not answered yet
/// @param answers that their peers have not read yet
public record HttpBudgets(ByteBudget bodies, ByteBudget answers) {
  /// Smaller answers need no share; what piles up of them is charged to their connection
  /// ([UnreadOutput]).
  static final int AT_ONCE = 16 * 1024;

  static final String NO_ROOM =
      "The server has no capacity for more unread responses; try again later.";
  static final String RETRY_SECONDS = "1";

  private static final long MIB = 1024 * 1024;

  /// Listeners that were given none share these.
  static final HttpBudgets USUAL =
      of(ByteShares.of(1024 * MIB, 64 * MIB), ByteShares.of(1024 * MIB, 64 * MIB));

  public static HttpBudgets of(final ByteShares bodies, final ByteShares answers) {
    return new HttpBudgets(
        new ByteBudget(ByteBudget.BODIES, bodies), new ByteBudget(ByteBudget.ANSWERS, answers));
  }

  /// The share of an answer; null when there is no room for it.
  ByteBudget.@Nullable Share forAnswer(
      final InetSocketAddress peer, final BudgetOwner owner, final int bytes) {
    final var share = answers.share(peer.getAddress(), owner);
    return share.holds(bytes) ? share : null;
  }
}
