package dev.reveille.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The [NettyPeer] as a process of its own.
final class NettyServer implements LongPollServer {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final byte[] REQUEST =
      "GET /sub HTTP/1.1\r\nHost: phones.example.org\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final @Nullable Path trust;
  private final LaunchedProcess process;
  private final int port;
  private int told;

  NettyServer(final HeldStage stage, final boolean tls) throws IOException {
    this.trust = tls ? stage.authority() : null;
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
  public @Nullable Path trust() {
    return trust;
  }

  @Override
  public byte[] opening(final int phone) {
    return REQUEST.clone();
  }

  @Override
  public byte[] again(final int phone, final String answer) {
    return REQUEST.clone();
  }

  @Override
  public int held() throws IOException {
    process.say("held");
    return number(process.await("held ", LONGEST));
  }

  @Override
  public long tell(final int phones) throws IOException {
    told++;
    final long said = System.nanoTime();
    process.say("tell " + told(0));
    final var _ = process.await("told ", LONGEST);
    return said;
  }

  @Override
  public String told(final int phone) {
    return "event " + told;
  }

  @Override
  public List<String> contents(final String answer) {
    return List.of(answer);
  }

  @Override
  public @Nullable Talk talk() {
    return null;
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
