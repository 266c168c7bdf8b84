package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.TrustingClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Sends single requests with the JDK's own client, right or wrong as a test wants them. One client
/// is one connection.
final class AppSender {
  static final String APP = "org.example.app";

  private final AppleSimulator apple;
  private final SigningKey key;
  private HttpClient client;
  private String token;

  AppSender(final AppleSimulator apple, final SigningKey key)
      throws GeneralSecurityException, IOException {
    this.apple = apple;
    this.key = key;
    this.client = connection(apple);
    this.token = provider(key, Instant.now());
  }

  private static HttpClient connection(final AppleSimulator apple)
      throws GeneralSecurityException, IOException {
    return TrustingClient.of(apple.authorityPem(), HttpClient.Version.HTTP_2, Optional.empty());
  }

  /// A new connection, without the memory of the one before.
  void reconnect() throws GeneralSecurityException, IOException {
    client = connection(apple);
  }

  void sign(final Instant at) throws GeneralSecurityException {
    token = provider(key, at);
  }

  static String provider(final SigningKey key, final Instant at) throws GeneralSecurityException {
    final var base64 = Base64.getUrlEncoder().withoutPadding();
    final String statement =
        base64.encodeToString(
                ("{\"alg\":\"ES256\",\"kid\":\"" + key.keyId() + "\"}")
                    .getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(
                ("{\"iss\":\"" + key.team() + "\",\"iat\":" + at.getEpochSecond() + "}")
                    .getBytes(StandardCharsets.UTF_8));
    final var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(key.pair().getPrivate());
    signer.update(statement.getBytes(StandardCharsets.US_ASCII));
    return statement + "." + base64.encodeToString(signer.sign());
  }

  /// The headers of a proper alert; a test changes what it wants.
  Map<String, String> headers() {
    final var headers = new LinkedHashMap<String, String>();
    headers.put("authorization", "bearer " + token);
    headers.put("apns-topic", APP);
    headers.put("apns-push-type", "alert");
    headers.put("apns-id", UUID.randomUUID().toString());
    return headers;
  }

  HttpResponse<String> send(
      final String device, final Map<String, String> headers, final String payload)
      throws IOException, InterruptedException {
    return send("POST", "/3/device/" + device, headers, payload, false);
  }

  HttpResponse<String> send(
      final String method,
      final String path,
      final Map<String, String> headers,
      final String payload,
      final boolean sandbox)
      throws IOException, InterruptedException {
    final var request =
        HttpRequest.newBuilder(URI.create((sandbox ? apple.sandbox() : apple.production()) + path))
            .method(method, BodyPublishers.ofString(payload));
    headers.forEach((name, value) -> {
      if (!value.isEmpty()) {
        request.header(name, value);
      }
    });
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// A proper alert with these words.
  HttpResponse<String> alert(final String device, final String words, final String... more)
      throws IOException, InterruptedException {
    final var headers = headers();
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return send(device, headers, "{\"aps\":{\"alert\":\"" + words + "\"}}");
  }
}
