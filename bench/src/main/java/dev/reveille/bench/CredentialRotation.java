package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.apple.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Gives an app other credentials again and again while pushes flow and the server is killed, as an
/// operator does who renews them: another key and another certificate in turn, the certificate as
/// PKCS#12 and as PEM in turn. The certificate is for Apple's sandbox, the key for all else. Apple
/// takes the former one back as soon as the server has answered. Runs on a thread of its own until
/// it is closed.
final class CredentialRotation implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(700);
  private static final Duration UNTIL_SERVER_RUNS = Duration.ofMillis(50);

  private final Door server;
  private final String app;
  private final AppleSimulator apple;
  private final PushAuthority authority;
  private final AtomicInteger keys = new AtomicInteger();
  private final AtomicInteger certificates = new AtomicInteger();
  private final List<String> takenBack = new ArrayList<>();
  private final Queue<String> secrets = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean running = true;
  private volatile @Nullable RuntimeException failed;
  private SigningKey key;
  private Issued certificate;

  /// The way to the server, which may be down.
  interface Door {
    SetupApi open() throws IOException;
  }

  /// @param authority whose certificates Apple takes
  /// @param key that the app has
  /// @param certificate that [#give] gave it
  CredentialRotation(
      final Door server,
      final String app,
      final AppleSimulator apple,
      final PushAuthority authority,
      final SigningKey key,
      final Issued certificate) {
    this.server = server;
    this.app = app;
    this.apple = apple;
    this.authority = authority;
    this.key = key;
    this.certificate = certificate;
    this.thread = Thread.ofPlatform().name("credential-rotation").start(this::run);
  }

  /// One for the app's sandbox.
  static Issued issue(final PushAuthority authority, final String app) {
    return authority.issue(Wish.universal(app).in(false, true));
  }

  /// Gives the app a certificate beside its key.
  static void give(
      final SetupApi api, final String app, final AppleSimulator apple, final Issued certificate)
      throws IOException {
    api.call("PUT", certificatePath(app), withHosts(apple, pem(certificate)));
  }

  private static String path(final String app) {
    return "/v1/apps/" + app + "/credentials/apns";
  }

  private static String certificatePath(final String app) {
    return path(app) + "/sandbox";
  }

  private static Map<String, String> withHosts(
      final AppleSimulator apple, final Map<String, String> credential) {
    final var body = new HashMap<>(credential);
    body.put("endpoint", apple.production());
    body.put("sandboxEndpoint", apple.sandbox());
    body.put("trust", apple.authorityPem());
    return body;
  }

  private static Map<String, String> pem(final Issued certificate) {
    return Map.of(
        "environment", "sandbox",
        "certificate", certificate.certificatePem(),
        "privateKey", certificate.keyPem());
  }

  /// @param password that the file is encrypted with
  private static Map<String, String> pkcs12(final Issued certificate, final String password) {
    try {
      final var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "push",
          certificate.key(),
          password.toCharArray(),
          new Certificate[] {certificate.certificate()});
      final var file = new ByteArrayOutputStream();
      store.store(file, password.toCharArray());
      return Map.of(
          "environment",
          "sandbox",
          "pkcs12",
          Base64.getEncoder().encodeToString(file.toByteArray()),
          "password",
          password);
    } catch (final GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK cannot write PKCS#12", e);
    }
  }

  private void run() {
    try {
      while (running) {
        TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
        changeKey();
        TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
        changeCertificate();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException e) {
      failed = e;
    }
  }

  private void changeKey() throws InterruptedException {
    final var next = apple.makeKey();
    secrets.add(secret(next.pem()));
    final var body = Map.of("team", next.team(), "keyId", next.keyId(), "key", next.pem());
    if (isTaken(path(app), body)) {
      apple.revoke(key.keyId());
      key = next;
      keys.incrementAndGet();
    }
  }

  private void changeCertificate() throws InterruptedException {
    final var next = issue(authority, app);
    final var password = UUID.randomUUID().toString();
    secrets.add(secret(next.keyPem()));
    secrets.add(password);
    final var body = certificates.get() % 2 == 0 ? pkcs12(next, password) : pem(next);
    if (isTaken(certificatePath(app), body)) {
      takenBack.add(certificate.certificate().getSerialNumber().toString(16));
      apple.refuseCertificates(takenBack);
      certificate = next;
      certificates.incrementAndGet();
    }
  }

  /// Until the server has answered, which may be killed meanwhile; false when this was closed
  /// before.
  private boolean isTaken(final String where, final Map<String, String> credential)
      throws InterruptedException {
    while (running) {
      try (var api = server.open()) {
        api.call("PUT", where, withHosts(apple, credential));
        return true;
      } catch (final IOException _) {
        TimeUnit.MILLISECONDS.sleep(UNTIL_SERVER_RUNS.toMillis());
      }
    }
    return false;
  }

  /// A line of a private key that no other key has.
  ///
  /// @param pem PKCS#8
  static String secret(final String pem) {
    return pem.lines().skip(2).findFirst().orElse(""); // the first tells the curve
  }

  /// How often the key was changed.
  int keyChanges() {
    return keys.get();
  }

  /// How often the certificate was changed.
  int certificateChanges() {
    return certificates.get();
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
      throw new IllegalStateException("the credentials were not changed any more", why);
    }
  }
}
