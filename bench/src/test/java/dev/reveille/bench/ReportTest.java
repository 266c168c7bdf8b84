package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private static String printed(final Report report, final boolean json) throws Exception {
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), json);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode goal(final Report report, final int number) throws Exception {
    return SetupApi.JSON.readTree(printed(report, true)).get("goals").get(number);
  }

  private static Report report() {
    final var report = new Report("b", 1, 1);
    report.atMost("quick", 1, 2, 1);
    report.atLeast("many", 1, 2, 3);
    return report;
  }

  @Test
  void a_goal_is_met_or_missed() throws Exception {
    assertEquals("met", goal(report(), 0).get("verdict").asText());
    assertTrue(goal(report(), 0).get("met").asBoolean());
    assertEquals("missed", goal(report(), 1).get("verdict").asText());
    assertTrue(printed(report(), false).contains("MISSED"));
  }

  @Test
  void an_unusable_run_has_goals_that_are_neither_and_says_why() throws Exception {
    final var report = report();
    report.voidGoals("the disk was slow");
    report.atMost("later", 1, 2, 1);
    for (int number = 0; number < 3; number++) {
      assertEquals("void", goal(report, number).get("verdict").asText());
      assertFalse(goal(report, number).get("met").asBoolean());
    }
    assertFalse(report.allMet());
    final var table = printed(report, false);
    assertTrue(table.contains("void: the disk was slow"), table);
    assertFalse(table.contains("MISSED") || table.contains(": met"), table);
  }

  @Test
  void a_fault_stays_one_however_slow_the_machine_was() throws Exception {
    final var report = new Report("b", 1, 1);
    report.none("lost", 1);
    report.none("doubled", 0);
    report.voidGoals("the disk was slow");
    assertEquals("missed", goal(report, 0).get("verdict").asText());
    assertEquals("met", goal(report, 1).get("verdict").asText());
  }

  @Test
  void each_goal_says_whether_time_decides_it() throws Exception {
    final var report = report();
    report.none("lost", 1);
    assertTrue(goal(report, 0).get("timed").asBoolean());
    assertTrue(goal(report, 1).get("timed").asBoolean());
    assertFalse(goal(report, 2).get("timed").asBoolean(true));
  }

  @Test
  void a_goal_that_could_not_be_judged_is_void_and_leaves_the_others_alone() throws Exception {
    final var report = report();
    report.notJudged("memory", 0.5, 0.4, "a process did not grow");
    assertEquals("met", goal(report, 0).get("verdict").asText());
    assertEquals("void", goal(report, 2).get("verdict").asText());
    assertFalse(goal(report, 2).get("met").asBoolean(true));
    assertFalse(goal(report, 2).has("value"));
    final var table = printed(report, false);
    assertTrue(table.contains("memory is void: a process did not grow"), table);
  }
}
