package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of the outage: the long one is `./reveille bench outage`. One of its goals is the
/// time that a call takes during the drain, so it runs alone.
@Tag("alone")
final class OutageStory {
  @TempDir private Path folder;

  @Test
  void what_waited_for_a_push_service_comes_once_by_lane_and_never_rings_late() throws Exception {
    final var report = Packaged.bench(folder, 300, "outage", "--n", "3000");
    assertTrue(
        report.at("/figures/waiting when the service came back/median").asInt() >= 3_000,
        report::toString);
  }
}
