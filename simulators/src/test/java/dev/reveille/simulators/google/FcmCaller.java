package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.TrustingClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// Sends single requests with the JDK's own client, right or wrong as a test wants them.
final class FcmCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GoogleSimulator google;
  private final HttpClient client;
  private String token = "";

  FcmCaller(final GoogleSimulator google) throws Exception {
    this.google = google;
    client = TrustingClient.of(google.authorityPem(), HttpClient.Version.HTTP_2, Optional.empty());
  }

  /// @param claims in the place of those that are right
  HttpResponse<String> assertion(final ServiceAccount account, final Map<String, Object> claims)
      throws Exception {
    final long now = Instant.now().getEpochSecond();
    final var all =
        JSON.createObjectNode()
            .put("iss", account.email())
            .put("scope", AccessTokens.MESSAGING)
            .put("aud", account.tokenUri())
            .put("iat", now)
            .put("exp", now + 3_600);
    claims.forEach((name, value) -> all.set(name, JSON.valueToTree(value)));
    final var header = JSON.createObjectNode().put("alg", "RS256").put("kid", account.keyId());
    final String statement = base64(header.toString()) + "." + base64(all.toString());
    final var signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(account.pair().getPrivate());
    signer.update(statement.getBytes(StandardCharsets.US_ASCII));
    final String signed = Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
    final String grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    return client.send(
        HttpRequest.newBuilder(URI.create(google.tokenUri()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "grant_type="
                        + URLEncoder.encode(grant, StandardCharsets.UTF_8)
                        + "&assertion="
                        + statement
                        + "."
                        + signed))
            .build(),
        BodyHandlers.ofString());
  }

  void signIn(final ServiceAccount account, final Map<String, Object> claims) throws Exception {
    token = JSON.readTree(assertion(account, claims).body()).path("access_token").asText();
  }

  String bearer() {
    return "Bearer " + token;
  }

  HttpResponse<String> send(final String project, final String authorization, final String body)
      throws Exception {
    final var request =
        HttpRequest.newBuilder(
                URI.create(google.endpoint() + "/v1/projects/" + project + "/messages:send"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  JsonNode control(final String method, final String path, final String body) throws Exception {
    final var answer =
        client.send(
            HttpRequest.newBuilder(URI.create(google.control() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    return JSON.readTree(answer.body());
  }

  private static String base64(final String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.close();
  }
}
