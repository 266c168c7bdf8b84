package dev.reveille.protocols.rest;

import dev.reveille.protocols.json.Refusal;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Checks a public key of an app's backend before it is kept, so that a registration does not fail
/// later for a reason that its operator does not see.
final class StatementKeys {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";
  private static final int P256_BITS = 256;
  private static final int LEAST_RSA_BITS = 2_048;

  private StatementKeys() {}

  /// @throws Refusal when it is no PEM of a key that we take
  static void check(final String field, final String pem) {
    final int begin = pem.indexOf(BEGIN);
    final int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw Refusal.malformed(
          field,
          pem.contains("PRIVATE KEY")
              ? "is a private key; send the public one, and keep the private one to yourself"
              : "must be PEM with " + BEGIN);
    }
    final byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
    } catch (IllegalArgumentException _) {
      throw Refusal.malformed(field, "is not base64 between its PEM lines");
    }
    final boolean isGood =
        (key("EC", bytes) instanceof ECPublicKey ec
                && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS)
            || (key("RSA", bytes) instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() >= LEAST_RSA_BITS);
    if (!isGood) {
      throw Refusal.malformed(field, "must be a P-256 key, or an RSA key of at least 2048 bits");
    }
  }

  private static @org.jspecify.annotations.Nullable PublicKey key(
      final String algorithm, final byte[] bytes) {
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes));
    } catch (GeneralSecurityException _) {
      return null;
    }
  }
}
