package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Life;
import dev.reveille.routing.port.SendLog.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scheduled sends and a clock that is set: each leaves when the clock shows its moment, once.
final class ScheduledSendTest extends SendFanOutStage {
  private static final Instant MOMENT = NOW.plus(Duration.ofMinutes(30));

  private final List<Instant> left = new ArrayList<>();

  ScheduledSendTest() {
    fixture.apns().always =
        _ -> {
          left.add(fixture.clock.instant());
          return new HandedOver("");
        };
  }

  private long accept(final int generation) {
    final var until = MOMENT.plus(Duration.ofHours(1));
    final var all = new Audience.Addresses(addresses(2));
    return accept(send("1", all, MOMENT).with(new Life(until, until, generation)));
  }

  private void step(final Duration by, final boolean restarts) {
    fixture.clock.step(by);
    if (restarts) {
      fixture.crashAndStartAgain();
    } else {
      fixture.turn();
      fixture.pass(Duration.ofSeconds(1)); // until the step is kept and made
    }
  }

  /// Steps in minutes, and whether the server starts anew at each.
  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "-20, 0, false",
    "-20, 0, true",
    "20, 0, false",
    "20, 0, true",
    "-2000, 0, false",
    "-2000, 0, true",
    "15, -40, false",
    "15, -40, true",
    "-40, 15, false",
    "-40, 15, true"
  })
  void it_leaves_when_the_clock_shows_its_moment(
      final long first, final long second, final boolean restarts) {
    final long send = accept(fixture.time.generation().number());
    fixture.pass(Duration.ofMinutes(5));
    step(Duration.ofMinutes(first), restarts);
    fixture.pass(Duration.ofMinutes(1));
    step(Duration.ofMinutes(second), restarts);
    assertEquals(List.of(), left);
    assertEquals(State.SCHEDULED, progress(send).state());
    fixture.pass(Duration.between(fixture.clock.instant(), MOMENT.minusSeconds(1)));
    assertEquals(List.of(), left, () -> "it left before " + MOMENT);
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(2, left.size());
    for (final var at : left) {
      assertTrue(Duration.between(MOMENT, at).toMillis() <= 500, () -> "it left at " + at);
    }
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void it_leaves_at_once_when_the_clock_is_set_past_its_moment(final boolean restarts) {
    final long send = accept(Life.OF_SENDER);
    step(Duration.ofMinutes(40), restarts);
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(2, left.size());
    assertEquals(State.OVER, progress(send).state());
    fixture.nothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"-90, 50", "90, -50"})
  void it_leaves_at_its_moment_also_when_it_was_accepted_after_a_step(
      final long before, final long after) {
    step(Duration.ofMinutes(before), false);
    final var moment = fixture.clock.instant().plus(Duration.ofMinutes(70));
    accept(send("1", new Audience.Addresses(addresses(1)), moment));
    step(Duration.ofMinutes(after), true);
    fixture.pass(Duration.between(fixture.clock.instant(), moment.minusSeconds(1)));
    assertEquals(List.of(), left, () -> "it left before " + moment);
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(1, left.size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_that_came_back_too_early_waits_for_what_is_left() {
    final long send = accept(Life.OF_SENDER);
    fixture.pass(Duration.between(fixture.clock.instant(), MOMENT.minusMillis(250)));
    fixture.looks = false;
    fixture.advance(Duration.ofMillis(300)); // the claim is asked for, and not answered
    fixture.look();
    fixture.clock.step(Duration.ofMinutes(-10));
    fixture.looks = true;
    fixture.turn();
    fixture.pass(Duration.ofSeconds(5));
    final boolean leftBefore = !left.isEmpty();
    fixture.pass(Duration.between(fixture.clock.instant(), MOMENT.plusSeconds(1)));
    assertEquals(2, left.size());
    assertEquals(leftBefore ? left.getFirst() : MOMENT, left.getFirst());
    assertEquals(State.OVER, progress(send).state());
  }

  @Test
  void what_was_accepted_to_leave_at_once_does_so_also_when_the_clock_is_set_back_at_a_crash() {
    fixture.apns().always = null;
    final long send = accept(send("1", new Audience.Addresses(addresses(2)), NOW));
    fixture.clock.step(Duration.ofHours(-3));
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(2, fixture.apns().taken.size());
    handOverAll();
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void a_cancelled_one_leaves_no_row() {
    final long send = accept(Life.OF_SENDER);
    fixture.routing.sends().cancel(send, () -> {});
    fixture.turn();
    assertEquals(List.of(), fixture.store.rows());
  }
}
