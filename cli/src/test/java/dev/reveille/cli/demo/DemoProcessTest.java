package dev.reveille.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes: a shell script plays the launcher.
class DemoProcessTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void a_program_is_started_told_and_waited_for() throws IOException {
    try (var child = child("echo \"ready $1 $2\"; while read line; do echo \"got $line\"; done")) {
      assertEquals("ready serve --data", child.need(line -> line.startsWith("ready"), LONG));
      final int now = child.now();
      child.tell("hello");
      assertEquals(Optional.of("got hello"), child.await(now, _ -> true, LONG));
      assertEquals(List.of("got hello"), child.since(now));
    }
  }

  @Test
  void a_program_that_ends_early_is_reported_with_its_own_words() throws IOException {
    try (var child = child("echo 'port 9443 is taken' >&2; exit 69")) {
      final var failure =
          assertThrows(Failure.class, () -> child.need(line -> line.startsWith("ready"), LONG));
      assertEquals(Failure.MISSING, failure.exitCode());
      assertEquals("The server did not start. It says: port 9443 is taken", failure.getMessage());
    }
  }

  @Test
  void what_does_not_come_in_time_is_not_waited_for() throws IOException {
    try (var child = child("cat")) {
      assertEquals(Optional.empty(), child.await(0, _ -> true, Duration.ofMillis(20)));
    }
  }

  @Test
  void a_program_ends_with_its_child_when_it_is_closed() throws IOException {
    final ProcessHandle process;
    try (var child = child("echo up; exec cat")) {
      child.need("up"::equals, LONG);
      process = ProcessHandle.of(child.pid()).orElseThrow();
      assertTrue(process.isAlive());
    }
    assertFalse(process.isAlive());
  }

  @Test
  void a_launcher_that_is_not_there_is_missing() {
    final var failure =
        assertThrows(
            Failure.class,
            () ->
                DemoProcess.start("server", folder.resolve("none").toString(), folder, List.of()));
    assertEquals(Failure.MISSING, failure.exitCode());
  }

  private DemoProcess child(final String script) throws IOException {
    final Path launcher = folder.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return DemoProcess.start("server", launcher.toString(), folder, List.of("serve", "--data"));
  }
}
