package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;

/// Rations the TLS handshakes of one listener on one loop, so that many returning phones do not
/// take the loop from those that are connected already. Belongs to the loop's thread.
///
/// The ration is given out per tick, to connections whose first TLS record has come. Those that
/// find it used up wait, unread, in a queue of their address ([Subnet]); the addresses are served
/// in turn, one connection each, so that an address with many waiting ones delays only itself. The
/// handshake's time-out ends those that wait too long, and the [ConnectionLimit] bounds how many
/// there are.
final class Handshakes {
  /// A connection whose first record has come.
  interface Waiting {
    /// The handshake may begin.
    void turn();

    /// The connection has gone before its turn.
    void gone();
  }

  private final int perTick;
  private int left;
  private final LinkedHashMap<InetAddress, LinkedHashSet<Waiting>> queues = new LinkedHashMap<>();

  /// @param perTick 0 for no ration
  Handshakes(final int perTick) {
    this.perTick = perTick;
    this.left = perTick;
  }

  /// True if the handshake may begin now; otherwise the connection is told at its turn.
  boolean begin(final InetAddress address, final Waiting one) {
    if (perTick == 0) {
      return true;
    }
    if (left > 0) {
      left--;
      return true;
    }
    queues.computeIfAbsent(Subnet.of(address), _ -> new LinkedHashSet<>()).add(one);
    return false;
  }

  /// One that waits has gone.
  void forget(final InetAddress address, final Waiting one) {
    final var subnet = Subnet.of(address);
    final var queue = queues.get(subnet);
    if (queue != null && queue.remove(one) && queue.isEmpty()) {
      queues.remove(subnet);
    }
  }

  void tick() {
    left = perTick;
    while (left > 0) {
      final var next = queues.pollFirstEntry();
      if (next == null) {
        return;
      }
      final var queue = next.getValue();
      final var one = queue.removeFirst();
      if (!queue.isEmpty()) {
        queues.putLast(next.getKey(), queue);
      }
      left--;
      one.turn();
    }
  }

  /// How many wait.
  int waiting() {
    return queues.values().stream().mapToInt(LinkedHashSet::size).sum();
  }
}
