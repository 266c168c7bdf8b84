package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of the outage: the long one is `./reveille bench outage`, which holds the lanes
/// to 0.98. With 3,000 events the pushes that are under way at once are a large part of all, so
/// here the bound is lower; a server that went by age would come to nearly 0, one without order to
/// 0.5.
@Tag("alone")
final class OutageStory {
  private static final double LEAST_ORDER = 0.9;

  @TempDir private Path folder;

  @Test
  void what_waited_for_a_push_service_comes_once_by_lane_and_never_rings_late() throws Exception {
    final var report = Packaged.measured(folder, 300, "outage", "--n", "3000");
    assertTrue(
        report.at("/figures/waiting when the service came back/median").asInt() >= 3_000,
        report::toString);
    assertTrue(goal(report, "chance that a waiting call came before anything else") >= LEAST_ORDER);
    assertTrue(goal(report, "chance that a message came before bulk") >= LEAST_ORDER);
    assertEquals(0, goal(report, "waiting in the end"), report::toString);
    assertTrue(goal(report, "peak resident memory, MiB") <= 640, report::toString);
  }

  private static double goal(final JsonNode report, final String name) {
    for (final var goal : report.get("goals")) {
      if (goal.get("name").asText().equals(name)) {
        return goal.get("value").asDouble();
      }
    }
    throw new AssertionError("no goal " + name + " in " + report);
  }
}
