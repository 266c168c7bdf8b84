package dev.reveille.protocols.sas;

import dev.reveille.model.Secret;
import dev.reveille.protocols.sas.SignatureVerdict.Granted;
import dev.reveille.protocols.sas.SignatureVerdict.Refused;
import dev.reveille.protocols.sas.SignatureVerdict.SubCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes and verifies `Authorization: SharedAccessSignature sr=…&sig=…&se=…&skn=…`.
///
/// The signature is HMAC-SHA256 with the policy's key, taken as UTF-8 text, over the resource and
/// the end **as they stand in the header**, with a line feed between them: callers encode the
/// resource in at least three ways, and what is decoded and encoded again is not what they signed.
///
/// What stands in clear is looked at first (form, resource, end) and the signature last, so that a
/// caller with the right key and the wrong resource learns so. A wrong key, and the name of a
/// policy that is none, cost as much as a right key. Thread-safe.
public final class SharedAccessSignature {
  /// So far the clocks of callers may be behind ours.
  public static final Duration SKEW = Duration.ofMinutes(5);

  /// In characters. The longest that are known sign a whole URL with its filter.
  public static final int LONGEST = 8_192;

  /// Begins the header, and names the way to authenticate in `WWW-Authenticate`.
  public static final String SCHEME = "SharedAccessSignature";

  private static final String RESOURCE = "sr";
  private static final String SIGNATURE = "sig";
  private static final String END = "se";
  private static final String POLICY = "skn";
  private static final String HMAC = "HmacSHA256";
  private static final int LONGEST_END = 18;

  /// In place of a policy that there is not.
  private static final SharedAccessPolicy NONE =
      new SharedAccessPolicy(
          "none", Secret.of("none"), Secret.of("none"), Set.of(AccessRight.LISTEN));

  private SharedAccessSignature() {}

  /// The header's value for a resource.
  ///
  /// @param resource an absolute URL; all below it is covered
  /// @param policy the name of the policy that the key is of
  public static String sign(
      final String resource, final String policy, final Secret key, final Instant end) {
    final var encoded = PercentText.encode(resource);
    final var seconds = Long.toString(end.getEpochSecond());
    final var signature = Base64.getEncoder().encodeToString(hmac(key, encoded, seconds));
    return SCHEME
        + " sr="
        + encoded
        + "&sig="
        + PercentText.encode(signature)
        + "&se="
        + seconds
        + "&skn="
        + PercentText.encode(policy);
  }

  /// Judges a header.
  ///
  /// @param header the value of `Authorization`; "" when there is none
  /// @param policies those that have this name and may count for the request
  /// @param now the moment of the request
  public static SignatureVerdict judge(
      final String header,
      final SignedRequest request,
      final Function<String, ? extends Collection<SharedAccessPolicy>> policies,
      final Instant now) {
    final var text = header.strip();
    if (text.isEmpty()) {
      return Refused.of(SubCode.MISSING_TOKEN, "");
    }
    if (text.length() > LONGEST) {
      return malformed("it has more than " + LONGEST + " characters");
    }
    if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || text.length() > SCHEME.length() && !isBlank(text.charAt(SCHEME.length()))) {
      return malformed("it must begin with " + SCHEME + " and a blank");
    }
    final Map<String, String> parts = new HashMap<>();
    for (final var part : text.substring(SCHEME.length()).strip().split("&", -1)) {
      final int equal = part.indexOf('=');
      if (equal <= 0) {
        if (part.isEmpty()) {
          continue;
        }
        return malformed("a part has no name and value");
      }
      if (parts.putIfAbsent(part.substring(0, equal), part.substring(equal + 1)) != null) {
        return malformed("a part is there twice");
      }
    }
    return new Token(
            parts.getOrDefault(RESOURCE, ""),
            parts.getOrDefault(SIGNATURE, ""),
            parts.getOrDefault(END, ""),
            parts.getOrDefault(POLICY, ""))
        .judge(request, policies, now);
  }

  /// The parts as they stand in the header.
  private record Token(String resource, String signature, String end, String policy) {
    private SignatureVerdict judge(
        final SignedRequest request,
        final Function<String, ? extends Collection<SharedAccessPolicy>> policies,
        final Instant now) {
      if (resource.isEmpty()) {
        return Refused.of(SubCode.MISSING_AUDIENCE, "sr is not there");
      }
      if (end.isEmpty()) {
        return Refused.of(SubCode.MISSING_EXPIRY, "se is not there");
      }
      if (policy.isEmpty()) {
        return Refused.of(SubCode.MISSING_ISSUER, "skn is not there");
      }
      if (signature.isEmpty()) {
        return Refused.of(SubCode.MISSING_SIGNATURE, "sig is not there");
      }
      final var audience = PercentText.decode(resource);
      final byte[] given = bytes(signature);
      if (audience.isEmpty()) {
        return malformed("sr is not percent-encoded UTF-8");
      }
      if (end.length() > LONGEST_END || !end.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return malformed("se must be seconds since 1970");
      }
      if (given.length == 0) {
        return malformed("sig must be base64");
      }
      if (!request.isCoveredBy(audience.get())) {
        return Refused.of(SubCode.INVALID_AUDIENCE, "sr is not for this resource");
      }
      final var until = Instant.ofEpochSecond(Math.min(Long.parseLong(end), FAR));
      if (now.isAfter(until.plus(SKEW))) {
        return Refused.of(SubCode.EXPIRED_TOKEN, "it ended at " + until);
      }
      boolean isKnown = false;
      for (final var name : names()) {
        for (final var candidate : policies.apply(name)) {
          isKnown = true;
          if (isSignedBy(candidate, given)) {
            return new Granted(candidate);
          }
        }
      }
      if (!isKnown) {
        final var _ = isSignedBy(NONE, given); // names of policies cannot be told by the time
      }
      return Refused.of(
          SubCode.INVALID_SIGNATURE, "no policy of this name has a key that signed so");
    }

    /// Some callers encode the name and some do not.
    private Set<String> names() {
      final Set<String> names = new LinkedHashSet<>(List.of(policy));
      PercentText.decode(policy).ifPresent(names::add);
      return names;
    }

    /// Looks at both keys in any case.
    private boolean isSignedBy(final SharedAccessPolicy candidate, final byte[] given) {
      final boolean first = MessageDigest.isEqual(hmac(candidate.primary(), resource, end), given);
      final boolean second =
          MessageDigest.isEqual(hmac(candidate.secondary(), resource, end), given);
      return first | second;
    }
  }

  /// Beyond it there are no moments that can be computed with.
  private static final long FAR = 253_402_300_799L; // the last second of the year 9999

  private static Refused malformed(final String particulars) {
    return Refused.of(SubCode.MALFORMED_TOKEN, particulars);
  }

  private static boolean isBlank(final char c) {
    return c == ' ' || c == '\t';
  }

  /// What base64 stands for; nothing when it is none.
  private static byte[] bytes(final String signature) {
    try {
      return Base64.getDecoder().decode(PercentText.decode(signature).orElse("?"));
    } catch (final IllegalArgumentException _) {
      return new byte[0];
    }
  }

  private static byte[] hmac(final Secret key, final String resource, final String end) {
    try {
      final var mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.bytes(), HMAC));
      return mac.doFinal((resource + '\n' + end).getBytes(StandardCharsets.UTF_8));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
