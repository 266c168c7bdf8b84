package dev.reveille.simulators.phone;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The resources that all phones of a process share: HTTP client, threads and timers. A further
/// phone costs its sockets and a few objects. Thread-safe. Must be closed, which ends the threads.
public final class PhoneNetwork implements AutoCloseable {
  private final ExecutorService minds = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("phone-timers").factory());
  private final HttpClient http;

  private PhoneNetwork(final HttpClient.Builder http) {
    this.http =
        http.version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(minds)
            .build();
  }

  /// Without TLS, or with the system's own trust.
  public static PhoneNetwork plain() {
    return new PhoneNetwork(HttpClient.newBuilder());
  }

  /// Trusts these certificate authorities only.
  public static PhoneNetwork trusting(final String caPem) {
    return new PhoneNetwork(HttpClient.newBuilder().sslContext(context(caPem)));
  }

  private static SSLContext context(final String pem) {
    try {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      final var text =
          new ByteArrayInputStream(pem.replace("\uFEFF", "").getBytes(StandardCharsets.US_ASCII));
      for (final var certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(text)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      final var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the CA file holds no certificate", e);
    }
  }

  HttpClient http() {
    return http;
  }

  Serial newMind() {
    return new Serial(minds);
  }

  void in(final Duration delay, final Runnable task) {
    final var _ = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timers.shutdownNow();
    http.shutdownNow();
    minds.shutdownNow();
  }
}
