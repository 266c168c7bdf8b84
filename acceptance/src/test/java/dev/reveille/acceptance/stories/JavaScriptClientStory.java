package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests of the JavaScript client, run by Node: they start the packaged server themselves.
final class JavaScriptClientStory {
  private static final Path CLIENT = Packaged.launcher().resolveSibling("clients/javascript");
  private static final int LONGEST_SECONDS = 240;
  private static final int LEAST_TESTS = 30;

  @TempDir private Path folder;

  @Test
  void the_javascript_client_passes_its_own_tests_against_the_packaged_server() throws Exception {
    final var command = new ArrayList<>(List.of("node", "--test"));
    try (var files = Files.list(CLIENT.resolve("test"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".test.js")).forEach(command::add);
    }
    final var out = folder.resolve("out.txt");
    final var builder =
        new ProcessBuilder(command)
            .directory(CLIENT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    final var node = builder.start();
    node.getOutputStream().close();
    if (!node.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      node.descendants().forEach(ProcessHandle::destroyForcibly);
      node.destroyForcibly();
      throw new AssertionError("the tests did not end: " + Files.readString(out));
    }
    final var said = Files.readString(out);
    assertEquals(0, node.exitValue(), said);
    assertTrue(number("pass", said) >= LEAST_TESTS, said);
    assertEquals(0, number("skipped", said) + number("todo", said), said);
  }

  /// Of the sums at the end, in whatever form this version of Node prints them.
  private static int number(final String what, final String said) {
    final var found = Pattern.compile("(?m)^(?:#|ℹ) " + what + " (\\d+)$").matcher(said);
    assertTrue(found.find(), () -> "no sum of " + what + " in: " + said);
    return Integer.parseInt(found.group(1));
  }
}
