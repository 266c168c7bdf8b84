package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the benches that hold phones see, and that a slow machine excuses none of it.
final class HeldArrivalsTest {
  private static final int LOST = 0;
  private static final int DOUBLED = 1;
  private static final int STRANGE = 2;

  private static JsonNode goals(final HeldArrivals arrivals) throws Exception {
    final var report = new Report("b", 1, 1);
    arrivals.judge(report, "phones");
    report.voidGoals("the disk was slow");
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), true);
    return SetupApi.JSON.readTree(out.toString(StandardCharsets.UTF_8)).get("goals");
  }

  private static void assertMissed(final int missed, final HeldArrivals arrivals) throws Exception {
    assertFalse(arrivals.isRight());
    final var goals = goals(arrivals);
    assertEquals(3, goals.size());
    for (int number = 0; number < goals.size(); number++) {
      final var goal = goals.get(number);
      assertEquals(number == missed ? "missed" : "met", goal.get("verdict").asText());
      assertFalse(goal.get("timed").asBoolean(true), goal::toString);
    }
  }

  @Test
  void an_event_that_came_once_to_its_phone_is_right() throws Exception {
    final var arrivals = HeldArrivals.of(1, "mine", List.of("mine"));
    assertTrue(arrivals.isRight());
    for (final var goal : goals(arrivals)) {
      assertTrue(goal.get("met").asBoolean(), goal::toString);
    }
  }

  @Test
  void a_lost_event_is_missed_and_no_question_of_time() throws Exception {
    assertMissed(LOST, HeldArrivals.of(1, "mine", List.of()));
  }

  @Test
  void a_doubled_event_is_missed_and_no_question_of_time() throws Exception {
    assertMissed(DOUBLED, HeldArrivals.of(1, "mine", List.of("mine", "mine")));
  }

  @Test
  void an_event_of_another_phone_is_missed_and_no_question_of_time() throws Exception {
    assertMissed(STRANGE, HeldArrivals.of(1, "mine", List.of("mine", "yours")));
  }
}
