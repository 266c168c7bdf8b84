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

class CircuitBreakerTest {
  private final CircuitBreaker breaker = new CircuitBreaker("apns app");

  private static WorkKey key(final long event) {
    return new WorkKey(event, new TargetKey("phone"));
  }

  @Test
  void many_failures_in_a_row_shut_it_and_one_answer_opens_it() {
    for (int i = 0; i < 20; i++) {
      assertTrue(breaker.lets(key(i), Lane.NORMAL, NOW));
      breaker.failed(Instant.MIN, NOW);
    }
    assertFalse(breaker.lets(key(20), Lane.URGENT, NOW));
    breaker.answered(); // a refusal is an answer too
    assertTrue(breaker.lets(key(20), Lane.BULK, NOW));
  }

  @Test
  void without_a_way_to_the_service_it_shuts_at_once() {
    breaker.unreachable(Optional.empty(), NOW);
    assertFalse(breaker.lets(key(1), Lane.URGENT, NOW));
  }

  @Test
  void a_pause_that_did_not_shut_it_does_not_keep_it_shut_when_the_way_is_lost_for_a_moment() {
    breaker.failed(NOW.plusSeconds(600), NOW);
    assertTrue(breaker.lets(key(1), Lane.URGENT, NOW.plusSeconds(1)));
    breaker.unreachable(Optional.empty(), NOW.plusSeconds(1));
    assertTrue(breaker.wantsProbe(NOW.plusSeconds(2)));
    breaker.answered();
    breaker.unreachable(Optional.empty(), NOW.plusSeconds(3));
    assertFalse(breaker.isOpen(NOW.plusSeconds(18)));
  }

  @Test
  void one_probe_at_a_time_goes_through_and_only_for_the_first_of_the_line() {
    breaker.unreachable(Optional.empty(), NOW);
    assertFalse(breaker.wantsProbe(NOW.plusMillis(499)));
    final var later = NOW.plusMillis(500);
    assertTrue(breaker.wantsProbe(later));
    breaker.sendsAsProbe(key(1));
    assertFalse(breaker.lets(key(2), Lane.URGENT, later));
    assertTrue(breaker.lets(key(1), Lane.BULK, later));
    assertFalse(breaker.lets(key(1), Lane.BULK, later), "once");
    assertFalse(breaker.wantsProbe(later.plusSeconds(20)), "the first has not come back");
    breaker.cameBack(key(1), later.plusSeconds(20));
    breaker.unreachable(Optional.empty(), later.plusSeconds(20));
    assertFalse(breaker.wantsProbe(later.plusSeconds(20)));
    assertTrue(breaker.wantsProbe(later.plusMillis(20_500)));
  }

  @Test
  void a_probe_without_an_outcome_does_not_keep_it_shut() {
    breaker.unreachable(Optional.empty(), NOW);
    breaker.sendsAsProbe(key(1));
    assertTrue(breaker.lets(key(1), Lane.NORMAL, NOW.plusSeconds(1)));
    assertTrue(breaker.isOpen(NOW.plusSeconds(60)));
    assertFalse(breaker.isOpen(NOW.plusSeconds(61)));
  }

  @Test
  void while_the_line_goes_through_nothing_less_urgent_overtakes_it() {
    breaker.goesThrough(Lane.NORMAL);
    assertTrue(breaker.lets(key(1), Lane.URGENT, NOW));
    assertTrue(breaker.lets(key(2), Lane.NORMAL, NOW));
    assertFalse(breaker.lets(key(3), Lane.BULK, NOW));
    breaker.goesThrough(null);
    assertTrue(breaker.lets(key(3), Lane.BULK, NOW));
  }

  @Test
  void a_failure_that_was_not_repeated_is_forgotten() {
    breaker.unreachable(Optional.empty(), NOW);
    assertTrue(breaker.isOpen(NOW.plusSeconds(14)));
    assertFalse(breaker.isOpen(NOW.plusSeconds(15)));
  }
}
