package dev.reveille.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the demonstration fails; how it succeeds is a story of its own, with the real programs.
class DemoTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();

  @Test
  void without_the_launcher_it_says_how_to_start_it() {
    final var failure = assertThrows(Failure.class, () -> Demo.run(here(""), Demo.Play.ALL, false));
    assertEquals(Failure.MISSING, failure.exitCode());
    assertTrue(failure.remedy().contains("./reveille demo"));
  }

  @Test
  void a_server_that_does_not_start_is_named_and_nothing_is_left_behind() throws IOException {
    final Path launcher = folder.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\npwd > " + folder.resolve("where") + "\nexit 1\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    final var failure =
        assertThrows(
            Failure.class, () -> Demo.run(here(launcher.toString()), Demo.Play.ALL, false));
    assertEquals(Failure.MISSING, failure.exitCode());
    assertTrue(String.valueOf(failure.getMessage()).contains("The server did not start."));
    assertTrue(out.toString().contains("Starting the server"), out.toString());
    assertTrue(Files.notExists(Path.of(Files.readString(folder.resolve("where")).strip())));
  }

  private CommandEnvironment here(final String launcher) {
    return new CommandEnvironment(
        InputStream.nullInputStream(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()),
        Map.of(),
        folder,
        launcher,
        false);
  }
}
