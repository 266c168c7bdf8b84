package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.SigningKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Gives an app another key again and again while pushes flow and the server is killed, as an
/// operator does who renews keys; Apple takes the former one back as soon as the server has
/// answered. Runs on a thread of its own until it is closed.
final class KeyRotation implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(700);
  private static final Duration UNTIL_SERVER_RUNS = Duration.ofMillis(50);

  private final Door server;
  private final String app;
  private final AppleSimulator apple;
  private final AtomicInteger changes = new AtomicInteger();
  private final Queue<String> secrets = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean running = true;
  private volatile @Nullable RuntimeException failed;
  private SigningKey key;

  /// The way to the server, which may be down.
  interface Door {
    SetupApi open() throws IOException;
  }

  /// @param first the key that the app has
  KeyRotation(
      final Door server, final String app, final AppleSimulator apple, final SigningKey first) {
    this.server = server;
    this.app = app;
    this.apple = apple;
    this.key = first;
    this.thread = Thread.ofPlatform().name("key-rotation").start(this::run);
  }

  private void run() {
    try {
      while (running) {
        TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
        change(apple.makeKey());
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException e) {
      failed = e;
    }
  }

  /// Until the server has answered: it may be killed meanwhile.
  private void change(final SigningKey next) throws InterruptedException {
    secrets.add(secret(next));
    while (running) {
      try (var api = server.open()) {
        api.call(
            "PUT",
            "/v1/apps/" + app + "/credentials/apns",
            Map.of(
                "team", next.team(),
                "keyId", next.keyId(),
                "key", next.pem(),
                "endpoint", apple.production(),
                "trust", apple.authorityPem()));
        apple.revoke(key.keyId());
        key = next;
        changes.incrementAndGet();
        return;
      } catch (final IOException _) {
        TimeUnit.MILLISECONDS.sleep(UNTIL_SERVER_RUNS.toMillis());
      }
    }
  }

  /// A line of the key that no other key has.
  static String secret(final SigningKey key) {
    return key.pem().lines().skip(2).findFirst().orElse(""); // the first tells the curve
  }

  /// How often the key was changed.
  int changes() {
    return changes.get();
  }

  /// What operators must not read.
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  /// @throws IllegalStateException when the changes came to an end before this, by a fault that is
  ///   no matter of a server that is down
  @Override
  public void close() throws InterruptedException {
    running = false;
    thread.interrupt();
    thread.join();
    final var why = failed;
    if (why != null) {
      throw new IllegalStateException("the key was not changed any more", why);
    }
  }
}
