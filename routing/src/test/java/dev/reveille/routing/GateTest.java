package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Lane;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate("apns app");

  private static WorkKey key(final long event) {
    return new WorkKey(event, new TargetKey("phone"));
  }

  @Test
  void many_failures_in_a_row_shut_it_and_one_answer_opens_it() {
    for (int i = 0; i < 20; i++) {
      assertTrue(gate.lets(key(i), Lane.NORMAL, NOW));
      gate.failed(Instant.MIN, NOW);
    }
    assertFalse(gate.lets(key(20), Lane.URGENT, NOW));
    gate.answered(); // a refusal is an answer too
    assertTrue(gate.lets(key(20), Lane.BULK, NOW));
  }

  @Test
  void without_a_way_to_the_service_it_shuts_at_once() {
    gate.unreachable(Optional.empty(), NOW);
    assertFalse(gate.lets(key(1), Lane.URGENT, NOW));
  }

  @Test
  void a_pause_that_did_not_shut_it_does_not_keep_it_shut_when_the_way_is_lost_for_a_moment() {
    gate.failed(NOW.plusSeconds(600), NOW);
    assertTrue(gate.lets(key(1), Lane.URGENT, NOW.plusSeconds(1)));
    gate.unreachable(Optional.empty(), NOW.plusSeconds(1));
    assertTrue(gate.wantsProbe(NOW.plusSeconds(2)));
    gate.answered();
    gate.unreachable(Optional.empty(), NOW.plusSeconds(3));
    assertFalse(gate.isShut(NOW.plusSeconds(18)));
  }

  @Test
  void one_probe_at_a_time_goes_through_and_only_for_the_first_of_the_line() {
    gate.unreachable(Optional.empty(), NOW);
    assertFalse(gate.wantsProbe(NOW.plusMillis(499)));
    final var later = NOW.plusMillis(500);
    assertTrue(gate.wantsProbe(later));
    gate.sendsAsProbe(key(1));
    assertFalse(gate.lets(key(2), Lane.URGENT, later));
    assertTrue(gate.lets(key(1), Lane.BULK, later));
    assertFalse(gate.lets(key(1), Lane.BULK, later), "once");
    assertFalse(gate.wantsProbe(later.plusSeconds(20)), "the first has not come back");
    gate.cameBack(key(1), later.plusSeconds(20));
    gate.unreachable(Optional.empty(), later.plusSeconds(20));
    assertFalse(gate.wantsProbe(later.plusSeconds(20)));
    assertTrue(gate.wantsProbe(later.plusMillis(20_500)));
  }

  @Test
  void a_probe_that_nobody_hears_of_again_does_not_keep_it_shut() {
    gate.unreachable(Optional.empty(), NOW);
    gate.sendsAsProbe(key(1));
    assertTrue(gate.lets(key(1), Lane.NORMAL, NOW.plusSeconds(1)));
    assertTrue(gate.isShut(NOW.plusSeconds(60)));
    assertFalse(gate.isShut(NOW.plusSeconds(61)));
  }

  @Test
  void while_the_line_goes_through_nothing_less_urgent_overtakes_it() {
    gate.goesThrough(Lane.NORMAL);
    assertTrue(gate.lets(key(1), Lane.URGENT, NOW));
    assertTrue(gate.lets(key(2), Lane.NORMAL, NOW));
    assertFalse(gate.lets(key(3), Lane.BULK, NOW));
    gate.goesThrough(null);
    assertTrue(gate.lets(key(3), Lane.BULK, NOW));
  }

  @Test
  void a_failure_that_nobody_repeated_is_forgotten() {
    gate.unreachable(Optional.empty(), NOW);
    assertTrue(gate.isShut(NOW.plusSeconds(14)));
    assertFalse(gate.isShut(NOW.plusSeconds(15)));
  }
}
