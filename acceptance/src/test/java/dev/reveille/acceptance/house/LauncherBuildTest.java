package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.acceptance.house.FakeCheckout.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real launcher in a checkout whose Maven and JDK are small scripts: when it builds, what it
/// starts, and what it says.
class LauncherBuildTest {
  @TempDir private Path folder = Path.of("");

  private FakeCheckout checkout = new FakeCheckout(folder);

  @BeforeEach
  void a_fresh_checkout() throws Exception {
    checkout = new FakeCheckout(folder);
    checkout.layOut();
  }

  @Test
  void the_first_start_builds_visibly_on_stderr_and_then_becomes_the_program() throws Exception {
    final var ran = checkout.run("users", "list", "two words");

    assertEquals(0, ran.exit(), ran.err());
    assertEquals(
        """
        Building Reveille (first run: one to ten minutes, as busy as the machine is) ...
          model
          server
          cli
          simulators
          bench
        Preparing quick starts ... cli server
        """,
        ran.err());
    assertEquals("dev.reveille.cli.Main [users] [list] [two words]", ran.program());
    assertEquals(1, checkout.builds());
  }

  @Test
  void a_second_start_builds_nothing_and_says_nothing() throws Exception {
    checkout.run("help");

    final var second = checkout.run("help");

    assertEquals("", second.err());
    assertEquals(1, checkout.builds());
  }

  @Test
  void a_newer_source_and_a_removed_one_are_built_but_a_newer_test_is_not() throws Exception {
    checkout.run("help");

    checkout.touch("server/src/test/java/SomeTest.java");
    assertEquals("", checkout.run("help").err());

    checkout.touch("server/src/main/java/Main.java");
    assertTrue(checkout.run("help").err().startsWith("Building Reveille ..."));

    checkout.remove("server/src/main/java/Main.java");
    assertTrue(checkout.run("help").err().startsWith("Building Reveille ..."));

    checkout.touch("bench/src/test/java/BenchServer.java"); // what the launcher starts
    assertTrue(checkout.run("help").err().startsWith("Building Reveille ..."));
    assertEquals(4, checkout.builds());
  }

  @Test
  void each_program_has_its_own_main_and_class_path() throws Exception {
    assertEquals(
        "dev.reveille.server.Main [--data] [d]", checkout.run("serve", "--data", "d").program());
    assertEquals(
        "dev.reveille.simulators.Main [apple]", checkout.run("simulate", "apple").program());
    assertEquals("dev.reveille.bench.Main [wake]", checkout.run("bench", "wake").program());
    assertEquals("dev.reveille.cli.Main", checkout.run().program());

    assertEquals(
        List.of("server-1.jar", "shared.jar", "of-server.jar"), checkout.run("serve").classPath());
    assertEquals(List.of("cli-1.jar", "shared.jar", "of-cli.jar"), checkout.run().classPath());
  }

  @Test
  void the_benches_own_server_is_the_server_with_the_tests_of_the_benches_behind_it()
      throws Exception {
    checkout.environment().put("REVEILLE_JAVA_OPTS", "-Xmx3g");

    final var ran = checkout.run("bench-server", "--store", "memory");

    assertEquals("dev.reveille.bench.server.BenchServer [--store] [memory]", ran.program());
    assertEquals(
        List.of(
            "server-1.jar",
            "shared.jar",
            "of-server.jar",
            "bench-1-tests.jar",
            "routing-1-tests.jar"),
        ran.classPath());
    assertEquals(checkout.run("serve").options(), ran.options());
  }

  @Test
  void a_release_without_the_tests_has_no_server_of_the_benches() throws Exception {
    checkout.run("help");
    checkout.remove("bench/target/bench-1-tests.jar");
    checkout.touch("server/target/server-1.jar");

    final var refused = checkout.run("bench-server");

    assertEquals(69, refused.exit());
    assertTrue(refused.lastError().contains("packaged with the tests"), refused.lastError());
    assertEquals("dev.reveille.server.Main", checkout.run("serve").program());
  }

  @Test
  void only_the_server_takes_the_options_of_REVEILLE_JAVA_OPTS() throws Exception {
    checkout.environment().put("REVEILLE_JAVA_OPTS", "-Xmx3g -Dmine=1");

    assertTrue(checkout.run("serve").options().containsAll(List.of("-Xmx3g", "-Dmine=1")));
    assertFalse(checkout.run("users").options().contains("-Xmx3g"));
  }

