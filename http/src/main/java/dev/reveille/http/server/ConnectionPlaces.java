package dev.reveille.http.server;

import dev.reveille.http.Faults;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One count of connections for several listeners, because all of them live from the same file
/// limit and the same memory.
///
/// What the process needs besides (stores, push services, logs) is kept free by choosing `most`
/// smaller than the file limit. A listener that has to answer when all places are taken, such as
/// that of the metrics, gets a few places of its own out of that reserve. Files of large bodies
/// take places too. Safe for all threads.
public final class ConnectionPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionPlaces.class);

  private final AddressCount taken;
  private final int mostTurnedAway;
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final AtomicLong warnedAt = new AtomicLong(Long.MIN_VALUE);

  /// @param most connections at once
  /// @param perAddress the same from one address; 0 for no limit
  /// @param turnedAway how many more may stay for a moment to get the refusal
  public ConnectionPlaces(final int most, final int perAddress, final int turnedAway) {
    if (most < 1 || perAddress < 0 || turnedAway < 0) {
      throw new IllegalArgumentException(
          ("connections: at once (%d) must be positive, per address (%d) and turned away (%d) "
                  + "must not be negative")
              .formatted(most, perAddress, turnedAway));
    }
    this.taken = new AddressCount(most, perAddress);
    this.mostTurnedAway = turnedAway;
  }

  AddressCount.Room enter(final @Nullable InetAddress address) {
    return taken.enter(address);
  }

  boolean counts(final InetAddress address) {
    return taken.counts(address);
  }

  void leave(final @Nullable InetAddress address) {
    taken.leave(address);
  }

  /// Takes a place for a file; false when there is none.
  boolean takesFile() {
    return taken.enter(null) == AddressCount.Room.FREE;
  }

  void fileClosed() {
    taken.leave(null);
  }

  /// Whether one more connection may stay for a moment to get the refusal; if so it must be
  /// [#turnedAway] once.
  boolean turnsAway() {
    if (turnedAway.incrementAndGet() <= mostTurnedAway) {
      return true;
    }
    turnedAway.decrementAndGet();
    return false;
  }

  void turnedAway() {
    turnedAway.decrementAndGet();
  }

  /// A listener could not take a connection that came: most often, the process has no descriptor
  /// left. Told once a minute for all listeners.
  void acceptFailed(final String listener, final Throwable cause) {
    if (Faults.isTime(warnedAt)) {
      LOG.warn("{}: a connection could not be accepted: {}", listener, String.valueOf(cause));
    } else {
      LOG.debug("{}: a connection could not be accepted", listener, cause);
    }
  }

  /// How many there are.
  public int most() {
    return taken.most();
  }

  /// How many are taken now.
  public int open() {
    return taken.open();
  }
}
