package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.ClockGeneration;
import dev.reveille.model.Event;
import dev.reveille.model.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each store must do with the generations of the clock.
public interface ClockLogContract {
  StoreUnderTest store();

  @Test
  default void a_store_whose_clock_was_never_set_has_none() {
    assertEquals(List.of(), store().clockLog().generations());
  }

  @Test
  default void generations_are_kept_in_their_order_with_the_sum_of_their_steps() {
    final var second =
        ClockGeneration.FIRST.next(
            Instant.parse("2026-03-01T11:00:00.123456789Z"), Duration.ofHours(-1).plusNanos(7));
    final var third = second.next(Instant.parse("2026-03-01T12:30:00Z"), Duration.ofMinutes(90));
    store().clockLog().begin(second);
    store().clockLog().begin(third);
    store().restart();
    assertEquals(List.of(second, third), store().clockLog().generations());
    assertEquals(Duration.ofMinutes(30).plusNanos(7), third.ahead());
  }

  /// A commit may fail after it reached the disk; the step is then measured and kept once more.
  @Test
  default void a_generation_that_is_kept_again_replaces_the_one_of_the_same_number() {
    final var since = Instant.parse("2026-03-01T11:00:00Z");
    final var again =
        ClockGeneration.FIRST.next(since.plusSeconds(1), Duration.ofHours(-1).plusNanos(7));
    store().clockLog().begin(ClockGeneration.FIRST.next(since, Duration.ofHours(-1)));
    store().clockLog().begin(again);
    store().restart();
    assertEquals(List.of(again), store().clockLog().generations());
  }

  @Test
  default void an_event_keeps_the_generation_by_whose_time_it_lives() {
    final var life = new Life(Samples.NOW.plusSeconds(5), Samples.NOW.plusSeconds(60), 300);
    final List<Event> all =
        List.of(
            Samples.message("one").with(life),
            Samples.incomingCall("two").with(life),
            Samples.missedCall("three").with(new Life(life.alertBefore(), life.keepUntil())));
    final var stored = store().keepAll(all);
    store().restart();
    for (int i = 0; i < all.size(); i++) {
      assertEquals(
          all.get(i), store().journal().find(stored.get(i).sequence()).orElseThrow().event());
    }
  }
}
