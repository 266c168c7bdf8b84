package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts connections or handshakes of peers, in total and per address ([Subnet]), up to a bound of
/// each. Safe for all threads.
final class AddressCount {
  /// Whether there is room for one more.
  enum Room {
    FREE,
    FULL,
    ADDRESS_FULL
  }

  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

  /// @param mostPerAddress 0 for no limit
  AddressCount(final int most, final int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /// Counts one more if there is room; what was counted must [#leave] once.
  ///
  /// @param address absent where it is not known, or does not count
  Room enter(final @Nullable InetAddress address) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return Room.FULL;
    }
    if (address != null && !counts(address)) {
      open.decrementAndGet();
      return Room.ADDRESS_FULL;
    }
    return Room.FREE;
  }

  /// Counts under an address what is counted in total already; false when the address has too many.
  /// What was counted leaves under it.
  boolean counts(final InetAddress address) {
    if (mostPerAddress > 0
        && perAddress.merge(Subnet.of(address), 1, Integer::sum) > mostPerAddress) {
      giveBack(address);
      return false;
    }
    return true;
  }

  void leave(final @Nullable InetAddress address) {
    if (mostPerAddress > 0 && address != null) {
      giveBack(address);
    }
    open.decrementAndGet(); // at last: one that is not counted any more has given its address back
  }

  private void giveBack(final InetAddress address) {
    perAddress.computeIfPresent(Subnet.of(address), (_, count) -> count == 1 ? null : count - 1);
  }

  int most() {
    return most;
  }

  int open() {
    return open.get();
  }

  /// How many addresses are known now.
  int addresses() {
    return perAddress.size();
  }
}
