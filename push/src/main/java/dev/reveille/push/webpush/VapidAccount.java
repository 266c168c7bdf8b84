package dev.reveille.push.webpush;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Credential;
import dev.reveille.push.app.KnownApps;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// An app's VAPID key pair and the JWTs signed with it: one per origin, signed anew after an hour
/// (RFC 8292 section 2). Thread-safe.
final class VapidAccount implements KnownApps.Account {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder OUT = Base64.getUrlEncoder().withoutPadding();
  private static final Duration LIFE = Duration.ofHours(12);
  private static final Duration SIGNED_ANEW = Duration.ofHours(1);
  private static final int MOST_ORIGINS = 2_000;

  static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName ENCODING = HeaderName.of("content-encoding");
  private static final HeaderName TYPE = HeaderName.of("content-type");

  private record Statement(HeaderSet headers, Instant signedAt) {}

  private final Credential.WebPush credential;
  private final PrivateKey key;
  private final InstantSource clock;
  private final Map<String, Statement> statements = new ConcurrentHashMap<>();

  /// @throws IllegalArgumentException that says what is wrong with the keys
  VapidAccount(final Credential.WebPush credential, final InstantSource clock) {
    this.credential = credential;
    this.key = VapidKeys.checked(credential);
    this.clock = clock;
  }

  boolean allowsSilent() {
    return credential.silent();
  }

  /// What all pushes to an origin share; the same object for as long as the statement is used,
  /// because connections remember its compressed form.
  HeaderSet headers(final PublicUrl url) {
    final var now = clock.instant();
    final var known = statements.get(url.origin());
    if (known != null && Duration.between(known.signedAt(), now).abs().compareTo(SIGNED_ANEW) < 0) {
      return known.headers();
    }
    if (statements.size() >= MOST_ORIGINS) {
      statements.clear();
    }
    final var made =
        new Statement(
            HeaderSet.of("POST", url.https() ? "https" : "http", url.authority())
                .with(
                    AUTHORIZATION,
                    "vapid t=" + statement(url.origin(), now) + ", k=" + credential.publicKey())
                .with(ENCODING, "aes128gcm")
                .with(TYPE, "application/octet-stream"),
            now);
    statements.put(url.origin(), made);
    return made.headers();
  }

  private String statement(final String origin, final Instant now) {
    final var header = JSON.createObjectNode().put("typ", "JWT").put("alg", "ES256");
    final var claims =
        JSON.createObjectNode()
            .put("aud", origin)
            .put("exp", now.plus(LIFE).getEpochSecond())
            .put("sub", credential.subject());
    final var text = encoded(header.toString()) + "." + encoded(claims.toString());
    try {
      final var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(key);
      signer.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + OUT.encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was checked cannot sign", e);
    }
  }

  private static String encoded(final String json) {
    return OUT.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    // it holds no connections
  }
}
