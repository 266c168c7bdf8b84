package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The count of open connections.
final class GateTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int ROUNDS = 20_000;

  private static Gate gate(final int most, final int perAddress) {
    return new Gate(new ConnectionPlaces(most, perAddress, 0), 10, 10);
  }

  @Test
  void who_is_refused_is_not_counted() {
    final var gate = gate(2, 1);
    assertTrue(gate.enter(HERE));
    assertFalse(gate.enter(HERE));
    assertEquals(1, gate.open());
    assertTrue(gate.enter(null));
    assertFalse(gate.enter(null));
    assertFalse(gate.counts(HERE));
    assertEquals(2, gate.open());
    assertEquals(1, gate.refused(RefusedFor.FULL));
    assertEquals(2, gate.refused(RefusedFor.ADDRESS));
    gate.leave(HERE);
    assertTrue(gate.enter(HERE));
  }

  /// Two threads race: one leaves, the other enters as soon as it sees that no connection is open.
  @Test
  void a_connection_that_is_no_longer_counted_has_given_its_address_back() throws Exception {
    final var gate = gate(10, 1);
    final var inside = new AtomicBoolean();
    final var leaving =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                if (inside.compareAndSet(true, false)) {
                  gate.leave(HERE);
                } else {
                  Thread.yield();
                }
              }
            });
    try {
      for (var round = 0; round < ROUNDS; round++) {
        assertTrue(gate.enter(HERE), "round " + round);
        inside.set(true);
        while (gate.open() > 0) {
          Thread.onSpinWait();
        }
      }
    } finally {
      leaving.interrupt();
      leaving.join();
    }
  }
}
