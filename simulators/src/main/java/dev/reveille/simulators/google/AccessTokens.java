package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Google's token endpoint: exchanges the signed assertion of a service account for an access token
/// (RFC 7523, as Google applies it), and knows later which account a token belongs to. Thread-safe.
final class AccessTokens {
  static final String MESSAGING = "https://www.googleapis.com/auth/firebase.messaging";
  static final String PLATFORM = "https://www.googleapis.com/auth/cloud-platform";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Google's own address: its clients name it in assertions whatever the file says.
  private static final String GOOGLES_OWN = "https://oauth2.googleapis.com/token";

  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final int LONGEST_ASSERTION_SECONDS = 3_600;

  /// A sender's clock may be off by so much.
  private static final int SKEW_SECONDS = 300;

  /// An account as Google knows it.
  ///
  /// @param allowed whether its role may send messages
  record Account(
      String project,
      String email,
      String keyId,
      PublicKey key,
      String tokenUri,
      boolean allowed) {}

  private record Issued(Account account, boolean messaging, Instant until) {}

  /// An account behind a bearer token, or the refusal.
  record Bearer(@Nullable GoogleReason refusal, @Nullable Account account) {}

  private final GoogleOptions options;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Account> byKey = new ConcurrentHashMap<>();
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();

  AccessTokens(final GoogleOptions options) {
    this.options = options;
  }

  void register(final Account account) {
    byKey.put(account.keyId(), account);
  }

  void revoke(final String keyId) {
    byKey.remove(keyId);
    issued.values().removeIf(one -> one.account().keyId().equals(keyId));
  }

  /// Every access token ends now, as after a key was suspected to have leaked.
  void endAll() {
    issued.clear();
  }

  List<Account> accounts() {
    return List.copyOf(byKey.values());
  }

  long issuedSoFar() {
    return count.get();
  }

  boolean knowsProject(final String project) {
    return byKey.values().stream().anyMatch(account -> account.project().equals(project));
  }

  // ---- the token endpoint ----

  GoogleAnswer grant(final String form) {
    final var fields = new QueryStringDecoder(form, StandardCharsets.UTF_8, false).parameters();
    if (!List.of(GRANT).equals(fields.get("grant_type"))) {
      return refused("unsupported_grant_type", "Invalid grant_type: " + fields.get("grant_type"));
    }
    final var assertions = fields.getOrDefault("assertion", List.of());
    final String[] parts =
        assertions.isEmpty() ? new String[0] : assertions.getFirst().split("\\.");
    if (parts.length != 3) {
      return refused("invalid_request", "Missing required parameter: assertion");
    }
    try {
      final var decoder = Base64.getUrlDecoder();
      return judge(
          JSON.readTree(decoder.decode(parts[0])),
          JSON.readTree(decoder.decode(parts[1])),
          (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
          decoder.decode(parts[2]));
    } catch (IOException | IllegalArgumentException _) {
      return refused("invalid_grant", "Bad Request");
    }
  }

  private GoogleAnswer judge(
      final JsonNode header, final JsonNode claims, final byte[] statement, final byte[] signed) {
    final String email = claims.path("iss").asText();
    final var account =
        byKey.values().stream()
            .filter(one -> one.email().equals(email))
            .filter(one -> one.keyId().equals(header.path("kid").asText(one.keyId())))
            .findFirst();
    if (account.isEmpty()) {
      return refused("invalid_grant", "Invalid grant: account not found");
    }
    if (!header.path("alg").asText().equals("RS256")
        || !isSigned(account.get().key(), statement, signed)) {
      return refused("invalid_grant", "Invalid JWT Signature.");
    }
    final String audience = claims.path("aud").asText();
    if (!audience.equals(account.get().tokenUri()) && !audience.equals(GOOGLES_OWN)) {
      return refused("invalid_grant", "Invalid JWT: Failed audience check.");
    }
    final long now = options.clock().instant().getEpochSecond();
    final long from = claims.path("iat").asLong();
    final long to = claims.path("exp").asLong();
    if (!claims.path("iat").isIntegralNumber()
        || !claims.path("exp").isIntegralNumber()
        || to - from > LONGEST_ASSERTION_SECONDS
        || to <= now
        || from > now + SKEW_SECONDS) {
      return refused(
          "invalid_grant",
          "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
              + " timeframe. Check your iat and exp values in the JWT claim.");
    }
    final var scopes = Arrays.asList(claims.path("scope").asText().split(" "));
    if (scopes.equals(List.of(""))) {
      return refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }
    final byte[] bytes = new byte[90];
    random.nextBytes(bytes);
    final String token = "ya29.c." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    final boolean messaging = scopes.contains(MESSAGING) || scopes.contains(PLATFORM);
    final var until = options.clock().instant().plus(options.tokenLife());
    issued.put(token, new Issued(account.get(), messaging, until));
    count.incrementAndGet();
    return GoogleAnswer.of(
        200,
        "token",
        JSON.createObjectNode()
            .put("access_token", token)
            .put("expires_in", options.tokenLife().toSeconds())
            .put("token_type", "Bearer"));
  }

  private static boolean isSigned(
      final PublicKey key, final byte[] statement, final byte[] signed) {
    try {
      final var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update(statement);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static GoogleAnswer refused(final String error, final String description) {
    return GoogleAnswer.of(
        400,
        error,
        JSON.createObjectNode().put("error", error).put("error_description", description));
  }

  // ---- bearer tokens ----

  Bearer bearer(final String authorization, final String project) {
    final String[] words = authorization.split(" ", 2);
    final var known =
        words.length == 2 && words[0].equalsIgnoreCase("bearer") ? issued.get(words[1]) : null;
    if (known == null || !options.clock().instant().isBefore(known.until())) {
      return new Bearer(GoogleReason.UNAUTHENTICATED, null);
    }
    if (!knowsProject(project)) {
      return new Bearer(GoogleReason.NOT_FOUND, null);
    }
    final var account = known.account();
    return account.project().equals(project) && account.allowed() && known.messaging()
        ? new Bearer(null, account)
        : new Bearer(GoogleReason.PERMISSION_DENIED, null);
  }
}
