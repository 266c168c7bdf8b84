package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the two commands at the root find a JDK, and what they say when there is none.
class LauncherTest {
  private static final int UNAVAILABLE = 69;
  private static final int USED_WRONGLY = 2;

  /// What a command left behind.
  private record Ran(int exit, String out, String err) {}

  private final Path root = SourceTree.ofThisBuild().root();

  @TempDir private Path folder = Path.of("");

  private Path usual = folder;

  @BeforeEach
  void an_empty_usual_folder() throws IOException {
    usual = Files.createDirectory(folder.resolve("usual folder"));
  }

  @Test
  void the_first_jdk_that_is_new_enough_is_taken_from_the_usual_folders() throws Exception {
    jdk(usual.resolve("java-1.8.0"), "1.8.0_412");
    jdk(usual.resolve("java-17-openjdk"), "17.0.15");
    final var good = jdk(usual.resolve("temurin-25-jdk"), "25.0.3");
    jdk(usual.resolve("zulu-26"), "26-ea");

    assertEquals(good.toString(), find(Map.of()).out());
  }

  @Test
  void an_early_access_release_counts_by_its_number() throws Exception {
    final var early = jdk(usual.resolve("jdk-26"), "26-ea");

    assertEquals(early.toString(), find(Map.of()).out());
  }

  @Test
  void JAVA_HOME_goes_before_the_usual_folders_unless_it_is_too_old() throws Exception {
    final var usualOne = jdk(usual.resolve("temurin-25-jdk"), "25.0.3");
    final var mine = jdk(folder.resolve("mine"), "26.0.1");
    final var old = jdk(folder.resolve("old"), "21.0.2");

    assertEquals(mine.toString(), find(Map.of("JAVA_HOME", mine.toString())).out());
    assertEquals(usualOne.toString(), find(Map.of("JAVA_HOME", old.toString())).out());
  }

  @Test
  void REVEILLE_JAVA_HOME_goes_before_everything() throws Exception {
    final var mine = jdk(folder.resolve("mine"), "25");
    final var other = jdk(folder.resolve("other"), "26");

    final var found =
        find(Map.of("JAVA_HOME", other.toString(), "REVEILLE_JAVA_HOME", mine.toString()));

    assertEquals(mine.toString(), found.out());
  }

  @Test
  void a_macOS_folder_holds_its_jdk_deeper() throws Exception {
    final var deep = jdk(usual.resolve("temurin-25.jdk/Contents/Home"), "25.0.3");

    assertEquals(deep.toString(), find(Map.of()).out());
  }

  @Test
  void a_runtime_without_compiler_is_no_jdk() throws Exception {
    Files.delete(jdk(usual.resolve("jre-25"), "25.0.3").resolve("bin/javac"));

    assertEquals("", find(Map.of()).out());
  }

  @Test
  void without_any_jdk_the_problem_and_its_remedy_are_one_sentence() throws Exception {
    jdk(usual.resolve("java-17-openjdk"), "17.0.15");

    final var found = find(Map.of());

    assertEquals(1, found.exit());
    assertOneSentence(found.err(), "no JDK 25 or newer found", "set REVEILLE_JAVA_HOME");
  }

  @Test
  void both_commands_refuse_a_REVEILLE_JAVA_HOME_that_is_too_old_or_empty() throws Exception {
    final var old = jdk(folder.resolve("old"), "17.0.15").toString();
    final var empty = Files.createDirectory(folder.resolve("empty")).toString();

    for (final var command : new String[] {"./reveille", "./verify"}) {
      final var tooOld = run(Map.of("REVEILLE_JAVA_HOME", old), command);
      assertEquals(UNAVAILABLE, tooOld.exit(), command);
      assertEquals("", tooOld.out());
      assertOneSentence(tooOld.err(), old, "holds JDK 17", "JDK 25 or newer");

      final var none = run(Map.of("REVEILLE_JAVA_HOME", empty), command);
      assertEquals(UNAVAILABLE, none.exit(), command);
      assertOneSentence(none.err(), empty, "holds no JDK");
    }
  }

  @Test
  void verify_used_wrongly_says_so() throws Exception {
    final var ran = run(Map.of(), "./verify", "--fast");

    assertEquals(USED_WRONGLY, ran.exit());
    assertOneSentence(ran.err(), "--fast", "--help");
  }

  @Test
  void the_scripts_pass_the_script_checker() throws Exception {
    final var ran = run(Map.of(), "shellcheck", "-x", "reveille", "verify", ".ci/run");

    assertEquals(0, ran.exit(), ran.out() + ran.err());
  }

  /// Asks the script's own search, with our folder in place of the usual ones.
  private Ran find(final Map<String, String> environment) throws Exception {
    return run(
        environment,
        "bash",
        "-c",
        """
        . .mvn/jdk.sh
        jdk_folders=("$1")
        find_jdk && printf %s "$jdk" || { echo "$jdk_problem" >&2; exit 1; }
        """,
        "find",
        usual.toString());
  }

  private static Path jdk(final Path home, final String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    for (final var program : new String[] {"bin/java", "bin/javac"}) {
      Files.writeString(home.resolve(program), "#!/bin/sh\nexit 99\n");
      assertTrue(home.resolve(program).toFile().setExecutable(true));
    }
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Example\"\nJAVA_VERSION=\"%s\"\nOS_NAME=\"Linux\"".formatted(version));
    return home;
  }

  private Ran run(final Map<String, String> environment, final String... command) throws Exception {
    final var err = folder.resolve("err.txt");
    final var builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().keySet().removeAll(Set.of("JAVA_HOME", "REVEILLE_JAVA_HOME"));
    builder.environment().putAll(environment);
    final var process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    final var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  private static void assertOneSentence(final String text, final String... parts) {
    assertEquals(1, text.strip().lines().count(), text);
    assertTrue(text.strip().endsWith("."), text);
    for (final var part : parts) {
      assertTrue(text.contains(part), () -> text + " should say " + part);
    }
  }
}
