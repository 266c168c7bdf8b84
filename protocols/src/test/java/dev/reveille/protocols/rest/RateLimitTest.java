package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void a_burst_passes_and_then_the_steady_rate() {
    final var limit = new RateLimit(10, 5, 0);
    for (int i = 0; i < 5; i++) {
      assertEquals(Duration.ZERO, limit.take(1, 0));
    }

    assertEquals(Duration.ofMillis(100), limit.take(1, 0));
    assertTrue(limit.isEmpty(0));
    assertFalse(limit.isEmpty(SECOND / 10));
    assertEquals(Duration.ZERO, limit.take(1, SECOND / 10));
    assertEquals(Duration.ofMillis(100), limit.take(1, SECOND / 10));
  }

  @Test
  void time_that_passes_unused_fills_no_more_than_the_bucket() {
    final var limit = new RateLimit(10, 5, 0);
    for (int i = 0; i < 5; i++) {
      assertEquals(Duration.ZERO, limit.take(1, 1_000 * SECOND));
    }

    assertTrue(limit.take(1, 1_000 * SECOND).isPositive());
  }

  @Test
  void a_big_taker_gets_its_share_and_pays_for_it() {
    final var limit = new RateLimit(10, 5, 0);

    assertEquals(Duration.ZERO, limit.take(100, 0));
    assertEquals(Duration.ofMillis(9_600), limit.take(1, 0));
  }
}