  @Test
  void a_start_uses_the_cache_made_with_the_same_options() throws Exception {
    final var serve = checkout.run("serve");
    final var cache = serve.options().getFirst();

    assertEquals("-XX:AOTCache=" + serve.line("REVEILLE_RUN=") + "/server.aot", cache);
    assertTrue(Files.exists(Path.of(cache.substring("-XX:AOTCache=".length()))));
    assertTrue(serve.options().containsAll(List.of("-Xlog:aot*=off", "-Xlog:cds*=off")));
    assertTrue(checkout.run("users").options().getFirst().endsWith("/cli.aot"));
    assertTrue(checkout.run("bench").options().stream().noneMatch(o -> o.contains("AOTCache")));
  }

  @Test
  void a_program_learns_where_its_launcher_is_and_its_children_run_the_same_build()
      throws Exception {
    final var parent = checkout.run("demo");
    final var launcher = folder.toRealPath().resolve("reveille");
    assertTrue(parent.options().contains("-Dreveille.launcher=" + launcher));

    checkout.environment().put("REVEILLE_RUN", parent.line("REVEILLE_RUN="));
    checkout.touch("server/src/main/java/Main.java");
    final var child = checkout.run("serve");

    assertEquals("", child.err());
    assertEquals(1, checkout.builds());
    assertEquals(parent.line("REVEILLE_RUN="), child.line("REVEILLE_RUN="));
  }

  @Test
  void the_jars_of_a_running_program_outlive_the_next_build() throws Exception {
    final var running = checkout.run("serve").classPathFiles();
    checkout.touch("server/src/main/java/Main.java");

    final var next = checkout.run("serve").classPathFiles();

    assertFalse(next.equals(running));
    assertTrue(running.stream().allMatch(Files::exists));
  }

  @Test
  void two_first_starts_at_once_build_once() throws Exception {
    checkout.holdMaven();
    final var first = checkout.start("users");
    checkout.awaitMaven();
    final var second = checkout.start("devices");
    second.awaitError("waiting for another build to finish");
    checkout.releaseMaven();

    assertEquals("dev.reveille.cli.Main [users]", first.finish().program());
    assertEquals("dev.reveille.cli.Main [devices]", second.finish().program());
    assertEquals(1, checkout.builds());
  }

  @Test
  void a_build_that_fails_shows_why_and_is_tried_again_next_time() throws Exception {
    checkout.breakMaven("[ERROR] Main.java:[3,7] error: cannot find symbol");

    final var failed = checkout.run("users");

    assertEquals(70, failed.exit());
    assertEquals("", failed.out());
    assertTrue(failed.err().contains("\nMain.java:[3,7] error: cannot find symbol\n"));
    assertTrue(failed.lastError().startsWith("reveille: the build failed; "));

    checkout.mendMaven();
    assertEquals(0, checkout.run("users").exit());
  }

  @Test
  void a_source_changed_while_the_build_runs_is_built_next_time() throws Exception {
    checkout.holdMaven();
    final var first = checkout.start("users");
    checkout.awaitMaven();
    checkout.touch("server/src/main/java/Main.java", FileTime.from(Instant.now()));
    checkout.releaseMaven();
    first.finish();

    checkout.run("users");

    assertEquals(2, checkout.builds());
  }

  @Test
  void inside_a_build_nothing_is_built_and_what_is_missing_is_said() throws Exception {
    checkout.environment().put("REVEILLE_BUILD", "never");

    final Ran missing = checkout.run("users");
    assertEquals(69, missing.exit());
    assertTrue(missing.lastError().contains("server is not built; run ./mvnw"));

    checkout.runMaven();
    assertEquals("dev.reveille.cli.Main [users]", checkout.run("users").program());
    assertEquals(1, checkout.builds());
  }

  @Test
  void a_link_to_the_launcher_starts_it_too() throws Exception {
    final var link =
        Files.createSymbolicLink(folder.resolve("rv link"), folder.resolve("reveille"));

    assertEquals("dev.reveille.cli.Main [users]", checkout.runAs(link, "users").program());
  }
}
