package dev.reveille.cli.phone;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Switches the terminal to a mode in which each key is delivered at once and not echoed. However
/// the program ends, except by SIGKILL, the terminal is restored.
final class RawTerminal implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");

  private final String before;
  private final Thread atTheEnd = Thread.ofPlatform().name("terminal").unstarted(this::restore);

  private RawTerminal(final String before) {
    this.before = before;
  }

  /// Empty when there is no terminal, or none that can be told: then lines are typed.
  static Optional<RawTerminal> enter() {
    try {
      final var terminal = new RawTerminal(stty("-g"));
      Runtime.getRuntime().addShutdownHook(terminal.atTheEnd);
      stty("-icanon", "-echo", "min", "1", "time", "0");
      return Optional.of(terminal);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException e) {
      // the process is going: it is restored a second time
    }
  }

  private void restore() {
    try {
      stty(before);
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal could not be restored: type `stty sane`", e);
    }
  }

  private static String stty(final String... arguments) throws IOException {
    final var command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    final var process = new ProcessBuilder(command).redirectInput(TERMINAL).start();
    try {
      final String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("stty refused");
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
