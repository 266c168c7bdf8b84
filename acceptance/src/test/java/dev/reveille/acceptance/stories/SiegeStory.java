package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench siege`: each attack for a few seconds at a server with 300
/// MB. What counts is that the server stands, answers, loses no call and forgets the attack; in so
/// short a time how quick it was says little.
@Tag("alone") // its attacker takes what processor time there is
final class SiegeStory {
  private static final int ATTACKS = 11;
  private static final List<String> FAULTS =
      List.of(
          "the server ended",
          "/ready without an answer within 5 s",
          "calls not exactly once at their phone",
          "faults in the log");

  @TempDir private Path folder;

  @Test
  void a_server_of_300_megabytes_rings_on_whatever_its_peers_do() throws Exception {
    final var report = Packaged.measured(folder, 240, "siege", "--heap", "300m", "--seconds", "2");
    final var attacks = new ArrayList<String>();
    for (final var goal : report.get("goals")) {
      System.out.println(goal.get("name").asText() + ": " + goal.get("verdict").asText());
      if (goal.get("name").asText().endsWith(FAULTS.getFirst())) {
        attacks.add(goal.get("verdict").asText());
      }
    }
    assertEquals(ATTACKS, attacks.size(), report::toString);
    // an attack that holds nothing proves nothing
    assertTrue(
        attacks.stream().filter("met"::equals).count() > ATTACKS / 2, () -> "void: " + report);
  }

  @Test
  void a_server_without_its_bound_on_handshakes_is_seen_to_hold_too_many() throws Exception {
    final var out =
        Packaged.run(
            folder,
            120,
            "bench",
            "siege",
            "--json",
            "--heap",
            "300m",
            "--seconds",
            "2",
            "--attack",
            "silent",
            "--lift",
            "handshakes-per-address: 1000000");
    assertEquals(0, out.exit(), out.text());
    final JsonNode report = new ObjectMapper().readTree(out.text());
    final double held = report.at("/figures/silent, 300m: held at the most/median").asDouble();
    final double bound = report.at("/figures/silent, 300m: the bound/median").asDouble();
    assertTrue(held > 1.5 * bound, () -> "held " + held + " of " + bound);
    for (final var goal : report.get("goals")) {
      if (goal.get("name").asText().endsWith("held beyond its bound")) {
        assertEquals("missed", goal.get("verdict").asText(), report::toString);
        return;
      }
    }
    throw new AssertionError("no goal speaks of the bound: " + report);
  }
}
