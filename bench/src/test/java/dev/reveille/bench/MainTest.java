package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How `reveille bench` ends when it is not told which bench, in a process of its own.
final class MainTest {
  @TempDir private Path folder;

  private record Ran(int exit, String out, String err) {}

  private Ran run(final String... words) throws Exception {
    final var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(words));
    final var err = folder.resolve("err");
    final var process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    try {
      final var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process goes on for ever");
      return new Ran(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private void misused(final String complaint, final String... words) throws Exception {
    final var ran = run(words);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("reveille bench: " + complaint), ran.err());
    assertTrue(ran.err().contains("usage: reveille bench"), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void without_the_name_of_a_bench_that_is_said_with_the_usage() throws Exception {
    misused("the name of the bench is missing");
  }

  @Test
  void a_bench_that_does_not_exist_is_named_with_the_usage() throws Exception {
    misused("there is no bench fly", "fly");
  }

  @Test
  void an_option_that_cannot_be_read_is_named_with_what_it_wants() throws Exception {
    misused("--n wants a number, not many", "dispatch", "--n", "many");
    misused("--runs wants a value", "dispatch", "--runs");
    misused("--transport is one of [plain, tls], not wire", "hold", "--transport", "wire");
    misused("unknown option --kill; did you mean --kills?", "crash", "--kill", "3");
    misused("--pairs is at least 1, not 0", "wake", "--pairs", "0");
    misused("--attack is one or more of [", "siege", "--attack", "silent,loud");
  }

  @Test
  void the_usage_is_no_mistake_where_it_was_asked_for() throws Exception {
    for (final var words : List.of(List.of("--help"), List.of("wake", "--help"))) {
      final var ran = run(words.toArray(String[]::new));
      assertEquals(0, ran.exit(), ran.err());
      assertTrue(ran.out().contains("usage: reveille bench"), ran.out());
      assertEquals("", ran.err());
    }
  }
}
