package dev.reveille.simulators.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The JDK's client, which knows nothing of the simulators, with trust in one of them.
public final class TrustingClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrustingClient() {}

  /// @param authority as PEM
  /// @param own the certificate that it shows
  public static HttpClient of(
      final String authority,
      final HttpClient.Version version,
      final Optional<LoopbackCertificates> own)
      throws GeneralSecurityException, IOException {
    return HttpClient.newBuilder()
        .sslContext(tls(authority, own))
        .version(version)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  public static SSLContext tls(final String authority, final Optional<LoopbackCertificates> own)
      throws GeneralSecurityException, IOException {
    final var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII))));
    final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    final var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    final var ownStore = KeyStore.getInstance(KeyStore.getDefaultType());
    ownStore.load(null, null);
    if (own.isPresent()) {
      ownStore.setKeyEntry(
          "own",
          own.get().leafKey().getPrivate(),
          new char[0],
          own.get().chain().toArray(X509Certificate[]::new));
    }
    keys.init(ownStore, new char[0]);
    final var tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return tls;
  }

  /// Asks a control port.
  public static JsonNode control(
      final HttpClient client, final String address, final String method, final String body)
      throws IOException, InterruptedException {
    final var answer =
        client.send(
            HttpRequest.newBuilder(URI.create(address))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    return JSON.readTree(answer.body());
  }
}
