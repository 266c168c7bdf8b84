package dev.reveille.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A checkout of the project, this one or another one, whose launcher starts programs of its own
/// build.
///
/// @param launcher its `reveille`
/// @param isThis whether it is the one this process was started from, whose children run the same
///   build
record Checkout(Path launcher, boolean isThis) {
  /// What [#commit] says of a checkout that git does not know.
  static final String NO_COMMIT = "an unknown commit";

  private static final long LONGEST_BUILD_MINUTES = 15;
  private static final Pattern AS_COMMITTED = Pattern.compile("[0-9a-f]{7,64}");

  /// The one this process was started from.
  static final Checkout THIS = new Checkout(ofThis(), true);

  private static Path ofThis() {
    final var given = System.getProperty("reveille.launcher");
    return given != null ? Path.of(given) : Path.of("reveille").toAbsolutePath();
  }

  /// Another one; its launcher builds it if need be.
  ///
  /// @throws IOException when there is none, or it cannot be built
  static Checkout at(final Path folder) throws IOException {
    final var checkout = new Checkout(folder.resolve("reveille").toAbsolutePath(), false);
    if (!Files.isExecutable(checkout.launcher)) {
      throw new IOException(folder + " is no checkout: it has no ./reveille");
    }
    final var build = new ProcessBuilder(checkout.launcher.toString(), "help");
    checkout.prepare(build.environment(), Map.of());
    build.environment().remove("REVEILLE_BUILD");
    final var running =
        build
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (!running.waitFor(LONGEST_BUILD_MINUTES, TimeUnit.MINUTES) || running.exitValue() != 0) {
        running.destroy();
        throw new IOException(folder + " cannot be built; see above");
      }
    } catch (final InterruptedException interrupted) {
      running.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    return checkout;
  }

  Path folder() {
    return java.util.Objects.requireNonNull(launcher.getParent(), "a launcher lies in a folder");
  }

  /// Behind the name of what it does: nothing for the build of this process.
  String where() {
    return isThis ? "" : " in " + folder();
  }

  /// The commit it stands at, with `-dirty` behind it where files differ from that commit.
  String commit() throws IOException {
    if (!Files.exists(folder().resolve(".git"))) { // git would ask the folders above it
      return NO_COMMIT;
    }
    final var git =
        new ProcessBuilder(
                "git",
                "-C",
                folder().toString(),
                "describe",
                "--always",
                "--dirty",
                "--exclude=*",
                "--abbrev=12")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var output = git.getInputStream()) {
      final var commit = new String(output.readAllBytes(), StandardCharsets.US_ASCII).strip();
      return git.waitFor() == 0 ? commit : NO_COMMIT;
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /// Whether its servers start from a cache of loaded classes. A server without one is slower for a
  /// while after its start, however many events it is warmed up with, so only like can be compared
  /// with like.
  boolean startsFromCache() {
    final var run = isThis ? System.getenv("REVEILLE_RUN") : null;
    final var build = run == null ? folder().resolve("target/run/current") : Path.of(run);
    return Files.exists(build.resolve("server.aot"));
  }

  /// Where in a folder of kept phones those of this build are: the folder itself for the build of
  /// this process, a folder named by its commit for another one. Absent where no phones are kept,
  /// or no commit tells whose they are.
  @Nullable Path kept(final @Nullable Path phones) throws IOException {
    if (phones == null || isThis) {
      return phones;
    }
    final var commit = commit();
    return AS_COMMITTED.matcher(commit).matches() ? phones.resolve("of-" + commit) : null;
  }

  /// A configuration in the words of this build as that of the checkout reads it: an older one
  /// knows the former names of keys only, and refuses others.
  String configuration(final String here) throws IOException {
    final var page = folder().resolve("docs/operations/configuration.md");
    final boolean isFormer =
        !isThis && Files.exists(page) && !Files.readString(page).contains("max-queued-events");
    return isFormer ? here.replace("max-queued-events", "most-in-heap") : here;
  }

  /// The command that starts one of its programs.
  List<String> command(final List<String> arguments) {
    final var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    return command;
  }

  /// What is said to the programs of this build must not lead another checkout to it.
  void prepare(final Map<String, String> environment, final Map<String, String> added) {
    if (!isThis) {
      environment.remove("REVEILLE_RUN");
    }
    environment.putAll(added);
  }
}
