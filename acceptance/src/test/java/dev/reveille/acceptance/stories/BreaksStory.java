package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The test of the tests: servers with one defect each, and which questions of the crash campaign's
/// verdict see it. The bench compares each row with its table; here the rows are named, so that
/// none can fall out of it.
@Tag("alone") // its verdicts are about moments
@LeavesBehind(
    files = "sqlite-.*-libsqlitejdbc\\.so(\\.lck)?",
    why = "a server that is killed cannot remove the library that its SQLite driver unpacked")
final class BreaksStory {
  private static final List<String> ROWS =
      List.of(
          "none",
          "ring-twice",
          "event-lost",
          "answer-before-commit",
          "other-uuid",
          "trail-missing");

  /// Played by `./verify --long`: rows whose questions another row asks, or a unit test of the
  /// verdict, and those about sends, each of which kills a server.
  private static final List<String> LONG_ROWS =
      List.of(
          "ring-after-end",
          "event-twice",
          "other-recipient",
          "content-in-log",
          "none-with-sends",
          "send-target-lost",
          "send-uncertain-hidden",
          "send-target-again",
          "send-lines-lost",
          "send-cancel-forgotten",
          "send-too-early");

  @TempDir private Path folder;

  @Test
  void each_break_of_a_promise_is_seen_by_the_verdict_that_asks_for_it_and_by_no_other()
      throws Exception {
    final var rows = new ArrayList<>(ROWS);
    if (Boolean.getBoolean("reveille.long")) {
      rows.addAll(LONG_ROWS);
    }
    final var report =
        Packaged.measured(folder, 900, "breaks", "--seed", "4711", "--row", String.join(",", rows));
    assertEquals(rows.size(), report.get("goals").size(), report::toString);
    for (final var goal : report.get("goals")) {
      final var name = goal.get("name").asText().split(":", 2)[0];
      assertTrue(goal.get("met").asBoolean(), () -> name + " in " + report);
      final var strikes = report.at("/figures/" + name + ": strikes/median");
      assertEquals(!name.startsWith("none"), strikes.asInt() > 0, () -> name + " in " + report);
    }
  }
}
