package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The count of open connections.
final class ConnectionLimitTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int ROUNDS = 20_000;

  private static ConnectionLimit limit(final int most, final int perAddress) {
    return new ConnectionLimit(new ConnectionPlaces(most, perAddress, 0), 10, 10);
  }

  @Test
  void who_is_refused_is_not_counted() {
    final var limit = limit(2, 1);
    assertTrue(limit.enter(HERE));
    assertFalse(limit.enter(HERE));
    assertEquals(1, limit.open());
    assertTrue(limit.enter(null));
    assertFalse(limit.enter(null));
    assertFalse(limit.counts(HERE));
    assertEquals(2, limit.open());
    assertEquals(1, limit.refused(RefusedFor.FULL));
    assertEquals(2, limit.refused(RefusedFor.ADDRESS));
    limit.leave(HERE);
    assertTrue(limit.enter(HERE));
  }

  /// Two threads race: one leaves, the other enters as soon as it sees that no connection is open.
  @Test
  void a_connection_that_is_no_longer_counted_has_given_its_address_back() throws Exception {
    final var limit = limit(10, 1);
    final var inside = new AtomicBoolean();
    final var leaving =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                if (inside.compareAndSet(true, false)) {
                  limit.leave(HERE);
                } else {
                  Thread.yield();
                }
              }
            });
    try {
      for (var round = 0; round < ROUNDS; round++) {
        assertTrue(limit.enter(HERE), "round " + round);
        inside.set(true);
        while (limit.open() > 0) {
          Thread.onSpinWait();
        }
      }
    } finally {
      leaving.interrupt();
      leaving.join();
    }
  }
}
