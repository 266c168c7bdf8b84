package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of the crash campaign: the long one is `./reveille bench crash`.
@Tag("alone") // its verdicts are about moments
@LeavesBehind(
    files = "sqlite-.*-libsqlitejdbc\\.so(\\.lck)?",
    why = "a server that is killed cannot remove the library that its SQLite driver unpacked")
final class CrashStory {
  @TempDir private Path folder;

  @Test
  void nothing_accepted_is_lost_and_nothing_rings_twice_when_the_server_is_killed()
      throws Exception {
    final var kills = Boolean.getBoolean("reveille.long") ? "100" : "3";
    final var report = Packaged.bench(folder, 420, "crash", "--kills", kills);
    // a campaign in which nothing happens finds nothing
    for (final var figure :
        List.of(
            "events accepted",
            "calls accepted",
            "ends confirmed",
            "rings by frame",
            "rings by push")) {
      assertTrue(
          report.at("/figures/" + figure + "/median").asInt() > 20, () -> figure + " in " + report);
    }
    for (final var figure : List.of("sends accepted", "targets of sends")) {
      assertTrue(
          report.at("/figures/" + figure + "/median").asInt() > 0, () -> figure + " in " + report);
    }
  }
}
