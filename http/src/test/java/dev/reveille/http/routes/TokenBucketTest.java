package dev.reveille.http.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.routes.TokenBucket.Rate;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TENTH = SECOND / 10;
  private static final Rate RATE = Rate.perSecond(10, 5);

  @Test
  void a_burst_passes_and_then_the_steady_rate() {
    final var bucket = new TokenBucket(RATE, 0);
    for (int i = 0; i < 5; i++) {
      assertEquals(0, bucket.take(1, 0));
    }

    assertEquals(TENTH, bucket.take(1, 0));
    assertEquals(TENTH, bucket.waitFor(0));
    assertEquals(0, bucket.waitFor(TENTH));
    assertEquals(0, bucket.take(1, TENTH));
    assertEquals(TENTH, bucket.take(1, TENTH));
  }

  @Test
  void rates_that_are_none_are_refused() {
    for (final double none : new double[] {0, -1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> Rate.perSecond(none, 1), "" + none);
    }
    assertThrows(IllegalArgumentException.class, () -> Rate.perSecond(1, 0));
    assertThrows(IllegalArgumentException.class, () -> Rate.perSecond(1e-9, 5));
    assertEquals(1, Rate.perSecond(1e12, 1).nanosPerToken());
  }

  @Test
  void time_that_passes_unused_fills_no_more_than_the_bucket() {
    final var bucket = new TokenBucket(RATE, 0);
    for (int i = 0; i < 5; i++) {
      assertEquals(0, bucket.take(1, 1_000 * SECOND));
    }

    assertTrue(bucket.take(1, 1_000 * SECOND) > 0);
  }

  @Test
  void a_request_for_many_is_served_and_leaves_a_debt() {
    final var bucket = new TokenBucket(RATE, 0);

    assertEquals(0, bucket.take(100, 0));
    assertEquals(96 * TENTH, bucket.take(1, 0));
    assertEquals(0, bucket.take(1, 96 * TENTH));
  }
}
