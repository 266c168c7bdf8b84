package dev.reveille.simulators.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Verifies the JWT with which a sender identifies itself (RFC 8292): `Authorization: vapid
/// t=STATEMENT, k=KEY`.
final class VapidStatement {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SCHEME = Pattern.compile("(?i)vapid +(.+)");
  private static final Pattern PARAMETER =
      Pattern.compile("\\s*([A-Za-z]+)\\s*=\\s*\"?([A-Za-z0-9_.=-]+)\"?\\s*");
  private static final Duration LONGEST = Duration.ofHours(24);

  /// Why a push is refused.
  record Refusal(BrowserReason reason, String words) {}

  private VapidStatement() {}

  /// Empty when the sender may push to this subscription.
  static Optional<Refusal> check(
      final String authorization,
      final String origin,
      final BrowserSubscription subscription,
      final Instant now) {
    if (authorization.isEmpty() && subscription.applicationServerKey().isEmpty()) {
      return Optional.empty(); // it was made without a key: any sender may
    }
    final var parameters = parameters(authorization);
    if (!parameters.containsKey("t") || !parameters.containsKey("k")) {
      return refused(BrowserReason.MISSING_VAPID, BrowserReason.MISSING_VAPID.words());
    }
    final String key = parameters.getOrDefault("k", "");
    final String bound = subscription.applicationServerKey();
    if (!bound.isEmpty() && !bound.equals(key)) {
      return refused(BrowserReason.BAD_VAPID, "the subscription is bound to another key");
    }
    final var wrong = wrong(parameters.getOrDefault("t", ""), key, origin, now);
    return wrong.isEmpty() ? Optional.empty() : refused(BrowserReason.BAD_VAPID, wrong);
  }

  private static Optional<Refusal> refused(final BrowserReason reason, final String words) {
    return Optional.of(new Refusal(reason, words));
  }

  private static Map<String, String> parameters(final String authorization) {
    final var found = new HashMap<String, String>();
    final var scheme = SCHEME.matcher(authorization.strip());
    if (scheme.matches()) {
      for (final var part : scheme.group(1).split(",")) {
        final var one = PARAMETER.matcher(part);
        if (one.matches()) {
          found.put(one.group(1), one.group(2));
        }
      }
    }
    return found;
  }

  /// What is wrong with the statement, or "".
  private static String wrong(
      final String token, final String key, final String origin, final Instant now) {
    final String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return "the statement is no JWT";
    }
    try {
      final var decoder = Base64.getUrlDecoder();
      final var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(CurvePoint.read(decoder.decode(key)));
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      final var header = JSON.readTree(decoder.decode(parts[0]));
      if (!header.path("alg").asText().equals("ES256")
          || !signature.verify(decoder.decode(parts[2]))) {
        return "the signature is not that of the key";
      }
      return claims(JSON.readTree(decoder.decode(parts[1])), origin, now);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException _) {
      return "the statement cannot be read";
    }
  }

  private static String claims(final JsonNode claims, final String origin, final Instant now) {
    final var expires = claims.path("exp");
    if (!expires.isIntegralNumber() || expires.asLong() <= now.getEpochSecond()) {
      return "exp is missing or over";
    }
    if (expires.asLong() > now.plus(LONGEST).getEpochSecond()) {
      return "exp is more than 24 hours ahead";
    }
    if (!claims.path("aud").asText().equals(origin)) {
      return "aud is not " + origin;
    }
    final String subject = claims.path("sub").asText();
    return subject.startsWith("mailto:") || subject.startsWith("https:")
        ? ""
        : "sub is neither mailto: nor https:";
  }
}
