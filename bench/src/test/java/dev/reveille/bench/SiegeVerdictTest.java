package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SiegeVerdictTest {
  private static final long MIB = 1 << 20;
  private static final String ENDED = "the server ended";
  private static final String READY = "/ready without an answer within 5 s";
  private static final String CALLS = "calls not exactly once at their phone";
  private static final String CONTROL = "calls not exactly once at the control";
  private static final String LOG = "faults in the log";
  private static final String BEYOND = "held beyond its bound";
  private static final String HEAP = "MiB of heap that stayed beyond 18";
  private static final String P99 = "wake p99, ms";
  private static final String RATIO = "wake p99 to the control's";

  private boolean stands = true;
  private List<String> ready = List.of("200 ready", "503 no room on the disk");
  private List<SiegeCall.Fact> calls = calls(10, 20);
  private List<SiegeCall.Fact> beside = calls(10, 20);
  private double held = 90;
  private long heapAfter = 30 * MIB;
  private List<String> faults = List.of();

  /// @param millis of each call until it arrived
  private static List<SiegeCall.Fact> calls(final int count, final long millis) {
    return new ArrayList<>(Collections.nCopies(count, call("202", millis, "p")));
  }

  private static SiegeCall.Fact call(
      final String answer, final long millis, final String... phones) {
    return new SiegeCall.Fact(
        "c",
        "p",
        false,
        0,
        answer,
        List.of(phones).stream()
            .map(phone -> new SiegeCall.Arrival(phone, false, millis * 1_000))
            .toList());
  }

  private SiegeFacts facts() {
    return new SiegeFacts(
        "attack", stands, ready, calls, beside, held, 100, "bytes", 13 * MIB, heapAfter, 18 * MIB,
        faults, "{}");
  }

  /// The verdict of each goal, by its name.
  private Map<String, String> verdicts() throws Exception {
    final var report = new Report("siege", 1, 1);
    SiegeVerdict.tell(report, facts());
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), true);
    final var all = new TreeMap<String, String>();
    for (final JsonNode goal : SetupApi.JSON.readTree(out.toByteArray()).get("goals")) {
      all.put(
          goal.get("name").asText().substring("attack: ".length()), goal.get("verdict").asText());
    }
    return all;
  }

  /// These are missed and all others met.
  private void missed(final String... names) throws Exception {
    final var expected = new TreeMap<String, String>();
    for (final var name : List.of(ENDED, READY, CALLS, CONTROL, LOG, BEYOND, HEAP, P99, RATIO)) {
      expected.put(name, List.of(names).contains(name) ? "missed" : "met");
    }
    assertEquals(expected, verdicts());
  }

  @Test
  void a_server_that_rings_on_under_an_attack_at_its_bound_meets_all_goals() throws Exception {
    missed();
    assertEquals("", SiegeVerdict.hurt(facts()));
  }

  @Test
  void a_server_that_ended_or_was_started_anew_is_named() throws Exception {
    stands = false;
    missed(ENDED);
    assertEquals("ended", SiegeVerdict.hurt(facts()));
  }

  @Test
  void a_server_that_hung_once_is_named() throws Exception {
    ready = List.of("200 ready", "none", "200 ready");
    missed(READY);
    assertEquals("hung", SiegeVerdict.hurt(facts()));
  }

  @Test
  void a_call_that_did_not_come_came_twice_or_came_elsewhere_is_named() throws Exception {
    for (final var amiss :
        List.of(
            call("202", 20),
            call("202", 20, "p", "p"),
            call("202", 20, "q"),
            call("429", 20, "p"))) {
      calls = calls(10, 20);
      calls.add(amiss);
      missed(CALLS);
      assertEquals("lost 1 calls", SiegeVerdict.hurt(facts()));
    }
  }

  @Test
  void a_call_that_is_lost_where_nothing_attacks_is_named_too() throws Exception {
    beside.add(call("202", 20));
    missed(CONTROL);
  }

  @Test
  void a_phone_that_came_back_may_be_told_once_more_what_rings() throws Exception {
    calls.add(
        new SiegeCall.Fact(
            "c",
            "p",
            true,
            0,
            "202",
            List.of(
                new SiegeCall.Arrival("p", false, 20_000),
                new SiegeCall.Arrival("p", true, 40_000))));
    missed();
  }

  @Test
  void slow_calls_are_named_against_the_control_and_against_the_clock() throws Exception {
    calls = calls(10, 61);
    missed(RATIO);
    calls = calls(10, 1_501);
    beside = calls(10, 1_000);
    missed(P99);
    assertEquals("kept calls waiting for 1501 ms at p99", SiegeVerdict.hurt(facts()));
  }

  @Test
  void a_bound_that_was_passed_is_named() throws Exception {
    held = 112;
    missed(BEYOND);
  }

  @Test
  void heap_that_stays_and_faults_in_the_log_are_named() throws Exception {
    heapAfter = 32 * MIB;
    missed(HEAP);
    heapAfter = 31 * MIB;
    faults = List.of("2026-01-01T00:00:00Z SEVERE Dispatcher it failed");
    missed(LOG);
  }

  @Test
  void an_attack_that_did_not_lean_on_its_bound_says_only_what_was_wrong() throws Exception {
    for (final double little : new double[] {89, Double.NaN}) {
      held = little;
      calls = calls(10, 20);
      assertEquals(List.of("void"), verdicts().values().stream().distinct().toList());
      calls.add(call("202", 20));
      final var found = verdicts();
      assertEquals("missed", found.remove(CALLS));
      assertEquals(List.of("void"), found.values().stream().distinct().toList());
    }
  }

  @Test
  void a_log_is_at_fault_where_it_is_severe_or_tells_of_the_end() {
    final var log =
        List.of(
            "2026-01-01T00:00:00Z WARNING Gate few places",
            "2026-01-01T00:00:00Z SEVERE Dispatcher it failed",
            "2026-01-01T00:00:00Z SEVERE Other this may be",
            "Terminating due to java.lang.OutOfMemoryError: Java heap space");
    assertEquals(List.of(log.get(1), log.get(3)), SiegeVerdict.faults(log, List.of("this may be")));
  }

  @Test
  void every_attack_has_a_bound_to_lean_on() throws Exception {
    for (final var attack : SiegeBench.Options.names()) {
      assertTrue(SiegeRow.of(attack).limit().applyAsDouble(300 * MIB) >= 1, attack);
    }
    final var said = SetupApi.JSON.readTree("{\"held\":7,\"told\":{\"pressed\":3,\"429\":3}}");
    assertEquals(5, SiegeRow.of("bodies").held(5, said));
    assertEquals(5, SiegeRow.of("abandoned").held(5, said));
    assertEquals(5, SiegeRow.of("ringing").held(5, said));
    assertEquals(7, SiegeRow.of("resume").held(Double.NaN, said));
    assertEquals(3, SiegeRow.of("flood").held(Double.NaN, said));
  }
}
