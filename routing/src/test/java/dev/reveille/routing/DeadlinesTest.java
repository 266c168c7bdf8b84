package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A turn ends when its time is over, and the next one goes on where it ended.
class DeadlinesTest {
  private static final Budget ENOUGH = Budget.of(Duration.ofHours(1));
  private static final Budget SPENT = Budget.of(Duration.ZERO);

  private final Deadlines deadlines = new Deadlines();
  private final List<Work> over = new ArrayList<>();

  private Work frame(final Instant until) {
    final var phone = iPhone("phone", 18, ANNA);
    final var what =
        new TargetJob.ForDevice(
            new StoredJob(1, NOW, message("m")),
            phone,
            ANNA,
            RouteDecision.live(Reason.FOREGROUND_MESSAGE),
            RoutingInput.known(phone, LiveState.NOTHING),
            NOW,
            1);
    final var work = new Work(what.key(), Lane.NORMAL, what);
    work.liveOut = true;
    work.liveUntil = until;
    deadlines.add(work);
    return work;
  }

  private Instant sweep(final Budget budget) {
    return deadlines.sweep(NOW, budget, over::add);
  }

  @Test
  void void_ones_are_looked_at_a_few_at_a_time_and_the_one_behind_them_is_not_lost() {
    for (int i = 0; i < 100; i++) {
      frame(NOW.minusSeconds(2)).liveOut = false;
    }
    final var last = frame(NOW.minusSeconds(1));
    for (int looked = 0; looked + Deadlines.BETWEEN_CLOCKS < 100; ) {
      assertEquals(NOW, sweep(SPENT), "it asks to go on at once");
      assertEquals(List.of(), over);
      looked += Deadlines.BETWEEN_CLOCKS - 1;
    }
    assertEquals(NOW, sweep(SPENT), "the next one costs more than a look");
    assertEquals(Instant.MAX, sweep(ENOUGH));
    assertEquals(List.of(last), over);
  }

  @Test
  void without_time_no_delivery_ends_and_with_time_each_does_once() {
    final var later = frame(NOW.minusSeconds(1));
    final var first = frame(NOW.minusSeconds(2));
    final var notYet = frame(NOW.plusSeconds(1));
    assertEquals(NOW, sweep(SPENT));
    assertEquals(List.of(), over);
    assertEquals(notYet.liveUntil, sweep(ENOUGH));
    assertEquals(List.of(first, later), over);
    assertEquals(notYet.liveUntil, sweep(ENOUGH));
    assertEquals(List.of(first, later), over, "once");
  }
}
