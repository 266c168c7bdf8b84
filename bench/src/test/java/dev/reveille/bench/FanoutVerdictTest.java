package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What `bench fanout` says of a server with one defect.
final class FanoutVerdictTest {
  private static final OnceEach GOOD = new OnceEach("s-1", List.of(), List.of(), List.of());
  private static final ArrivalTimes.Faults NONE =
      new ArrivalTimes.Faults(List.of(), List.of(), List.of());
  private static final String WAKE = "call to push during a send, p99 to the idle one";

  /// A server that keeps all of them, to be spoiled.
  private double ours = 95_000;

  private double heap = 10.5;
  private List<Double> idle = Collections.nCopies(100, 4.0);
  private List<Double> during = Collections.nCopies(100, 7.9);
  private OnceEach send = GOOD;
  private long uncounted;
  private long lostByKill;
  private ArrivalTimes.Faults calls = NONE;

  private JsonNode told() throws IOException {
    final var report = new Report("fanout", 1, 1);
    new FanoutVerdict(
            ours,
            100_000,
            heap,
            10,
            idle,
            during,
            List.of(GOOD, send),
            uncounted,
            lostByKill,
            List.of(NONE, calls))
        .tell(report);
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), /* json= */ true);
    return SetupApi.JSON.readTree(out.toByteArray());
  }

  private Set<String> red() throws IOException {
    final var red = new TreeSet<String>();
    for (final var goal : told().get("goals")) {
      if (!goal.get("verdict").asText().equals("met")) {
        red.add(goal.get("name").asText() + " " + goal.get("verdict").asText());
      }
    }
    return red;
  }

  @Test
  void a_server_that_keeps_its_promises_meets_all_nine_goals() throws Exception {
    assertEquals(Set.of(), red());
    assertEquals(9, told().get("goals").size());
  }

  @Test
  void a_push_that_costs_too_much_beside_pushy_is_seen() throws Exception {
    ours = 89_000;
    assertEquals(Set.of("ratio to Pushy missed"), red());
  }

  @Test
  void a_heap_that_grows_with_the_audience_is_seen() throws Exception {
    heap = 11.2;
    assertEquals(Set.of("live heap at half, to that of a tenth of the addresses missed"), red());
  }

  @Test
  void calls_that_wait_behind_a_send_are_seen() throws Exception {
    during = Collections.nCopies(100, 8.1);
    assertEquals(Set.of(WAKE + " missed"), red());
  }

  @Test
  void a_p99_of_fewer_than_a_hundred_calls_is_not_judged() throws Exception {
    idle = Collections.nCopies(99, 4.0);
    during = Collections.nCopies(100, 40.0);
    assertEquals(Set.of(WAKE + " void"), red());
  }

  @Test
  void one_missing_target_in_one_of_the_sends_is_named() throws Exception {
    send = new OnceEach("s-2", List.of("7"), List.of(), List.of());
    assertEquals(Set.of("targets missing missed"), red());
    assertTrue(told().get("remarks").toString().contains("s-2: 1 missing [7]"));
  }

  @Test
  void a_target_that_was_told_twice_is_named() throws Exception {
    send = new OnceEach("s-2", List.of(), List.of("7 (2 times)"), List.of());
    assertEquals(Set.of("targets told twice missed"), red());
  }

  @Test
  void a_stranger_is_named() throws Exception {
    send = new OnceEach("s-2", List.of(), List.of(), List.of("a push of s-1 to 7"));
    assertEquals(Set.of("pushes to strangers missed"), red());
  }

  @Test
  void a_progress_that_counts_too_few_is_seen() throws Exception {
    uncounted = 1;
    assertEquals(Set.of("targets that the server's progress does not count missed"), red());
  }

  @Test
  void a_send_that_was_answered_before_it_was_on_disk_is_seen() throws Exception {
    lostByKill = 300;
    assertEquals(Set.of("targets missing of a send answered right before a kill missed"), red());
  }

  @Test
  void a_call_that_was_lost_is_named() throws Exception {
    calls = new ArrivalTimes.Faults(List.of("c-1 at a"), List.of(), List.of());
    assertEquals(Set.of("calls not exactly once at each phone missed"), red());
    assertTrue(told().get("remarks").toString().contains("c-1 at a"));
  }
}
