package dev.reveille.acceptance.stories;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real program from Debian in front of the server, with the example of the documentation as its
/// configuration.
final class FrontProgram implements AutoCloseable {
  private final Process process;
  private final Path log;

  private FrontProgram(final Process process, final Path log) {
    this.process = process;
    this.log = log;
  }

  /// The example as it stands in the documentation.
  static String example(final String name) throws IOException {
    return Files.readString(
        Packaged.launcher().resolveSibling("docs/operations/proxies").resolve(name));
  }

  /// The example with ports and paths of this machine; each replaced text must be there.
  static String example(final String name, final Map<String, String> replaced) throws IOException {
    var text = example(name);
    for (final var one : replaced.entrySet()) {
      if (!text.contains(one.getKey())) {
        throw new AssertionError(name + " does not say: " + one.getKey());
      }
      text = text.replace(one.getKey(), one.getValue());
    }
    return text;
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Starts it and waits until its ports are open.
  static FrontProgram start(final Path folder, final List<String> command, final int... ports)
      throws Exception {
    final var log = folder.resolve(Path.of(command.getFirst()).getFileName() + ".log");
    final var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    final var program = new FrontProgram(builder.start(), log);
    try {
      for (final var port : ports) {
        AcrossProcesses.get("port " + port, () -> program.takes(port) ? port : null);
      }
      return program;
    } catch (Exception | AssertionError failed) {
      program.close();
      throw failed;
    }
  }

  private boolean takes(final int port) throws IOException {
    if (!process.isAlive()) {
      throw new IOException("it ended: " + Files.readString(log));
    }
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          (int) Duration.ofSeconds(1).toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Runs a program to its end; answers what it said.
  static String run(final String... command) throws Exception {
    final var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    final var said = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command[0] + " did not end");
    }
    return said;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
