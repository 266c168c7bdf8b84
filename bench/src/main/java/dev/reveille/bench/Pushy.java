package dev.reveille.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Pushy alone at Apple's simulator, as a process of its own: what our pushes per CPU-second are
/// compared with. The process is [PushyPeer].
final class Pushy implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Child child;

  /// What it needs to push to a simulator.
  ///
  /// @param port of the simulator
  /// @param authority a file, PEM
  /// @param key a file, PEM
  record Peer(int port, String authority, String key, String team, String keyId) {}

  private Pushy(final Child child) {
    this.child = child;
  }

  /// @param folder for its log
  /// @param tokens a file, one a line; they are pushed to in turn
  static Pushy start(final Path folder, final Peer peer, final Path tokens) throws IOException {
    final var child =
        new Child(
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
    child.await("ready", START);
    return new Pushy(child);
  }

  /// Pushes so often; answers CPU-seconds.
  ///
  /// @throws IOException when a push failed
  double turn(final long pushes) throws IOException {
    final var cpu = new Cpu(child.pid());
    final var before = cpu.used();
    child.say("run " + pushes);
    final var done = child.await("done ", LONGEST).split(" ");
    if (!done[2].equals("0")) {
      throw new IOException("Pushy failed " + done[2] + " of " + pushes + " pushes");
    }
    return cpu.used().since(before).work();
  }

  @Override
  public void close() {
    child.close();
  }
}
