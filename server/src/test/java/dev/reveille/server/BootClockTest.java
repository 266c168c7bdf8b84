package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootClockTest {
  private static final Duration SOON = Duration.ofSeconds(20); // a slow machine passes the test too

  @TempDir private Path folder = Path.of("");

  private Path uptime(final String words) throws IOException {
    return Files.writeString(folder.resolve("uptime"), words);
  }

  private static Duration passed(final BootClock time, final long since) {
    return Duration.ofNanos(time.nanos() - since);
  }

  @Test
  void what_the_machine_slept_has_passed_once_it_is_looked_for() throws IOException {
    final var file = uptime("1000.25 1900.11\n");
    final var time = new BootClock(file);
    final long begin = time.nanos();
    uptime("4600.25 1900.20\n");
    assertTrue(passed(time, begin).compareTo(SOON) < 0);
    time.look();
    final var hour = Duration.ofHours(1);
    assertTrue(passed(time, begin).minus(hour).abs().compareTo(SOON) < 0);
    time.look();
    assertTrue(passed(time, begin).minus(hour).abs().compareTo(SOON) < 0, "it counts once");
  }

  @Test
  void time_does_not_run_back_when_the_file_is_gone_or_says_less() throws IOException {
    final var file = uptime("1000.25 1900.11\n");
    final var time = new BootClock(file);
    final long begin = time.nanos();
    uptime("1.00 1.00\n");
    time.look();
    assertTrue(time.nanos() >= begin);
    Files.delete(file);
    time.look();
    assertTrue(passed(time, begin).compareTo(SOON) < 0);
  }

  @Test
  void without_the_file_sleep_is_not_known() throws IOException {
    final var time = new BootClock(folder.resolve("uptime"));
    final long begin = time.nanos();
    uptime("5000.00 1.00\n");
    time.look();
    assertTrue(passed(time, begin).compareTo(SOON) < 0);
  }
}
