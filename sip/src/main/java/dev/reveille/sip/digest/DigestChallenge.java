package dev.reveille.sip.digest;

import java.util.List;
import java.util.Optional;

/// What a server demands in WWW-Authenticate or Proxy-Authenticate: credentials with quality of
/// protection `auth`.
///
/// A server that knows several algorithms sends a challenge for each, in fields of their own, the
/// best one first; a client answers the first one that it knows (RFC 8760 section 2.4).
///
/// @param nonce the caller's
/// @param opaque empty for none
/// @param isStale the credentials were right and their nonce too old: the client repeats without
///   asking its user
public record DigestChallenge(
    String realm, String nonce, DigestAlgorithm algorithm, String opaque, boolean isStale) {
  /// Reads the value of one field.
  ///
  /// @return empty when it is malformed, of another scheme, with an algorithm that we do not know,
  ///   or without `auth`
  public static Optional<DigestChallenge> parse(final String value) {
    return AuthParameters.parse(value)
        .flatMap(found -> {
          final var realm = found.get("realm");
          final var nonce = found.get("nonce");
          final var algorithm = DigestAlgorithm.of(found.getOrDefault("algorithm", ""));
          final var offers = List.of(found.getOrDefault("qop", "").split("[ ,]+"));
          if (realm == null || nonce == null || algorithm.isEmpty() || !offers.contains("auth")) {
            return Optional.empty();
          }
          return Optional.of(
              new DigestChallenge(
                  realm,
                  nonce,
                  algorithm.get(),
                  found.getOrDefault("opaque", ""),
                  found.getOrDefault("stale", "").equalsIgnoreCase("true")));
        });
  }

  /// The first challenge of several fields that we can answer.
  public static Optional<DigestChallenge> first(final List<String> values) {
    return values.stream().map(DigestChallenge::parse).flatMap(Optional::stream).findFirst();
  }

  /// The field's value.
  @Override
  public String toString() {
    final var out = new StringBuilder(160).append(AuthParameters.begin());
    AuthParameters.quoted(out, "realm", realm);
    AuthParameters.quoted(out, "nonce", nonce);
    if (!opaque.isEmpty()) {
      AuthParameters.quoted(out, "opaque", opaque);
    }
    if (isStale) {
      AuthParameters.plain(out, "stale", "true");
    }
    AuthParameters.plain(out, "algorithm", algorithm.token());
    AuthParameters.quoted(out, "qop", "auth");
    return out.toString();
  }
}
