package dev.reveille.http.server;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Queue;

/// Rations the TLS handshakes of one loop, so that a storm of returning phones does not take the
/// loop from those that are connected already. Belongs to the loop's thread.
///
/// The ration is given out per tick. Who finds it used up waits in a queue, unread; the handshake
/// time-out ends those that wait too long.
final class Handshakes {
  private int perTick;
  private int left;
  private final Queue<Channel> waiting = new ArrayDeque<>();

  /// Sets the ration; 0 for none. Of several listeners on the loop the strictest counts.
  void ration(int perSecond, long tickMillis) {
    var asked = (int) Math.max(1, perSecond * tickMillis / 1000);
    if (perSecond > 0 && (perTick == 0 || asked < perTick)) {
      perTick = asked;
      left = asked;
    }
  }

  /// True if the handshake may begin now; otherwise the channel is read again at its turn.
  boolean begin(Channel channel) {
    if (perTick == 0) {
      return true;
    }
    if (left > 0) {
      left--;
      return true;
    }
    waiting.add(channel);
    return false;
  }

  void tick() {
    left = perTick;
    while (left > 0) {
      var next = waiting.poll();
      if (next == null) {
        return;
      }
      if (next.isOpen()) {
        left--;
        next.config().setAutoRead(true);
      }
    }
  }
}
