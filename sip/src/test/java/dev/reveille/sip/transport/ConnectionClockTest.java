package dev.reveille.sip.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Each time of a connection, to the millisecond.
class ConnectionClockTest {
  private static final TransportSettings.Times TIMES =
      new TransportSettings.Times(
          Duration.ofMillis(1),
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofMillis(300),
          Duration.ofMillis(5_000),
          Duration.ofMillis(1_000),
          Duration.ofMillis(400),
          Duration.ofMillis(500),
          Duration.ofMillis(600));

  private final ConnectionClock accepted = new ConnectionClock(TIMES, /* isAccepted= */ true);
  private final ConnectionClock opened = new ConnectionClock(TIMES, /* isAccepted= */ false);

  private static void assertRunsOut(
      final ConnectionClock clock,
      final long at,
      final CloseReason why,
      final boolean isOpened,
      final boolean isWorking) {
    assertNull(clock.overdue(at - 1, isOpened, isWorking));
    assertEquals(why, clock.overdue(at, isOpened, isWorking));
  }

  @Test
  void a_handshake_has_its_time() {
    accepted.connected(1_000, true);
    assertRunsOut(accepted, 1_100, CloseReason.HANDSHAKE_TIMEOUT, false, false);
    accepted.handshaken(1_050);
    assertRunsOut(accepted, 1_250, CloseReason.SILENT, true, false);
  }

  @Test
  void the_first_message_has_its_time_and_bytes_alone_do_not_help() {
    accepted.connected(1_000, false);
    accepted.read(1_150);
    assertRunsOut(accepted, 1_200, CloseReason.SILENT, true, false);
    accepted.proven();
    assertNull(accepted.overdue(2_000, true, false));
  }

  @Test
  void a_message_has_its_time_from_its_first_byte_however_the_rest_drips_in() {
    opened.connected(1_000, false);
    opened.within(true, 1_000);
    opened.within(true, 1_100);
    opened.within(true, 1_299);
    assertRunsOut(opened, 1_300, CloseReason.SLOW_MESSAGE, true, true);
    opened.messageEnded();
    opened.within(true, 1_299);
    assertRunsOut(opened, 1_599, CloseReason.SLOW_MESSAGE, true, true);
    opened.within(false, 1_400);
    assertNull(opened.overdue(1_700, true, true));
  }

  @Test
  void silence_counts_where_nothing_is_owed() {
    accepted.connected(1_000, false);
    accepted.proven();
    accepted.read(2_000);
    assertRunsOut(accepted, 7_000, CloseReason.IDLE, true, false);
    assertNull(accepted.overdue(9_000, true, true));
  }

  @Test
  void pings_come_a_fifth_earlier_or_less_and_a_pong_has_its_time() {
    opened.connected(0, false);
    assertFalse(opened.isPingDue(799));
    assertTrue(opened.isPingDue(1_000));
    assertFalse(opened.isPingDue(1_001), "one at a time");
    assertRunsOut(opened, 1_400, CloseReason.NO_PONG, true, true);
    assertTrue(opened.pong(1_300));
    assertNull(opened.overdue(1_500, true, true));
    assertFalse(opened.isPingDue(2_099));
    assertTrue(opened.isPingDue(2_300));
  }

  @Test
  void who_was_accepted_is_not_pinged_and_a_pong_without_a_ping_means_nothing() {
    accepted.connected(0, false);
    assertFalse(accepted.pong(1));
    assertFalse(accepted.isPingDue(1_000_000));
  }

  @Test
  void what_is_not_read_has_its_time() {
    opened.connected(0, false);
    opened.writable(false, 100);
    assertRunsOut(opened, 600, CloseReason.PEER_DOES_NOT_READ, true, true);
    opened.writable(true, 500);
    assertNull(opened.overdue(700, true, true));
  }
}
