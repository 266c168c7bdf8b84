package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Plays small stories that leave something behind, as the build plays the large ones.
final class LeftoversTest {
  static final class LeavesAProcess {
    @Test
    void story() throws IOException {
      new ProcessBuilder("sleep", "300").start().getOutputStream().close();
    }
  }

  /// Its parent ends at once: nothing but the environment still tells whose it is.
  static final class LeavesAnOrphan {
    @Test
    void story() throws Exception {
      final var shell =
          new ProcessBuilder("sh", "-c", "sleep 301 >/dev/null 2>&1 </dev/null &").start();
      assertEquals(0, shell.waitFor());
      AcrossProcesses.get( // until its program is loaded, it has no environment to be found by
          "the orphan",
          () ->
              ProcessHandle.allProcesses()
                      .anyMatch(one -> one.info().commandLine().orElse("").endsWith("sleep 301"))
                  ? true
                  : null);
    }
  }

  static final class LeavesAPort {
    @SuppressWarnings("NullAway") // set by the story
    static ServerSocket left;

    @Test
    void story() throws IOException {
      left = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
  }

  static final class LeavesAFile {
    @Test
    void story() throws IOException {
      Files.writeString(
          Files.createTempDirectory("reveille-left-").resolve("forgotten.txt"), "left");
    }
  }

  @LeavesBehind(files = "announced-.*", why = "to see that the rest is still found")
  static final class LeavesWhatItAnnouncedAndMore {
    @Test
    void story() throws IOException {
      Files.createTempFile("announced-", "");
      Files.createTempFile("more-", "");
    }
  }

  /// All of it, and everything put away.
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class LeavesNothing {
    @TempDir private Path folder;

    @Test
    void story() throws Exception {
      Files.writeString(folder.resolve("used.txt"), "used");
      try (var _ = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        final var process = new ProcessBuilder("sleep", "302").start();
        process.destroy();
        process.waitFor();
      }
    }
  }

  private static List<String> failuresOf(final Class<?> story) {
    final var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(story)).build(),
            listener);
    final var summary = listener.getSummary();
    assertEquals(1, summary.getTestsSucceededCount(), "the story itself is content");
    return summary.getFailures().stream()
        .map(failure -> String.valueOf(failure.getException().getMessage()))
        .toList();
  }

  private static String failureOf(final Class<?> story) {
    final var failures = failuresOf(story);
    assertEquals(1, failures.size(), failures::toString);
    return failures.getFirst();
  }

  @Test
  void a_story_that_leaves_a_process_fails_and_the_process_is_ended() {
    final var failure = failureOf(LeavesAProcess.class);
    assertTrue(failure.matches("this story leaves behind: process \\d+: .*sleep 300"), failure);
    assertFalse(
        ProcessHandle.current()
            .descendants()
            .anyMatch(one -> one.info().commandLine().orElse("").endsWith("sleep 300")));
  }

  @Test
  void a_process_whose_parent_has_ended_is_found_too() {
    final var failure = failureOf(LeavesAnOrphan.class);
    assertTrue(failure.matches("this story leaves behind: process \\d+: .*sleep 301"), failure);
  }

  @Test
  void a_story_that_leaves_a_listening_port_fails() throws Exception {
    final var failure = failureOf(LeavesAPort.class);
    try (var left = LeavesAPort.left) {
      assertEquals(
          "this story leaves behind: port " + left.getLocalPort() + " still listens", failure);
    }
  }

  @Test
  void a_story_that_leaves_a_file_fails_and_the_file_is_removed() {
    final var failure = failureOf(LeavesAFile.class);
    assertTrue(failure.startsWith("this story leaves behind: file "), failure);
    assertFalse(Files.exists(Path.of(failure.replaceFirst(".*: file ", ""))));
  }

  @Test
  void what_a_story_announces_may_stay_and_nothing_else() {
    final var failure = failureOf(LeavesWhatItAnnouncedAndMore.class);
    assertTrue(failure.contains("/more-") && !failure.contains("/announced-"), failure);
  }

  @Test
  void a_story_that_puts_everything_away_passes() {
    assertEquals(List.of(), failuresOf(LeavesNothing.class));
  }
}
