package dev.reveille.push.fcm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Supplier;

/// The JWT that Google's token endpoint exchanges for an access token (RFC 7523), signed with the
/// service account's key.
final class GoogleStatement implements Supplier<String> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Duration STATEMENT_LIFE = Duration.ofHours(1);

  private final ServiceAccountFile account;
  private final InstantSource clock;

  GoogleStatement(final ServiceAccountFile account, final InstantSource clock) {
    this.account = account;
    this.clock = clock;
  }

  /// The form to post, signed now.
  @Override
  public String get() {
    return "grant_type="
        + URLEncoder.encode(GRANT, StandardCharsets.US_ASCII)
        + "&assertion="
        + statement();
  }

  private String statement() {
    final long now = clock.instant().getEpochSecond();
    final var header = JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT");
    if (!account.keyId().isEmpty()) {
      header.put("kid", account.keyId());
    }
    final var claims =
        JSON.createObjectNode()
            .put("iss", account.email())
            .put("scope", SCOPE)
            .put("aud", account.tokenUri().toString())
            .put("iat", now)
            .put("exp", now + STATEMENT_LIFE.toSeconds());
    final var base64 = Base64.getUrlEncoder().withoutPadding();
    final String text =
        base64.encodeToString(header.toString().getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    try {
      final var signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(account.key());
      signer.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + base64.encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key that was read cannot sign", e);
    }
  }
}
