package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of the fan-out: the long one is `./reveille bench fanout`, which also judges
/// times. What each address got is compared here too, and that a send is on disk before it is
/// answered.
@Tag("alone")
@LeavesBehind(
    files = "sqlite-.*-libsqlitejdbc\\.so(\\.lck)?",
    why = "a server that is killed cannot remove the library that its SQLite driver unpacked")
final class FanoutStory {
  @TempDir private Path folder;

  @Test
  void each_address_of_a_large_send_is_told_once_and_calls_go_on() throws Exception {
    final var report =
        Packaged.measured(folder, 180, "fanout", "--n", "500", "--warm-up", "500", "--runs", "1");
    assertEquals(9, report.get("goals").size(), report::toString);
    assertTrue(report.at("/figures/pushes per CPU-second/median").asDouble() > 0, report::toString);
    for (final var figure : List.of("live heap at half", "call to push, during a send, p99")) {
      assertTrue(report.at("/figures/" + figure + "/median").asDouble() > 0, report::toString);
    }
  }
}
