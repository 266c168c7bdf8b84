package dev.reveille.simulators.apple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Verifies provider tokens as Apple does: ES256 only, a known key of the team, not older than an
/// hour. A token that was verified once is recognised by its text from then on.
final class ProviderTokens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int RAW_SIGNATURE = 64;

  /// A sender's clock may be ahead by so much.
  private static final long FUTURE_SECONDS = 300;

  /// A key as the developer account knows it.
  ///
  /// @param environment `production`, `sandbox` or `both`
  /// @param topics allowed topics, empty for all of the team's
  record Key(
      String team, String keyId, PublicKey publicKey, String environment, Set<String> topics) {}

  /// What a valid token says.
  record Known(Key key, Instant issuedAt) {}

  /// Either a reason or a token that is good.
  record Verdict(@Nullable AppleReason refusal, @Nullable Known known) {
    static Verdict refused(final AppleReason why) {
      return new Verdict(why, null);
    }
  }

  private final AppleOptions options;
  private final Map<String, Key> keys = new ConcurrentHashMap<>();
  private final Map<String, Known> verified = new ConcurrentHashMap<>();

  ProviderTokens(final AppleOptions options) {
    this.options = options;
  }

  void register(final Key key) {
    keys.put(key.keyId(), key);
    verified.clear();
  }

  List<Key> keys() {
    return List.copyOf(keys.values());
  }

  /// Takes a key back, as its owner does when it leaked.
  void revoke(final String keyId) {
    keys.remove(keyId);
    verified.clear();
  }

  static PublicKey publicKey(final String pem) throws GeneralSecurityException {
    final String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("[\\s\\uFEFF]", "");
    return KeyFactory.getInstance("EC")
        .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  /// @param text the token without `bearer `
  Verdict check(final String text, final boolean sandbox) {
    var known = verified.get(text);
    if (known == null) {
      final var read = read(text);
      if (read.isEmpty()) {
        return Verdict.refused(AppleReason.InvalidProviderToken);
      }
      known = read.get();
      verified.put(text, known);
    }
    final var now = options.clock().instant();
    final var issuedAt = known.issuedAt();
    if (issuedAt.isBefore(now.minus(options.tokenLife()))) {
      return Verdict.refused(AppleReason.ExpiredProviderToken);
    }
    if (issuedAt.isAfter(now.plusSeconds(FUTURE_SECONDS))) {
      return Verdict.refused(AppleReason.InvalidProviderToken);
    }
    final var key = known.key();
    final String here = sandbox ? "sandbox" : "production";
    if (!key.environment().equals("both") && !key.environment().equals(here)) {
      return Verdict.refused(AppleReason.BadEnvironmentKeyIdInToken);
    }
    return new Verdict(null, known);
  }

  private Optional<Known> read(final String text) {
    final String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      final var decoder = Base64.getUrlDecoder();
      final JsonNode header = JSON.readTree(decoder.decode(parts[0]));
      final JsonNode claims = JSON.readTree(decoder.decode(parts[1]));
      final var key = keys.get(header.path("kid").asText());
      if (key == null
          || !header.path("alg").asText().equals("ES256")
          || !claims.path("iss").asText().equals(key.team())
          || !claims.path("iat").isIntegralNumber()) {
        return Optional.empty();
      }
      final byte[] signed = decoder.decode(parts[2]);
      // RFC 7518 wants the two raw numbers; Apple is known to take the DER form too
      final var signature =
          Signature.getInstance(
              signed.length == RAW_SIGNATURE ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA");
      signature.initVerify(key.publicKey());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(signed)) {
        return Optional.empty();
      }
      return Optional.of(new Known(key, Instant.ofEpochSecond(claims.path("iat").asLong())));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
