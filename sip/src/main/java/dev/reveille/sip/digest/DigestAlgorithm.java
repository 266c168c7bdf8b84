package dev.reveille.sip.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The algorithms that we know, the better one first (RFC 8760 section 2.1).
public enum DigestAlgorithm {
  SHA_256("SHA-256", "SHA-256"),
  MD5("MD5", "MD5");

  private final String token;
  private final String javaName;

  DigestAlgorithm(final String token, final String javaName) {
    this.token = token;
    this.javaName = javaName;
  }

  /// As it is written in a challenge.
  public String token() {
    return token;
  }

  /// @return empty for those that we do not know; MD5 for the empty text, as peers of RFC 2617 mean
  ///   it
  public static Optional<DigestAlgorithm> of(final String token) {
    return switch (token.toUpperCase(Locale.ROOT)) {
      case "SHA-256" -> Optional.of(SHA_256);
      case "MD5", "" -> Optional.of(MD5);
      default -> Optional.empty();
    };
  }

  /// The hash of a text in UTF-8, in lower case hexadecimal digits.
  String hash(final String text) {
    try {
      final var digest = MessageDigest.getInstance(javaName);
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + javaName, e);
    }
  }
}
