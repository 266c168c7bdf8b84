package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench siege`: two attacks, each for five seconds, at a server with
/// a heap of 300 MB.
///
/// What must not be at all is judged: an end or a hang of the server, a call lost or doubled, a
/// bound that is passed, heap that stays, a severe line. How long the calls took is not: other
/// stories are played beside this one, and then that time says what these take of the machine.
final class SiegeStory {
  /// Those that begin at once and need little to be made before. All eleven take more than two
  /// minutes of the tests' time; the bench plays them.
  private static final List<String> ATTACKS = List.of("silent", "ringing");

  @TempDir private Path folder;

  @Test
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
      assertTrue(figure(report, name + "held at the most") > 0, () -> name + report);
    }
  }

  private static double figure(final JsonNode report, final String name) {
    return report.at("/figures/" + name + "/median").asDouble();
  }
}
