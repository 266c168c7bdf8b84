package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskProbeTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void each_write_of_four_kibibytes_is_timed_and_on_the_disk() throws Exception {
    final double[] millis;
    try (var probe = new DiskProbe(folder)) {
      while (probe.writes() < 3) {
        Thread.onSpinWait();
      }
      millis = probe.sorted();
    }
    assertTrue(millis.length >= 3);
    assertTrue(Arrays.stream(millis).allMatch(each -> each > 0), Arrays.toString(millis));
    assertTrue(Files.size(folder.resolve("disk-probe")) >= 3 * 4_096);
  }
}
