package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerClockTest {
  private final TestClock system = new TestClock(NOW);
  private final Machine machine = new Machine();
  private final ServerClock clock = new ServerClock(system, machine);

  /// A machine that may have slept, which it tells when it is asked to look.
  private final class Machine implements ServerClock.Elapsed {
    private Duration asleep = Duration.ZERO;
    private Duration known = Duration.ZERO;

    @Override
    public long nanos() {
      return system.elapsed() + known.toNanos();
    }

    @Override
    public void look() {
      known = asleep;
    }
  }

  private static Optional<StoredJob> last(final Instant at) {
    return Optional.of(new StoredJob(1, at, Samples.message("last")));
  }

  private void set(final Duration step) {
    system.step(step);
    clock.begin(clock.look().orElseThrow());
  }

  @Test
  void it_runs_with_the_machine_until_a_step_was_kept() {
    system.step(Duration.ofHours(-1));
    system.advance(Duration.ofSeconds(5));
    assertEquals(NOW.plusSeconds(5), clock.instant());
    final var next = clock.look().orElseThrow();
    assertEquals(2, next.number());
    assertEquals(Duration.ofHours(-1), next.step());
    assertEquals(NOW.plusSeconds(5), clock.instant());
    clock.begin(next);
    assertEquals(NOW.plusSeconds(5).minus(Duration.ofHours(1)), clock.instant());
    assertTrue(clock.look().isEmpty());
  }

  @Test
  void a_difference_of_two_seconds_is_no_step_and_is_made_up_for_without_a_jump() {
    system.step(Duration.ofSeconds(-2));
    var before = clock.instant();
    for (int second = 0; second < 600; second++) {
      assertTrue(clock.look().isEmpty());
      system.advance(Duration.ofSeconds(1));
      final var now = clock.instant();
      final var went = Duration.between(before, now).toMillis();
      assertTrue(went >= 990 && went <= 1_010, () -> went + " ms in a second");
      before = now;
    }
    final var apart = Duration.between(system.instant(), clock.instant()).abs();
    assertTrue(apart.compareTo(Duration.ofMillis(10)) < 0, apart::toString);
  }

  @Test
  void it_stays_right_however_seldom_it_is_looked_at() {
    system.step(Duration.ofSeconds(1));
    for (int look = 0; look < 100; look++) {
      assertTrue(clock.look().isEmpty());
      system.advance(Duration.ofSeconds(15));
    }
    final var apart = Duration.between(system.instant(), clock.instant()).abs();
    assertTrue(apart.compareTo(Duration.ofMillis(500)) < 0, apart::toString);
  }

  @Test
  void time_that_the_machine_slept_has_passed_and_is_no_step() {
    machine.asleep = Duration.ofHours(1);
    system.step(Duration.ofHours(1));
    assertTrue(clock.look().isEmpty());
    assertEquals(NOW.plus(Duration.ofHours(1)), clock.instant());
  }

  @Test
  void old_data_is_removed_by_a_step_ahead_only_a_day_later() {
    clock.takeUp(List.of(), last(NOW));
    set(Duration.ofDays(365));
    assertEquals(NOW, clock.calm());
    system.advance(Duration.ofHours(23));
    assertEquals(NOW.plus(Duration.ofHours(23)), clock.calm());
    system.advance(Duration.ofHours(2));
    assertEquals(clock.instant(), clock.calm());
  }

  @Test
  void a_clock_that_was_a_year_fast_for_a_minute_delays_removal_by_a_day_and_not_by_a_year() {
    clock.takeUp(List.of(), last(NOW));
    set(Duration.ofDays(365));
    system.advance(Duration.ofMinutes(1));
    set(Duration.ofDays(-365));
    assertTrue(clock.calm().isBefore(NOW), "the step ahead is not believed yet");
    system.advance(Duration.ofHours(25));
    assertEquals(clock.instant(), clock.calm());
  }

  @Test
  void a_gap_is_believed_a_day_later_although_the_clock_was_set_back_meanwhile() {
    clock.takeUp(List.of(), last(NOW.minus(Duration.ofDays(40))));
    set(Duration.ofDays(-40));
    system.advance(Duration.ofHours(25));
    assertEquals(clock.instant(), clock.calm());
  }

  @Test
  void a_gap_of_more_than_a_day_between_two_runs_is_believed_a_day_later() {
    assertFalse(clock.calm().isAfter(Instant.EPOCH), "nothing is old before the store was read");
    clock.takeUp(List.of(), last(NOW.minus(Duration.ofDays(40))));
    assertEquals(NOW.minus(Duration.ofDays(40)), clock.calm());
    system.advance(Duration.ofHours(25));
    assertEquals(clock.instant(), clock.calm());
  }

  @Test
  void a_moment_looked_back_for_is_found_across_a_step_ahead() {
    final var begun = clock.instant();
    system.advance(Duration.ofMinutes(1));
    set(Duration.ofHours(1));
    system.advance(Duration.ofMinutes(1));
    assertFalse(clock.back(clock.instant(), Duration.ofMinutes(10)).isAfter(begun));
  }

  @Test
  void a_clock_that_was_a_year_fast_for_a_minute_is_not_looked_back_for_by_a_year() {
    set(Duration.ofDays(365));
    system.advance(Duration.ofMinutes(1));
    set(Duration.ofDays(-365));
    system.advance(Duration.ofHours(1));
    final var tenMinutes = Duration.ofMinutes(10);
    assertEquals(clock.instant().minus(tenMinutes), clock.back(clock.instant(), tenMinutes));
  }

  @Test
  void a_moment_looked_back_for_is_found_across_a_step_back() {
    final var begun = clock.instant();
    system.advance(Duration.ofMinutes(9));
    final var last = clock.instant();
    set(Duration.ofMinutes(-5));
    system.advance(Duration.ofMinutes(20));
    assertFalse(clock.back(last, Duration.ofMinutes(10)).isAfter(begun));
  }

  @Test
  void what_lasts_for_a_while_in_memory_lasts_as_long_when_the_clock_is_set() {
    final var passed = clock.withoutSteps();
    final var begun = passed.instant();
    system.advance(Duration.ofSeconds(3));
    set(Duration.ofHours(1));
    system.advance(Duration.ofSeconds(4));
    set(Duration.ofHours(-3));
    assertEquals(begun.plusSeconds(7), passed.instant());
  }

  @Test
  void for_five_seconds_after_a_step_no_moment_of_another_thread_is_waited_for() {
    final var before = clock.instant().plusSeconds(10);
    set(Duration.ofHours(-1));
    system.advance(Duration.ofMillis(4_900));
    assertEquals(clock.instant(), clock.unlessJustSet(before, clock.instant()));
    final var passed = clock.instant().minusSeconds(1);
    assertEquals(passed, clock.unlessJustSet(passed, clock.instant()));
    system.advance(Duration.ofMillis(200));
    assertEquals(before, clock.unlessJustSet(before, clock.instant()));
  }

  @Test
  void moments_without_steps_are_the_same_before_and_after() {
    final var row = clock.steady(clock.instant().plusSeconds(7));
    set(Duration.ofHours(-1));
    assertEquals(clock.instant().plusSeconds(7), clock.unsteady(row));
    assertEquals(Instant.MAX, clock.steady(Instant.MAX));
    assertEquals(Instant.EPOCH, clock.unsteady(Instant.EPOCH));
  }
}
