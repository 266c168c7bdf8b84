package dev.reveille.simulators.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.TrustingClient;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Sends single pushes with the JDK's own client, right or wrong as a test wants them.
final class BrowserCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final BrowserSimulator browser;
  private final HttpClient client;
  private final KeyPair vapid;

  BrowserCaller(final BrowserSimulator browser, final HttpClient.Version version) throws Exception {
    this.browser = browser;
    client = TrustingClient.of(browser.authorityPem(), version, Optional.empty());
    vapid = LoopbackCertificates.newKey();
  }

  /// The public key to subscribe with.
  String applicationServerKey() {
    return URL.encodeToString(CurvePoint.write((ECPublicKey) vapid.getPublic()));
  }

  /// @param claims in the place of those that are right; "" takes one out
  String authorization(final Map<String, Object> claims) throws Exception {
    final var all = JSON.createObjectNode();
    all.put("aud", browser.origin());
    all.put("exp", Instant.now().getEpochSecond() + 43_200);
    all.put("sub", "mailto:ops@example.com");
    claims.forEach((name, value) -> {
      if (value.equals("")) {
        all.remove(name);
      } else {
        all.set(name, JSON.valueToTree(value));
      }
    });
    final String statement =
        URL.encodeToString("{\"typ\":\"JWT\",\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + URL.encodeToString(all.toString().getBytes(StandardCharsets.UTF_8));
    final var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(vapid.getPrivate());
    signer.update(statement.getBytes(StandardCharsets.US_ASCII));
    return "vapid t="
        + statement
        + "."
        + URL.encodeToString(signer.sign())
        + ", k="
        + applicationServerKey();
  }

  HttpResponse<String> push(
      final BrowserSubscription to, final byte[] body, final Map<String, String> headers)
      throws Exception {
    return client.send(request(to, body, headers), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> later(
      final BrowserSubscription to, final byte[] body, final Map<String, String> headers)
      throws Exception {
    return client.sendAsync(request(to, body, headers), BodyHandlers.ofString());
  }

  /// With all that is right; headers come in their place, "" takes one out.
  private HttpRequest request(
      final BrowserSubscription to, final byte[] body, final Map<String, String> headers)
      throws Exception {
    final var all = new LinkedHashMap<String, String>();
    all.put("TTL", "60");
    all.put("Content-Encoding", "aes128gcm");
    all.put("Authorization", authorization(Map.of()));
    all.putAll(headers);
    final var request =
        HttpRequest.newBuilder(URI.create(browser.endpoint(to)))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(body));
    all.forEach((name, value) -> {
      if (!value.isEmpty()) {
        request.header(name, value);
      }
    });
    return request.build();
  }

  HttpResponse<String> any(final String uri, final String method, final Map<String, String> headers)
      throws Exception {
    return client.send(anyRequest(uri, method, headers), BodyHandlers.ofString());
  }

  /// Holds a GET; what is pushed meanwhile is told as `STATUS PATH`.
  CompletableFuture<HttpResponse<String>> watch(final String uri, final Consumer<String> pushed) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(uri)).build(),
        BodyHandlers.ofString(),
        (_, promised, acceptor) ->
            acceptor
                .apply(BodyHandlers.ofString())
                .thenAccept(
                    answer -> pushed.accept(answer.statusCode() + " " + promised.uri().getPath())));
  }

  private static HttpRequest anyRequest(
      final String uri, final String method, final Map<String, String> headers) {
    final var request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.noBody());
    headers.forEach(request::header);
    return request.build();
  }

  JsonNode control(final String method, final String path, final String body) throws Exception {
    return TrustingClient.control(client, browser.control() + path, method, body);
  }

  static String header(final HttpResponse<String> answer, final String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  // ---- encryption, as RFC 8291 tells it to senders ----

  static byte[] encrypted(final BrowserSubscription to, final String text) throws Exception {
    return encrypted(to, text, 0);
  }

  /// @param padding so many zeros
  static byte[] encrypted(final BrowserSubscription to, final String text, final int padding)
      throws Exception {
    final var own = LoopbackCertificates.newKey();
    final byte[] ownPoint = CurvePoint.write((ECPublicKey) own.getPublic());
    final byte[] theirPoint = Base64.getUrlDecoder().decode(to.p256dh());
    final var salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    final var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.getPrivate());
    agreement.doPhase(CurvePoint.read(theirPoint), true);
    final var info =
        ByteBuffer.allocate(14 + 65 + 65)
            .put("WebPush: info\0".getBytes(StandardCharsets.US_ASCII))
            .put(theirPoint)
            .put(ownPoint)
            .array();
    final byte[] auth = Base64.getUrlDecoder().decode(to.auth());
    final byte[] input = derive(auth, agreement.generateSecret(), info, 32);
    final byte[] key = derive(salt, input, ascii("Content-Encoding: aes128gcm\0"), 16);
    final byte[] nonce = derive(salt, input, ascii("Content-Encoding: nonce\0"), 12);
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    final var plain =
        ByteBuffer.allocate(bytes.length + 1 + padding).put(bytes).put((byte) 2).array();
    final var aes = Cipher.getInstance("AES/GCM/NoPadding");
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    final byte[] cipher = aes.doFinal(plain);
    return ByteBuffer.allocate(86 + cipher.length)
        .put(salt)
        .putInt(4_096)
        .put((byte) 65)
        .put(ownPoint)
        .put(cipher)
        .array();
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] derive(
      final byte[] salt, final byte[] secret, final byte[] info, final int bytes) throws Exception {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, bytes));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
