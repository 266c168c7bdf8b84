package dev.reveille.acceptance.house;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A checkout with the real launcher, and with small scripts in the place of Maven and the JDK.
///
/// The fake `java` prints what it was called with, and writes the cache it is asked for. The fake
/// Maven makes a jar per program, counts its calls, and can be held in the middle: it writes into
/// one pipe and reads from another.
final class FakeCheckout {
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      main=
      while [ $# -gt 0 ]; do
        case $1 in
          -cp) echo "cp=$2"; shift ;;
          -XX:AOTCacheOutput=*) : >"${1#*=}"; echo "https://127.0.0.1:1" ;;
          -*) echo "option=$1" ;;
          *) main=$1; shift; break ;;
        esac
        shift
      done
      echo "REVEILLE_RUN=$REVEILLE_RUN"
      printf 'program=%s' "$main"
      [ $# -eq 0 ] || printf ' [%s]' "$@"
      echo
      """;

  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      cd "$(dirname "$0")"
      echo build >>builds.txt
      [ ! -e hold ] || { echo here >reached; read -r _ <release; }
      [ ! -e broken ] || { cat broken; exit 1; }
      mkdir -p repository
      for jar in shared of-server of-cli of-simulators of-bench; do echo "$jar" >"repository/$jar.jar"; done
      echo "[INFO] Building Reveille: model 1   [1/5]"
      for program in server cli simulators bench; do
        echo "[INFO] Building Reveille: $program 1   [2/5]"
        mkdir -p "$program/target"
        echo "$program" >"$program/target/$program-1.jar"
        echo tests >"$program/target/$program-1-tests.jar"
        printf %s "$PWD/repository/shared.jar:$PWD/repository/of-$program.jar" >"$program/target/classpath.txt"
      done
      mkdir -p routing/target
      echo tests >routing/target/routing-1-tests.jar
      """;

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();

  FakeCheckout(final Path root) {
    this.root = root;
  }

  void layOut() throws IOException, InterruptedException {
    final var real = SourceTree.ofThisBuild();
    Files.createDirectories(root.resolve(".mvn"));
    for (final var name : List.of("reveille", ".mvn/jdk.sh", ".mvn/lock.sh")) {
      Files.copy(real.resolve(name), root.resolve(name));
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (final var program : List.of("server", "cli", "simulators", "bench")) {
      Files.createDirectories(root.resolve(program + "/src/main/java"));
      Files.createDirectories(root.resolve(program + "/src/test/java"));
      Files.writeString(root.resolve(program + "/pom.xml"), "<project/>");
      Files.writeString(root.resolve(program + "/src/main/java/Main.java"), "");
    }
    script(root.resolve("mvnw"), MAVEN);
    script(root.resolve("jdk/bin/java"), JAVA);
    script(root.resolve("jdk/bin/javac"), "#!/bin/sh\n");
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    environment.put("REVEILLE_JAVA_HOME", root.resolve("jdk").toString());
  }

  Map<String, String> environment() {
    return environment;
  }

  Ran run(final String... arguments) throws Exception {
    return start(arguments).finish();
  }

  Ran runAs(final Path launcher, final String... arguments) throws Exception {
    return startAs(launcher, arguments).finish();
  }

  Started start(final String... arguments) throws IOException {
    return startAs(root.resolve("reveille"), arguments);
  }

  private Started startAs(final Path launcher, final String... arguments) throws IOException {
    final var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    final var builder = new ProcessBuilder(command).directory(root.toFile());
    builder
        .environment()
        .keySet()
        .removeAll(Set.of("REVEILLE_BUILD", "REVEILLE_RUN", "REVEILLE_JAVA_OPTS", "JAVA_HOME"));
    builder.environment().putAll(environment);
    final var process = builder.start();
    process.getOutputStream().close();
    return new Started(process, process.errorReader(StandardCharsets.UTF_8), new StringBuilder());
  }

  int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds.txt")).size();
  }

  void runMaven() throws Exception {
    new ProcessBuilder(root.resolve("mvnw").toString()).inheritIO().start().waitFor();
  }

  void breakMaven(final String words) throws IOException {
    Files.writeString(root.resolve("broken"), words + "\n");
  }

  void mendMaven() throws IOException {
    Files.delete(root.resolve("broken"));
  }

  /// From now on Maven stops in the middle until it is released.
  void holdMaven() throws Exception {
    new ProcessBuilder("mkfifo", "reached", "release").directory(root.toFile()).start().waitFor();
    Files.writeString(root.resolve("hold"), "");
  }

  void awaitMaven() throws IOException {
    Files.readString(root.resolve("reached"));
  }

  void releaseMaven() throws IOException {
    Files.delete(root.resolve("hold"));
    Files.writeString(root.resolve("release"), "go\n");
  }

  /// Makes the file, or makes it a little newer than anything that was built.
  void touch(final String name) throws IOException {
    touch(name, FileTime.from(Instant.now()));
  }

  void touch(final String name, final FileTime at) throws IOException {
    final var file = root.resolve(name);
    if (!Files.exists(file)) {
      Files.writeString(file, "");
    }
    Files.setLastModifiedTime(file, at);
  }

  void remove(final String name) throws IOException {
    Files.delete(root.resolve(name));
  }

  private static void script(final Path file, final String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }

  /// A launcher that runs.
  record Started(Process process, BufferedReader errors, StringBuilder errorsRead) {
    void awaitError(final String words) throws IOException {
      while (errorsRead.indexOf(words) < 0) {
        final var line = errors.readLine();
        if (line == null) {
          throw new IllegalStateException("ended without saying: " + words + "\n" + errorsRead);
        }
        errorsRead.append(line).append('\n');
      }
    }

    Ran finish() throws Exception {
      final var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      errors.lines().forEach(line -> errorsRead.append(line).append('\n'));
      return new Ran(process.waitFor(), out, errorsRead.toString());
    }
  }

  /// What a launcher left behind; the program is the fake `java`, which printed its call.
  record Ran(int exit, String out, String err) {
    String program() {
      return line("program=");
    }

    List<String> options() {
      return out.lines()
          .filter(line -> line.startsWith("option="))
          .map(line -> line.substring("option=".length()))
          .toList();
    }

    List<Path> classPathFiles() {
      return List.of(line("cp=").split(":")).stream().map(Path::of).toList();
    }

    List<String> classPath() {
      return classPathFiles().stream().map(file -> String.valueOf(file.getFileName())).toList();
    }

    String lastError() {
      return err.lines().reduce("", (_, line) -> line);
    }

    /// The rest of the one line of the output that begins so.
    String line(final String beginning) {
      return out.lines()
          .filter(line -> line.startsWith(beginning))
          .map(line -> line.substring(beginning.length()))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + beginning + " in " + this));
    }
  }
}
