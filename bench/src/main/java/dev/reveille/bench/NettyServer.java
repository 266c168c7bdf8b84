package dev.reveille.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Runs [NettyPeer], a long-poll server on Netty's stock codec, as a process of its own; the
/// constructor waits for it up to 30 s. Must be closed. An event goes to all held phones, whichever
/// are named, and its moment is just before the command for it is written.
final class NettyServer extends OneChannelServer {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final LaunchedProcess process;
  private final int port;

  NettyServer(final HeldStage stage, final boolean tls) throws IOException {
    super(stage, tls);
    final var log = stage.folder.resolve("netty.txt");
    final Map<String, String> environment = Map.of("REVEILLE_BUILD", "never");
    this.process =
        tls
            ? new LaunchedProcess(
                "stock Netty",
                log,
                environment,
                "bench",
                "netty-peer",
                stage.certificate().toString(),
                stage.key().toString())
            : new LaunchedProcess("stock Netty", log, environment, "bench", "netty-peer");
    this.port = number(process.await("ready ", LONGEST));
  }

  private static int number(final String line) {
    return Integer.parseInt(line.substring(line.indexOf(' ') + 1));
  }

  @Override
  public String name() {
    return "netty, poll";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int held() throws IOException {
    process.say("held");
    return number(process.await("held ", LONGEST));
  }

  @Override
  public long tell(final int phones) throws IOException {
    final var event = next();
    final long said = System.nanoTime();
    process.say("tell " + event);
    final var _ = process.await("told ", LONGEST);
    return said;
  }

  @Override
  public List<Long> processes() {
    return List.of(process.pid());
  }

  @Override
  public void close() {
    process.close();
  }
}
