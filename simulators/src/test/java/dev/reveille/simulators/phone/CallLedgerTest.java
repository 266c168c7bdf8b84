package dev.reveille.simulators.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.phone.CallLedger.Ring;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallLedgerTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HAIR = Duration.ofMillis(1);

  private final CallLedger ledger = new CallLedger();

  private Ring ring(final String event, final String call, final Duration after) {
    return ledger.ring(
        event, call, Optional.of(START.plus(Duration.ofMinutes(1))), START.plus(after));
  }

  @Test
  void repeats_of_a_ringing_call_fold_by_its_uuid() {
    assertEquals(Ring.RANG, ring("e", "c", Duration.ZERO));
    assertEquals(Ring.FOLDED, ring("e", "c", HAIR));
    assertEquals(Map.of("e", 1), ledger.ringsPerEvent());
    assertEquals(1, ledger.folded());
  }

  @Test
  void another_uuid_of_the_same_event_is_a_second_ring() {
    assertEquals(Ring.RANG, ring("e", "c", Duration.ZERO));
    assertEquals(Ring.RANG, ring("e", "other", HAIR));
    assertEquals(Map.of("e", 2), ledger.ringsPerEvent());
  }

  @Test
  void a_ring_long_after_the_end_is_told_apart_also_where_the_phone_had_rung() {
    ring("e", "c", Duration.ZERO);
    assertTrue(ledger.over("c", START));
    assertEquals(Ring.FOLDED, ring("e", "c", CallLedger.CROSSING));
    assertEquals(Ring.AFTER_END, ring("e", "c", CallLedger.CROSSING.plus(HAIR)));
  }

  @Test
  void a_ring_long_after_the_end_is_told_apart_where_the_phone_had_not_rung() {
    assertFalse(ledger.over("c", START));
    assertEquals(Ring.FOLDED, ring("e", "c", HAIR));
    assertEquals(Ring.AFTER_END, ring("e", "c", CallLedger.CROSSING.plus(HAIR)));
    assertEquals(Map.of(), ledger.ringsPerEvent());
  }

  @Test
  void an_end_that_is_told_again_does_not_move_the_end() {
    ledger.over("c", START);
    assertFalse(ledger.over("c", START.plus(CallLedger.CROSSING)));
    assertEquals(Ring.AFTER_END, ring("e", "c", CallLedger.CROSSING.plus(HAIR)));
  }

  @Test
  void nothing_rings_after_the_time_of_the_ring() {
    assertEquals(Ring.TOO_LATE, ring("e", "c", Duration.ofMinutes(1)));
    assertEquals(List.of(), ledger.ringing());
  }
}
