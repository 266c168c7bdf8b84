package dev.reveille.bench.verdict;

import static dev.reveille.bench.verdict.Recorded.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.verdict.Evidence.Kill;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepeatsTest {
  private final Recorded recorded = new Recorded();

  private Repeats repeats() {
    return Repeats.of(recorded.evidence());
  }

  private void kill(final long afterMillis) {
    final var moment = START.plusMillis(afterMillis);
    recorded.kills.add(new Kill(moment, moment.plusMillis(2), moment.plusSeconds(1)));
  }

  private void apple(final String event, final String phone, final long afterMillis) {
    recorded.apple(event, phone, START.plusMillis(afterMillis), 200);
  }

  @Test
  void a_push_repeated_by_a_kill_is_excused_when_its_answer_was_on_its_way() {
    kill(1_000);
    apple("e-2", "bob", 970);
    apple("e-2", "bob", 4_000);
    assertEquals(List.of(new Repeats.OfKill(1, 1)), repeats().perKill());
    assertTrue(repeats().perKill().getFirst().isExcused());
  }

  @Test
  void a_push_repeated_long_after_its_answer_is_not_excused() {
    kill(1_000);
    apple("e-2", "bob", 900);
    apple("e-2", "bob", 4_000);
    assertEquals(List.of(new Repeats.OfKill(1, 0)), repeats().perKill());
    assertFalse(repeats().perKill().getFirst().isExcused());
    assertEquals(1, repeats().killsWithMore());
  }

  @Test
  void a_repeat_belongs_to_the_first_kill_after_its_answer() {
    kill(1_000);
    kill(3_000);
    apple("e-2", "bob", 970);
    apple("e-2", "bob", 4_000);
    assertEquals(List.of(new Repeats.OfKill(1, 1), new Repeats.OfKill(0, 0)), repeats().perKill());
  }

  @Test
  void a_repeat_without_a_kill_between_is_none_of_a_kill() {
    kill(1_000);
    apple("e-2", "bob", 2_000);
    apple("e-2", "bob", 4_000);
    assertEquals(List.of(new Repeats.OfKill(0, 0)), repeats().perKill());
  }

  private void uncertainForBob() {
    final Map<String, Object> device = Recorded.device("bob", "push handed-over");
    device.put(
        "tries",
        List.of(
            Map.of("way", "push", "outcome", "uncertain", "at", START.plusSeconds(5).toString()),
            Map.of("way", "push", "outcome", "handed-over")));
    recorded.trail("e-2", "m-2", device);
  }

  @Test
  void an_uncertain_line_is_baseless_when_the_push_came_once_and_no_connection_broke() {
    uncertainForBob();
    apple("e-2", "bob", 6_000);
    assertEquals(1, repeats().uncertain());
    assertEquals(1, repeats().baseless());
    assertEquals(25.0, repeats().baselessPercent(), 0.1); // of four lines about pushes
  }

  @Test
  void an_uncertain_line_has_a_cause_when_the_push_came_twice() {
    uncertainForBob();
    apple("e-2", "bob", 4_900);
    apple("e-2", "bob", 6_000);
    assertEquals(0, repeats().baseless());
  }

  @Test
  void an_uncertain_line_has_a_cause_when_a_connection_broke_shortly_before() {
    uncertainForBob();
    recorded.apple("e-3", "anna", START.plusMillis(4_500), 0);
    apple("e-2", "bob", 6_000);
    assertEquals(0, repeats().baseless());
    recorded.pushes.clear();
    recorded.apple("e-3", "anna", START.plusMillis(3_500), 0);
    apple("e-2", "bob", 6_000);
    assertEquals(1, repeats().baseless());
  }
}
