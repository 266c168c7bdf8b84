package dev.reveille.http.client;

import java.net.InetSocketAddress;
import java.util.Optional;

/// Receives the events of a pool's connections, for logs and metrics. Called on event loops; must
/// not block.
public interface PoolListener {
  PoolListener NONE = new PoolListener() {};

  default void connected(final InetSocketAddress peer) {}

  /// @param inRow how many attempts have failed since the last answer
  default void connectFailed(
      final String why, final Optional<ConnectFailure> failure, final int inRow) {}

  default void closed(final String why, final int uncertain) {}

  /// @param debug what the peer said in words, possibly empty; at most some kilobytes
  default void goAway(final long errorCode, final String debug) {}

  /// A group of results was told; what was collected from them can go on now.
  default void groupDone() {}
}
