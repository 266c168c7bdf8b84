package dev.reveille.http.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.routes.TokenBucket.Rate;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TokenBucketProperties {
  private static final Rate RATE = Rate.perSecond(10, 5);

  @Property
  void one_that_waits_as_long_as_told_is_served_then_and_not_before(
      @ForAll @Size(max = 30) final @IntRange(max = 2_000) int[] pauseMillis) {
    final var bucket = new TokenBucket(RATE, 0);
    long now = 0;
    for (final int pause : pauseMillis) {
      now += TimeUnit.MILLISECONDS.toNanos(pause);
      final long wait = bucket.take(1, now);
      if (wait > 0) {
        assertTrue(bucket.take(1, now + wait - 1) > 0);
        now += wait;
        assertEquals(0, bucket.take(1, now));
      }
    }
  }
}
