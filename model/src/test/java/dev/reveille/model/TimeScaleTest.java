package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TimeScaleTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration LEAST = Duration.ofMillis(500);
  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  @Test
  void a_wait_is_divided() {
    assertEquals(Duration.ofSeconds(1), TimeScale.divide(MINUTE, Duration.ofMillis(1), 60));
  }

  @Test
  void outside_of_trials_a_wait_stays_as_it_is() {
    assertEquals(MINUTE, TimeScale.divide(MINUTE));
    assertEquals(NOON.plus(MINUTE), TimeScale.divide(NOON, NOON.plus(MINUTE)));
    assertEquals(1, TimeScale.value());
  }

  @Test
  void a_wait_is_not_divided_below_what_the_network_needs() {
    assertEquals(LEAST, TimeScale.divide(MINUTE, LEAST, 600));
  }

  @Test
  void a_wait_that_is_shorter_than_that_anyway_stays() {
    assertEquals(Duration.ofMillis(100), TimeScale.divide(Duration.ofMillis(100), LEAST, 600));
    assertEquals(Duration.ofSeconds(-1), TimeScale.divide(Duration.ofSeconds(-1), LEAST, 600));
  }

  @Test
  void a_moment_ahead_comes_nearer_and_one_that_is_past_stays() {
    assertEquals(NOON.plusSeconds(60), TimeScale.divide(NOON, NOON.plusSeconds(3_600), 60));
    assertEquals(NOON.minusSeconds(1), TimeScale.divide(NOON, NOON.minusSeconds(1), 60));
    assertEquals(NOON, TimeScale.divide(NOON, NOON, 60));
  }

  @Test
  void the_number_cannot_change_once_a_duration_was_divided() {
    TimeScale.value();
    final var refused = assertThrows(IllegalStateException.class, () -> TimeScale.set(60));
    assertEquals("durations were divided by 1 already", refused.getMessage());
    TimeScale.set(1);
  }

  @Test
  void numbers_out_of_range_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> TimeScale.set(0));
    assertThrows(IllegalArgumentException.class, () -> TimeScale.set(TimeScale.MOST + 1));
  }
}
