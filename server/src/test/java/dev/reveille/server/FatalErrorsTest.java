package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.Faults;
import dev.reveille.routing.CriticalThread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each error in a process of its own, which is either ended by it or says that it goes on.
final class FatalErrorsTest {
  /// The process under test.
  static final class Victim {
    private Victim() {}

    public static void main(final String... arguments) throws InterruptedException {
      FatalErrors.watch();
      final var thread =
          arguments[0].equals("vital")
              ? CriticalThread.of("writer", () -> fail(arguments[1]))
              : Thread.ofVirtual().name("request").unstarted(() -> fail(arguments[1]));
      thread.start();
      thread.join();
      System.out.println("goes on");
    }

    private static void fail(final String how) {
      switch (how) {
        case "heap" -> fill();
        case "memory" -> throw new OutOfMemoryError("a limit of the process");
        case "direct" ->
            throw new OutOfMemoryError("Cannot reserve 8 bytes of direct buffer memory");
        case "class" -> throw new NoClassDefFoundError("dev/reveille/Missing");
        case "internal" -> throw new InternalError("a fault of the JVM");
        case "stack" -> deepen(0);
        case "often" -> {
          for (int i = 0; i < 100; i++) {
            Faults.tell(new AssertionError("wrong"));
          }
        }
        case "assertion" -> throw new AssertionError("wrong");
        default -> throw new IllegalStateException("wrong");
      }
    }

    private static void fill() {
      final var all = new ArrayList<byte[]>();
      while (true) {
        all.add(new byte[1 << 20]);
      }
    }

    private static int deepen(final int depth) {
      return depth < 0 ? 0 : 1 + deepen(depth + 1);
    }
  }

  private record Ended(int status, String said) {}

  @ParameterizedTest
  @ValueSource(strings = {"heap", "memory", "class", "internal"})
  void an_error_that_leaves_the_process_useless_ends_it_with_a_line(final String how)
      throws Exception {
    final var ended = run("request", how);
    assertEquals(FatalErrors.INTERNAL, ended.status(), ended::said);
    assertTrue(ended.said().contains("reveille: ended after an error"), ended::said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "stack", "assertion", "exception"})
  void an_error_of_one_request_leaves_the_process_alone(final String how) throws Exception {
    final var ended = run("request", how);
    assertEquals(0, ended.status(), ended::said);
    assertTrue(ended.said().contains("goes on"), ended::said);
  }

  @Test
  void an_error_that_comes_again_and_again_is_logged_once() throws Exception {
    final var ended = run("request", "often");
    assertEquals(0, ended.status(), ended::said);
    assertEquals(2, ended.said().split("an error on thread", -1).length, ended::said);
  }

  @Test
  void a_thread_that_everything_needs_takes_the_process_with_it() throws Exception {
    final var ended = run("vital", "exception");
    assertEquals(FatalErrors.INTERNAL, ended.status(), ended::said);
    assertTrue(ended.said().contains("the thread writer ended"), ended::said);
  }

  private static Ended run(final String thread, final String how) throws Exception {
    final var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    final var process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Victim.class.getName(),
                    thread,
                    how))
            .redirectErrorStream(true)
            .start();
    try {
      final var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process goes on for ever");
      return new Ended(process.exitValue(), said);
    } finally {
      process.destroyForcibly();
    }
  }
}
