package dev.reveille.sip.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/// What a client answers to a challenge in Authorization or Proxy-Authorization, with quality of
/// protection `auth`.
///
/// [#fits] says whether the response was made with a password. It does not know whether the nonce
/// is one of the server's, how old it is, and whether its count was seen before: the caller checks
/// these first, and that realm and URI are those of the request.
///
/// @param uri the digest-uri, as the client wrote it
/// @param response in lower case hexadecimal digits
/// @param nonceCount how often the client has used the nonce, this time included
/// @param clientNonce the client's random text
public record DigestCredentials(
    String username,
    String realm,
    String nonce,
    String uri,
    String response,
    DigestAlgorithm algorithm,
    String clientNonce,
    long nonceCount,
    String opaque) {
  private static final String AUTH = "auth";
  private static final int COUNT_DIGITS = 8;
  private static final int HEX = 16;

  /// Reads the value of one field.
  ///
  /// @return empty when it is malformed, of another scheme, with an algorithm that we do not know,
  ///   or with another quality of protection than `auth`
  public static Optional<DigestCredentials> parse(final String value) {
    return AuthParameters.parse(value)
        .flatMap(found -> {
          final var username = found.get("username");
          final var realm = found.get("realm");
          final var nonce = found.get("nonce");
          final var uri = found.get("uri");
          final var response = found.get("response");
          final var clientNonce = found.get("cnonce");
          final var algorithm = DigestAlgorithm.of(found.getOrDefault("algorithm", ""));
          final var count = count(found.getOrDefault("nc", ""));
          if (username == null
              || realm == null
              || nonce == null
              || uri == null
              || response == null
              || clientNonce == null
              || algorithm.isEmpty()
              || count <= 0
              || !AUTH.equals(found.get("qop"))) {
            return Optional.empty();
          }
          return Optional.of(
              new DigestCredentials(
                  username,
                  realm,
                  nonce,
                  uri,
                  response.toLowerCase(Locale.ROOT),
                  algorithm.get(),
                  clientNonce,
                  count,
                  found.getOrDefault("opaque", "")));
        });
  }

  private static long count(final String digits) {
    if (digits.length() != COUNT_DIGITS) {
      return -1;
    }
    long count = 0;
    for (int i = 0; i < COUNT_DIGITS; i++) {
      final var digit = Character.digit(digits.charAt(i), HEX);
      if (digit < 0) {
        return -1;
      }
      count = count * HEX + digit;
    }
    return count;
  }

  /// The credentials that answer a challenge.
  ///
  /// @param method of the request
  /// @param uri the Request-URI
  /// @param clientNonce a random text
  /// @param nonceCount how often the nonce was used, this time included
  public static DigestCredentials answer(
      final DigestChallenge challenge,
      final String username,
      final String password,
      final String method,
      final String uri,
      final String clientNonce,
      final long nonceCount) {
    final var algorithm = challenge.algorithm();
    final var ha1 = ha1(algorithm, username, challenge.realm(), password);
    return new DigestCredentials(
        username,
        challenge.realm(),
        challenge.nonce(),
        uri,
        response(algorithm, ha1, method, uri, challenge.nonce(), clientNonce, nonceCount),
        algorithm,
        clientNonce,
        nonceCount,
        challenge.opaque());
  }

  /// What a server keeps in place of a password: a hash of name, realm and password. It is as good
  /// as the password within the realm, so it is kept as secret.
  public static String ha1(
      final DigestAlgorithm algorithm,
      final String username,
      final String realm,
      final String password) {
    return algorithm.hash(username + ":" + realm + ":" + password);
  }

  private static String response(
      final DigestAlgorithm algorithm,
      final String ha1,
      final String method,
      final String uri,
      final String nonce,
      final String clientNonce,
      final long nonceCount) {
    final var ha2 = algorithm.hash(method + ":" + uri);
    return algorithm.hash(String.join(":", ha1, nonce, hex(nonceCount), clientNonce, AUTH, ha2));
  }

  private static String hex(final long count) {
    return "%08x".formatted(count);
  }

  /// Whether these credentials were made with the password whose hash is kept. Takes the same time
  /// whatever differs.
  ///
  /// @param ha1 of the credentials' algorithm, name and realm
  /// @param method of the request that carries them
  public boolean fits(final String ha1, final String method) {
    final var expected = response(algorithm, ha1, method, uri, nonce, clientNonce, nonceCount);
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII), response.getBytes(StandardCharsets.US_ASCII));
  }

  /// The field's value.
  public String fieldValue() {
    final var out = new StringBuilder(256).append(AuthParameters.begin());
    AuthParameters.quoted(out, "username", username);
    AuthParameters.quoted(out, "realm", realm);
    AuthParameters.quoted(out, "nonce", nonce);
    AuthParameters.quoted(out, "uri", uri);
    AuthParameters.quoted(out, "response", response);
    AuthParameters.plain(out, "algorithm", algorithm.token());
    AuthParameters.quoted(out, "cnonce", clientNonce);
    if (!opaque.isEmpty()) {
      AuthParameters.quoted(out, "opaque", opaque);
    }
    AuthParameters.plain(out, "qop", AUTH);
    AuthParameters.plain(out, "nc", hex(nonceCount));
    return out.toString();
  }

  /// Without what could be used again.
  @Override
  public String toString() {
    return "DigestCredentials[" + username + " at " + realm + ", " + algorithm + "]";
  }
}
