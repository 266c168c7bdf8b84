package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts the open connections of a listener, in total and per address ([Subnet]). Safe for all
/// threads.
final class Gate {
  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger leaving = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  Gate(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /// Lets a connection in, or says no. Who was let in must [#leave] once.
  boolean enter(@Nullable InetAddress address) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refused.incrementAndGet();
      return false;
    }
    if (mostPerAddress > 0
        && address != null
        && perAddress.merge(Subnet.of(address), 1, Integer::sum) > mostPerAddress) {
      leave(address);
      refused.incrementAndGet();
      return false;
    }
    return true;
  }

  /// Counts a connection that is in already under an address; false when that has too many. Who was
  /// counted leaves under it.
  boolean counts(InetAddress address) {
    if (mostPerAddress > 0
        && perAddress.merge(Subnet.of(address), 1, Integer::sum) > mostPerAddress) {
      perAddress.computeIfPresent(Subnet.of(address), (_, count) -> count == 1 ? null : count - 1);
      refused.incrementAndGet();
      return false;
    }
    return true;
  }

  void leave(@Nullable InetAddress address) {
    if (mostPerAddress > 0 && address != null) {
      perAddress.computeIfPresent(Subnet.of(address), (_, count) -> count == 1 ? null : count - 1);
    }
    open.decrementAndGet();
  }

  /// Whether one more connection may stay for a moment to hear that there is no room; who may must
  /// [#turnedAway] once.
  boolean turnsAway(int most) {
    if (leaving.incrementAndGet() <= most) {
      return true;
    }
    leaving.decrementAndGet();
    return false;
  }

  void turnedAway() {
    leaving.decrementAndGet();
  }

  int open() {
    return open.get();
  }

  int refused() {
    return refused.get();
  }
}
