package dev.reveille.cli.demo;

import dev.reveille.cli.terminal.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A child process of the demonstration: writes lines to its standard input and waits for lines of
/// its standard output.
///
/// [#close] ends it: it closes its input and terminates it, and kills it after eight seconds. All
/// lines of its output are kept in memory, of its errors the last 20. Thread-safe.
final class DemoProcess implements AutoCloseable {
  private static final Duration LEAVING = Duration.ofSeconds(8);
  private static final Duration ERROR_OUTPUT_TIMEOUT = Duration.ofSeconds(2);
  private static final int MOST_COMPLAINTS = 20;

  private final String name;
  private final List<String> command;
  private final Process process;
  private final Thread complainer;

  // Guarded by `this`.
  private final List<String> said = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private boolean silent;

  private DemoProcess(final String name, final List<String> command, final Process process) {
    this.name = name;
    this.command = List.copyOf(command);
    this.process = process;
    this.complainer =
        Thread.ofPlatform().daemon().name(name + "-complains").unstarted(this::listenToComplaints);
  }

  /// Starts a program of the launcher.
  static DemoProcess start(
      final String name, final String launcher, final Path folder, final List<String> arguments) {
    final var command = new ArrayList<String>();
    command.add(launcher);
    command.addAll(arguments);
    final Process process;
    try {
      process = new ProcessBuilder(command).directory(folder.toFile()).start();
    } catch (IOException e) {
      throw Failure.missing(
          "The launcher " + launcher + " cannot be started.", "Run the demo with ./reveille demo");
    }
    final var child = new DemoProcess(name, command, process);
    // Threads of the system: reading a pipe pins a virtual one, and two cores carry only two.
    Thread.ofPlatform().daemon().name(name + "-says").start(child::listen);
    child.complainer.start();
    return child;
  }

  long pid() {
    return process.pid();
  }

  /// How many lines it has said so far: from there on, something new is waited for.
  synchronized int now() {
    return said.size();
  }

  /// What it has said since.
  synchronized List<String> since(final int line) {
    return List.copyOf(said.subList(line, said.size()));
  }

  /// Waits for a line; empty when it does not come in time or the program has ended.
  synchronized Optional<String> await(
      final int from, final Predicate<String> wanted, final Duration patience) {
    final long until = System.nanoTime() + patience.toNanos();
    int next = from;
    try {
      while (true) {
        while (next < said.size()) {
          final String line = said.get(next++);
          if (wanted.test(line)) {
            return Optional.of(line);
          }
        }
        final long left = until - System.nanoTime();
        if (left <= 0 || silent) {
          return Optional.empty();
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// The same, when the demonstration cannot go on without it.
  String need(final Predicate<String> wanted, final Duration patience) {
    return await(0, wanted, patience)
        .orElseThrow(() ->
            Failure.missing(
                "The " + name + " did not start." + complaint(),
                "Start it by hand to see more: " + String.join(" ", command)));
  }

  void tell(final String line) {
    try {
      process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      throw Failure.missing("The " + name + " has ended." + complaint(), "");
    }
  }

  /// What it wrote on its error stream last, as the end of a sentence. When it has ended, waits
  /// until its error output was read.
  private String complaint() {
    try {
      if (silent()) {
        complainer.join(ERROR_OUTPUT_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      return complaints.isEmpty() ? "" : " It says: " + String.join("\n  ", complaints);
    }
  }

  private synchronized boolean silent() {
    return silent;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close(); // some take this as the sign to leave
    } catch (IOException e) {
      // it has left already
    }
    process.destroy();
    try {
      if (!process.waitFor(LEAVING.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void listen() {
    forEachLine(
        process.getInputStream(),
        line -> {
          said.add(line);
          notifyAll();
        });
    synchronized (this) {
      silent = true;
      notifyAll();
    }
  }

  private void listenToComplaints() {
    forEachLine(
        process.getErrorStream(),
        line -> {
          if (complaints.size() == MOST_COMPLAINTS) {
            complaints.removeFirst();
          }
          complaints.add(line);
        });
  }

  private void forEachLine(
      final InputStream stream, final java.util.function.Consumer<String> what) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (this) {
          what.accept(line);
        }
      }
    } catch (IOException e) {
      // its end
    }
  }
}
