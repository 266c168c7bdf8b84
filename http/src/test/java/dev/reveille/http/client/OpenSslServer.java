package dev.reveille.http.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A TLS server that is not ours: `openssl s_server`, on a port that the system chooses, which
/// wants to see a certificate and refuses what it cannot verify.
final class OpenSslServer implements AutoCloseable {
  private static final String LISTENS = "ACCEPT 127.0.0.1:";

  private final Process process;
  private final int port;

  /// @param folder holds `server.pem` and `server.key`
  /// @param options what it verifies by
  OpenSslServer(final Path folder, final String... options) throws IOException {
    final var command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:0"));
    command.addAll(List.of("-cert", "server.pem", "-key", "server.key"));
    command.addAll(List.of("-Verify", "1", "-verify_return_error"));
    command.addAll(List.of(options));
    this.process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    this.port = listening(process);
  }

  private static int listening(final Process process) throws IOException {
    final var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    final var said = new ArrayList<String>();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(LISTENS)) {
        Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {})); // so that it can go on
        return Integer.parseInt(line.substring(LISTENS.length()));
      }
      said.add(line);
    }
    throw new IOException("openssl s_server ended: " + said);
  }

  int port() {
    return port;
  }

  /// Runs openssl once.
  static void run(final Path folder, final String... arguments)
      throws IOException, InterruptedException {
    final var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    final var run =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    final var said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (run.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
