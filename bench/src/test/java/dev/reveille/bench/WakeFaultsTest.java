package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What `bench wake` says of a server that lost or doubled an event, or broke a rule.
final class WakeFaultsTest {
  private static final ArrivalTimes.Faults NONE =
      new ArrivalTimes.Faults(List.of(), List.of(), List.of());
  private static final ArrivalTimes.Faults LOST =
      new ArrivalTimes.Faults(List.of("e-1 at a"), List.of(), List.of());

  private static WakeFaults faults(
      final List<ArrivalTimes.Faults> events, final String... violations) {
    return new WakeFaults("durable", events, List.of(violations));
  }

  private static JsonNode told(final WakeFaults faults) throws IOException {
    final var report = new Report("wake", 1, 1);
    report.voidGoals("the disk was slow"); // which excuses no fault
    faults.tell(report);
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), /* json= */ true);
    return SetupApi.JSON.readTree(out.toByteArray());
  }

  private static Map<String, String> verdicts(final WakeFaults faults) throws IOException {
    final var all = new TreeMap<String, String>();
    told(faults)
        .get("goals")
        .forEach(goal -> all.put(goal.get("name").asText(), goal.get("verdict").asText()));
    return all;
  }

  private static Map<String, String> of(final String events, final String violations) {
    return Map.of(
        "durable, events not exactly once at each phone",
        events,
        "durable, violations",
        violations);
  }

  private static void mustSay(final WakeFaults faults, final String words) {
    final var failed = assertThrows(IOException.class, faults::mustBeNone);
    assertTrue(String.valueOf(failed.getMessage()).contains(words), failed::getMessage);
  }

  @Test
  void a_server_without_a_fault_meets_both_goals() throws Exception {
    final var faults = faults(List.of(NONE, NONE));
    assertEquals(of("met", "met"), verdicts(faults));
    assertDoesNotThrow(faults::mustBeNone);
  }

  @Test
  void an_event_that_was_lost_in_one_of_the_loads_is_named() throws Exception {
    final var faults = faults(List.of(NONE, LOST, NONE));
    assertEquals(of("missed", "met"), verdicts(faults));
    assertTrue(told(faults).get("remarks").toString().contains("e-1 at a"));
    mustSay(faults, "e-1 at a");
  }

  @Test
  void a_rule_that_was_broken_is_named_although_every_event_came_once() throws Exception {
    final var faults = faults(List.of(NONE), "held-3: order e-2, e-1");
    assertEquals(of("met", "missed"), verdicts(faults));
    assertTrue(told(faults).get("remarks").toString().contains("held-3: order e-2, e-1"));
    mustSay(faults, "1 violations, the first: held-3: order e-2, e-1");
  }

  @Test
  void of_many_broken_rules_all_count_and_the_first_are_shown() throws Exception {
    final var many = IntStream.range(0, 30).mapToObj(i -> "held-" + i + ": order");
    final var told = told(faults(List.of(NONE), many.toArray(String[]::new)));
    assertEquals(30, told.get("goals").get(1).get("value").asInt());
    assertEquals(5, told.get("remarks").size());
  }
}
