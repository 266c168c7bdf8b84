package dev.reveille.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process of the packaged product, started through the launcher as a user would, and ended by
/// its own id. Its standard output is read line by line, its standard error goes to a file.
///
/// Must be closed: a process that is not outlives the bench. [#await] belongs to one thread.
final class LaunchedProcess implements AutoCloseable {
  private static final String END = "\u0000";

  private final String name;
  private final Path log;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final PrintWriter input;

  /// @param environment added to ours
  LaunchedProcess(
      final String name,
      final Path log,
      final Map<String, String> environment,
      final String... arguments)
      throws IOException {
    this(Checkout.THIS, name, log, environment, arguments);
  }

  /// @param checkout whose program it is
  LaunchedProcess(
      final Checkout checkout,
      final String name,
      final Path log,
      final Map<String, String> environment,
      final String... arguments)
      throws IOException {
    this(checkout, name, log, environment, checkout.command(List.of(arguments)));
  }

  private LaunchedProcess(
      final Checkout checkout,
      final String name,
      final Path log,
      final Map<String, String> environment,
      final List<String> command)
      throws IOException {
    this.name = name;
    this.log = log;
    final var builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    checkout.prepare(builder.environment(), environment);
    this.process = builder.start();
    this.input =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    // A thread of the system: reading a pipe pins a virtual thread, and two cores carry only two.
    Thread.ofPlatform().daemon().name(name + " output").start(this::read);
  }

  /// A program of this build that gives way to all others and has one processor at the most.
  static LaunchedProcess modest(
      final String name,
      final Path log,
      final Map<String, String> environment,
      final String... arguments)
      throws IOException {
    final var command = new ArrayList<String>();
    final int processors = Runtime.getRuntime().availableProcessors();
    if (isThere("taskset") && processors > 1) {
      command.addAll(List.of("taskset", "-c", String.valueOf(processors - 1)));
    }
    if (isThere("nice")) {
      command.addAll(List.of("nice", "-n", "10"));
    }
    command.addAll(Checkout.THIS.command(List.of(arguments)));
    return new LaunchedProcess(Checkout.THIS, name, log, environment, command);
  }

  /// A program that is not of this build.
  ///
  /// @param name what it is called where it fails
  static LaunchedProcess foreign(
      final String name,
      final Path log,
      final Map<String, String> environment,
      final List<String> command)
      throws IOException {
    return new LaunchedProcess(Checkout.THIS, name, log, environment, command);
  }

  private static boolean isThere(final String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private void read() {
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (final IOException _) {
      // it ended
    }
    lines.add(END);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void say(final String line) {
    input.println(line);
  }

  /// The next line that begins so.
  ///
  /// @throws IOException when the process ended or said nothing of the kind in time
  String await(final String beginning, final Duration longest) throws IOException {
    final long until = System.nanoTime() + longest.toNanos();
    try {
      while (true) {
        final @Nullable String line = lines.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null || line.equals(END)) {
          throw new IOException(
              line == null
                  ? "%s did not say %s within %s".formatted(name, beginning, longest)
                  : name
                      + " ended"
                      + (beginning.isEmpty() ? "" : " before it said " + beginning.strip())
                      + errorOutput());
        }
        if (line.startsWith(beginning)) {
          return line;
        }
      }
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /// The last lines of its standard error, which tell why it ended.
  private String errorOutput() throws IOException {
    final var written = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    return written.isEmpty() ? "" : ": " + written.getLast().strip();
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// Asks it to end, then waits.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
