package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts the open connections of one listener and takes their places among those of all listeners.
/// Safe for all threads.
///
/// Connections whose TLS handshake has not ended are counted once more, with bounds of their own:
/// they cost their peer nothing.
final class ConnectionLimit {
  private final ConnectionPlaces places;
  private final AddressCount handshakes;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<RefusedFor, LongAdder> refused = new EnumMap<>(RefusedFor.class);

  ConnectionLimit(
      final ConnectionPlaces places, final int handshakes, final int handshakesPerAddress) {
    this.places = places;
    this.handshakes = new AddressCount(handshakes, handshakesPerAddress);
    for (final var reason : RefusedFor.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  /// Lets a connection in, or refuses it. One that was let in must [#leave] once.
  boolean enter(final @Nullable InetAddress address) {
    return switch (places.enter(address)) {
      case FREE -> {
        open.incrementAndGet();
        yield true;
      }
      case FULL -> refuses(RefusedFor.FULL);
      case ADDRESS_FULL -> refuses(RefusedFor.ADDRESS);
    };
  }

  /// Counts a connection that is in already under an address; false when that has too many. One
  /// that was counted leaves under it.
  boolean counts(final InetAddress address) {
    return places.counts(address) || refuses(RefusedFor.ADDRESS);
  }

  void leave(final @Nullable InetAddress address) {
    places.leave(address);
    open.decrementAndGet();
  }

  /// A connection that is in here becomes one of another listener; false when that has no room.
  boolean moves(final @Nullable InetAddress address, final ConnectionLimit other) {
    if (other.places == places) { // its place is the same
      other.open.incrementAndGet();
      open.decrementAndGet();
      return true;
    }
    if (!other.enter(address)) {
      return false;
    }
    leave(address);
    return true;
  }

  /// Counts a handshake that begins; false when too many have not ended. One that was counted must
  /// [#handshakeEnded] once.
  boolean handshakeBegins(final @Nullable InetAddress address) {
    return handshakes.enter(address) == AddressCount.Room.FREE || refuses(RefusedFor.HANDSHAKES);
  }

  /// Counts a handshake that is counted in total already under the address that is known now.
  boolean handshakeIsOf(final InetAddress address) {
    return handshakes.counts(address) || refuses(RefusedFor.HANDSHAKES);
  }

  void handshakeEnded(final @Nullable InetAddress address) {
    handshakes.leave(address);
  }

  private boolean refuses(final RefusedFor reason) {
    counter(reason).increment();
    return false;
  }

  private LongAdder counter(final RefusedFor reason) {
    final var counter = refused.get(reason);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return counter;
  }

  ConnectionPlaces places() {
    return places;
  }

  int open() {
    return open.get();
  }

  /// Connections whose handshake has not ended.
  int handshakes() {
    return handshakes.open();
  }

  long refused(final RefusedFor reason) {
    return counter(reason).sum();
  }
}
