package dev.reveille.routing.port;

import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// When what failed is tried again, and for how long.
class RetryPolicyTest {
  private static final List<Duration> NO_PAUSES = List.of();

  /// As Event Grid retries: half a minute after the first, twice a day in the end.
  private static final RetryPolicy OF_A_DAY =
      new RetryPolicy(
          List.of(
              Duration.ofSeconds(10),
              Duration.ofSeconds(30),
              Duration.ofMinutes(1),
              Duration.ofMinutes(5),
              Duration.ofMinutes(10),
              Duration.ofMinutes(30),
              Duration.ofHours(1),
              Duration.ofHours(3),
              Duration.ofHours(6),
              Duration.ofHours(12)),
          0.2,
          30,
          Optional.of(Duration.ofHours(24)));

  @Test
  void pauses_of_platforms_double_from_half_a_second_to_five_minutes() {
    assertEquals(
        List.of(500L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 64_000L, 128_000L),
        IntStream.range(0, 10)
            .mapToObj(tries -> RetryPolicy.DOUBLING.pauseAfter(tries).toMillis())
            .toList());
    assertEquals(Duration.ofSeconds(256), RetryPolicy.DOUBLING.pauseAfter(10));
    for (final int tries : new int[] {11, 17, 64, 1_000_000, Integer.MAX_VALUE}) {
      assertEquals(Duration.ofMinutes(5), RetryPolicy.DOUBLING.pauseAfter(tries));
    }
    assertTrue(RetryPolicy.DOUBLING.isEndless());
    assertTrue(RetryPolicy.DOUBLING.allows(1_000_000, NOW, NOW.plus(Duration.ofDays(3_650))));
  }

  @Test
  void a_list_of_pauses_is_followed_and_its_last_one_holds() {
    assertEquals(Duration.ofSeconds(10), OF_A_DAY.pauseAfter(1));
    assertEquals(Duration.ofMinutes(5), OF_A_DAY.pauseAfter(4));
    assertEquals(Duration.ofHours(12), OF_A_DAY.pauseAfter(10));
    assertEquals(Duration.ofHours(12), OF_A_DAY.pauseAfter(29));
  }

  @Test
  void tries_end_by_their_number_or_by_the_time_whichever_comes_first() {
    assertFalse(OF_A_DAY.isEndless());
    assertTrue(OF_A_DAY.allows(29, NOW, NOW));
    assertFalse(OF_A_DAY.allows(30, NOW, NOW));
    assertTrue(OF_A_DAY.allows(1, NOW, NOW.plus(Duration.ofHours(24))));
    assertFalse(OF_A_DAY.allows(1, NOW, NOW.plus(Duration.ofHours(24)).plusNanos(1)));
    assertFalse(new RetryPolicy(List.of(Duration.ZERO), 0, 3, Optional.empty()).isEndless());
    assertFalse(
        new RetryPolicy(
                List.of(Duration.ZERO), 0, RetryPolicy.UNLIMITED, Optional.of(Duration.ofDays(1)))
            .isEndless());
  }

  @Test
  void the_lot_makes_a_pause_longer_by_its_share_and_never_shorter() {
    final var lot = new SplittableRandom(7);
    final var pause = Duration.ofSeconds(10);
    assertEquals(
        List.of(10_000L, 12_000L), bounds(OF_A_DAY, pause, lot), "a fifth of it, and all between");
    assertEquals(List.of(10_000L, 20_000L), bounds(RetryPolicy.DOUBLING, pause, lot));
    final var even = new RetryPolicy(List.of(pause), 0, 1, Optional.empty());
    assertEquals(List.of(10_000L, 10_000L), bounds(even, pause, lot));
  }

  private static List<Long> bounds(
      final RetryPolicy policy, final Duration pause, final SplittableRandom lot) {
    final var drawn =
        IntStream.range(0, 200_000)
            .mapToLong(_ -> policy.jittered(pause, lot).toMillis())
            .summaryStatistics();
    return List.of(drawn.getMin(), drawn.getMax());
  }

  @Test
  void what_is_no_policy_is_refused() {
    final var pauses = List.of(Duration.ofSeconds(1));
    final var negative = List.of(Duration.ofSeconds(-1));
    final Optional<Duration> ever = Optional.empty();
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(NO_PAUSES, 0, 1, ever));
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(negative, 0, 1, ever));
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(pauses, -0.1, 1, ever));
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(pauses, 1.1, 1, ever));
    assertThrows(
        IllegalArgumentException.class, () -> new RetryPolicy(pauses, Double.NaN, 1, ever));
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(pauses, 0, 0, ever));
  }
}
