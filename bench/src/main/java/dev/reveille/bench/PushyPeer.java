package dev.reveille.bench;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The peer of the dispatch bench: Pushy alone, without server and storage, as a process of its
/// own. Reads `run N` on standard input and says `done OK FAILED SECONDS`.
final class PushyPeer {
  private static final int UNDER_WAY = 500;

  private PushyPeer() {}

  /// Arguments: port, trusted PEM, key file, team, key id, topic, file with tokens.
  static void main(final List<String> arguments) throws Exception {
    final int port = Integer.parseInt(arguments.get(0));
    final var topic = arguments.get(5);
    final var tokens = Files.readAllLines(Path.of(arguments.get(6)));
    final var client =
        new ApnsClientBuilder()
            .setApnsServer("localhost", port)
            .setUseAlpn(true)
            .setTrustedServerCertificateChain(new File(arguments.get(1)))
            .setSigningKey(
                ApnsSigningKey.loadFromPkcs8File(
                    new File(arguments.get(2)), arguments.get(3), arguments.get(4)))
            .build();
    final var payload = payload();
    System.out.println("ready");
    final var commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = commands.readLine(); line != null; line = commands.readLine()) {
      run(client, topic, tokens, payload, Long.parseLong(line.substring("run ".length())));
    }
    client.close().get(10, TimeUnit.SECONDS);
  }

  private static void run(
      final ApnsClient client,
      final String topic,
      final List<String> tokens,
      final String payload,
      final long count)
      throws InterruptedException {
    final var window = new Semaphore(UNDER_WAY);
    final var failed = new AtomicLong();
    final long begin = System.nanoTime();
    for (long i = 0; i < count; i++) {
      window.acquire();
      final var push =
          new SimpleApnsPushNotification(tokens.get((int) (i % tokens.size())), topic, payload);
      client
          .sendNotification(push)
          .whenComplete((answer, fault) -> {
            if (fault != null || !answer.isAccepted()) {
              failed.incrementAndGet();
            }
            window.release();
          });
    }
    window.acquire(UNDER_WAY);
    System.out.printf(
        "done %d %d %.3f%n", count - failed.get(), failed.get(), (System.nanoTime() - begin) / 1e9);
  }

  /// As long as the server's own pushes in this bench.
  private static String payload() {
    final var frame =
        "{\"aps\":{\"alert\":{\"title\":\"Morning\",\"body\":\"%s\"},\"badge\":1},\"reveille\":{\"v\":1}}";
    return frame.formatted("x".repeat(346 - frame.length() + 2));
  }
}
