package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `reveille demo` shows a newcomer.
@LeavesBehind(
    files = "(apple|google)-simulator-ca\\d+\\.pem",
    why = "a simulator that is asked to end leaves the certificate that it wrote for its user")
final class DemonstrationStory {
  @TempDir private Path folder;

  // C2-02: what wakes the iPhones arrives at Apple's service, what wakes the Android phone at
  // Google's; the demonstration looks there, for every kind of phone in every state.
  @Test
  void the_demonstration_holds_every_row_and_every_scene() throws Exception {
    final var out = Packaged.run(folder, 300, "demo", "--exit");
    assertEquals(0, out.exit(), out.text());
    assertTrue(out.text().contains("Every row and every scene went as expected"), out.text());
    for (final var system : List.of("iOS 12", "iOS 18", "Android")) {
      final long rows =
          out.text().lines().filter(line -> line.contains(system) && line.endsWith(" ok")).count();
      assertEquals(9, rows, out.text());
    }
    assertFalse(out.text().contains("FAILED"), out.text());
    assertTrue(out.text().contains("her phone shows \"Goal: 1:0\""), out.text());
    assertTrue(out.text().contains("Not matched, because of its tags"), out.text());
    assertTrue(out.text().contains("it rang by the push of the clearing house"), out.text());
    assertTrue(out.text().contains("allowed-domain  failed"), out.text());
  }
}
