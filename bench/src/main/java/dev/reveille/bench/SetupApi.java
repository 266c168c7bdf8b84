package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A blocking client of the server's API with which benches prepare users, apps and keys. A request
/// waits for at most 30 seconds.
final class SetupApi implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final URI server;
  private final String authorization;

  SetupApi(final URI server, final String authorization, final SSLContext trust) {
    this.server = server;
    this.authorization = authorization;
    this.client =
        HttpClient.newBuilder().sslContext(trust).connectTimeout(Duration.ofSeconds(10)).build();
  }

  /// A TLS context that trusts the authorities of a PEM file.
  static SSLContext trusting(final Path authorities) throws IOException {
    try {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      int number = 0;
      for (final var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(authorities)))) {
        store.setCertificateEntry("authority" + number++, certificate);
      }
      final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      final var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (final GeneralSecurityException wrong) {
      throw new IOException("cannot trust " + authorities, wrong);
    }
  }

  /// Sends and answers the JSON that came back.
  ///
  /// @throws IOException when the answer is not a success; the message holds what the server said
  JsonNode call(final String method, final String path, final Object body) throws IOException {
    final var answer = send(method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
  }

  HttpResponse<String> send(final String method, final String path, final Object body)
      throws IOException {
    final var text = body.equals("") ? "" : JSON.writeValueAsString(body);
    final var request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(text));
    if (!authorization.isEmpty()) {
      request.header("Authorization", "Bearer " + authorization);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
