package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Runs the APNs client library Pushy in a process of its own against Apple's simulator: the
/// baseline with which the server's pushes per CPU-second are compared. The program in that process
/// is [PushyPeer].
///
/// Starting takes up to three minutes and a turn up to five; both block the caller. Must be closed,
/// or the process stays.
final class Pushy implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final LaunchedProcess process;

  /// The simulator to push to, and the credentials for it.
  ///
  /// @param port of the simulator, on loopback
  /// @param authority PEM file with its CA certificate
  /// @param key PEM file with the signing key (`.p8`)
  record Peer(int port, String authority, String key, String team, String keyId) {}

  private Pushy(final LaunchedProcess process) {
    this.process = process;
  }

  /// With a key of its own at a simulator in this process.
  ///
  /// @param folder for what it reads and its log
  /// @param tokens are pushed to in turn
  static Pushy at(final Path folder, final AppleSimulator apple, final List<String> tokens)
      throws IOException {
    final var authority = folder.resolve("apple-authority.pem");
    Files.writeString(authority, apple.authorityPem());
    final var file = folder.resolve("tokens.txt");
    Files.write(file, tokens);
    final var key = apple.makeKey();
    final var pem = folder.resolve("apple-key.p8");
    Files.writeString(pem, key.pem());
    final var peer =
        new Peer(
            apple.productionPort(), authority.toString(), pem.toString(), key.team(), key.keyId());
    return start(folder, peer, file);
  }

  /// @param folder for its log
  /// @param tokens a file, one a line; they are pushed to in turn
  static Pushy start(final Path folder, final Peer peer, final Path tokens) throws IOException {
    final var process =
        new LaunchedProcess(
            "Pushy",
            folder.resolve("pushy.txt"),
            Map.of(),
            List.of(
                    "bench",
                    "pushy-peer",
                    String.valueOf(peer.port()),
                    peer.authority(),
                    peer.key(),
                    peer.team(),
                    peer.keyId(),
                    AppSetup.APP,
                    tokens.toString())
                .toArray(String[]::new));
    process.await("ready", START);
    return new Pushy(process);
  }

  /// Pushes so often; answers CPU-seconds.
  ///
  /// @throws IOException when a push failed
  double turn(final long pushes) throws IOException {
    final var cpu = new Cpu(process.pid());
    final var before = cpu.used();
    process.say("run " + pushes);
    final var done = process.await("done ", LONGEST).split(" ");
    if (!done[2].equals("0")) {
      throw new IOException("Pushy failed " + done[2] + " of " + pushes + " pushes");
    }
    return cpu.used().since(before).work();
  }

  @Override
  public void close() {
    process.close();
  }
}
