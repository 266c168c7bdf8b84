package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a real process with SIGKILL while it is accepting. What it said it accepted is there.
final class KillTest {
  private static final int ROUNDS = 3;

  @TempDir Path directory = Path.of("");

  @Test
  void what_was_accepted_before_a_kill_is_kept() throws IOException, InterruptedException {
    final long seed = System.nanoTime();
    System.out.println("KillTest seed " + seed);
    final Random random = new Random(seed);
    final Map<String, Long> accepted = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      accepted.putAll(killAfter(random.nextInt(200, 2_000), "r" + round));
      try (SqliteStore store =
          SqliteStore.open(directory, SqliteUnderTest.SETTINGS, InstantSource.fixed(Samples.NOW))) {
        final Long read = accepted.remove(Victim.READ);
        assertNotNull(read, "the victim was told of no note that is kept");
        assertTrue(store.inbox().readUpTo(Samples.BEN, Samples.TEAM) >= read);
        for (final Map.Entry<String, Long> one : accepted.entrySet()) {
          final StoredJob stored = store.journal().find(one.getValue()).orElseThrow();
          assertEquals(Samples.message(one.getKey()), stored.event());
        }
        final int unread = store.inbox().unread(Samples.ANNA);
        final long distinct =
            store
                .inbox()
                .after(Samples.ANNA, store.inbox().beginning(), Integer.MAX_VALUE - 1)
                .entries()
                .stream()
                .map(entry -> entry.stored().event().key())
                .distinct()
                .count();
        assertEquals(distinct, unread, "every event is in the inbox once");
      }
    }
  }

  private Map<String, Long> killAfter(final int lines, final String round)
      throws IOException, InterruptedException {
    final Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                directory.toString(),
                round)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    final Map<String, Long> accepted = new HashMap<>();
    try (BufferedReader out = victim.inputReader()) {
      for (int i = 0; i < lines; i++) {
        final String line = out.readLine();
        if (line == null) {
          throw new AssertionError("the victim ended by itself with " + victim.waitFor());
        }
        final String[] words = line.split(" ", -1);
        accepted.put(words[0], Long.parseLong(words[1]));
      }
    } finally {
      victim.destroyForcibly();
      victim.waitFor();
    }
    return accepted;
  }
}
