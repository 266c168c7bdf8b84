package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench siege`: two attacks, each for five seconds, at a server with
/// a heap of 300 MB.
///
/// What must not be at all is judged: an end or a hang of the server, a call lost or doubled, a
/// bound that is passed, heap that stays, a severe line. How long the calls took is not: in five
/// seconds there are too few of them.
final class SiegeStory {
  /// Those that begin at once and need little to be made before. All eleven take more than two
  /// minutes of the tests' time; the bench plays them.
  private static final List<String> ATTACKS = List.of("silent", "ringing");

  @TempDir private Path folder;

  /// Beside other stories the attackers did not come to lean on their bounds in five seconds.
  @Test
  @Tag("alone")
  void calls_of_another_organisation_ring_under_each_attack_and_no_bound_is_passed()
      throws Exception {
    final var report =
        Packaged.measured(
            folder,
            400,
            "siege",
            "--attack",
            String.join(",", ATTACKS),
            "--heap",
            "300m",
            "--seconds",
            "5");
    for (final var attack : ATTACKS) {
      final var name = attack + ", 300m: ";
      assertEquals(250, figure(report, name + "calls"), report::toString);
      final double held = figure(report, name + "held at the most");
      final double bound = figure(report, name + "the bound");
      final double least = leans(attack) * bound;
      assertTrue(held >= least, () -> name + "it held too little to say anything: " + report);
    }
  }

  /// How much of its bound an attack must reach. The calls of `ringing` are stored one after the
  /// other, each with a thousand inbox entries, so how many there are after 20 seconds is a matter
  /// of the disk: below nine tenths its verdicts are void, and only what went wrong counts.
  private static double leans(final String attack) {
    return attack.equals("ringing") ? 0.25 : 0.9;
  }

  /// The verdict can be red: a server without this bound holds more. Beside other stories the
  /// attacker did not come to open enough connections in its five seconds.
  @Test
  @Tag("alone")
  void a_server_without_the_bound_is_seen_to_hold_more() throws Exception {
    final var out =
        Packaged.run(
            folder,
            200,
            "bench",
            "siege",
            "--attack",
            "silent",
            "--heap",
            "300m",
            "--seconds",
            "5",
            "--lift",
            "handshakes-per-address: 100000",
            "--json");
    final var goals = new ObjectMapper().readTree(out.text()).path("goals");
    final var beyond =
        goals
            .valueStream()
            .filter(
                goal -> goal.path("name").asText().equals("silent, 300m: held beyond its bound"))
            .toList();
    assertEquals(1, beyond.size(), goals::toString);
    assertFalse(beyond.getFirst().path("met").asBoolean(), goals::toString);
    assertEquals("missed", beyond.getFirst().path("verdict").asText(), goals::toString);
  }

  private static double figure(final JsonNode report, final String name) {
    return report.at("/figures/" + name + "/median").asDouble();
  }
}
