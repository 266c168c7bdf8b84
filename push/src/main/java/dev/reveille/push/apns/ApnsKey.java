package dev.reveille.push.apns;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Reads the .p8 file that Apple hands out: a P-256 private key as PKCS#8 in PEM, which is used for
/// a trial signature before it is accepted.
final class ApnsKey {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /// The order of P-256: what tells its keys from those of other curves of the same size.
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static final String REMEDY =
      "give it again as Apple handed it out, or make a new key in Apple's developer portal";

  private ApnsKey() {}

  /// @throws IllegalArgumentException that says what is wrong with the file, without showing any of
  ///   it
  static PrivateKey parse(final String pem) {
    final int begin = pem.indexOf(BEGIN);
    final int end = pem.indexOf(END);
    if (begin < 0 || end < begin || pem.contains("\"service_account\"")) {
      throw new IllegalArgumentException(whatElse(pem));
    }
    final byte[] encoded;
    try {
      encoded = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the .p8 file is damaged: its text is not base64; " + REMEDY, e);
    }
    try {
      final var key =
          (ECPrivateKey)
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (!P256_ORDER.equals(key.getParams().getOrder())) {
        throw new IllegalArgumentException(
            "the key is not on the curve P-256, which Apple wants for ES256; " + REMEDY);
      }
      if (!EcKeyCheck.fits(key, encoded)) {
        throw new IllegalArgumentException(
            "the .p8 file is damaged: its private and its public half do not belong together; "
                + REMEDY);
      }
      return key;
    } catch (InvalidKeySpecException e) {
      throw new IllegalArgumentException(
          "the .p8 file holds no usable elliptic-curve key; " + REMEDY, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no elliptic-curve keys", e);
    }
  }

  private static String whatElse(final String pem) {
    if (pem.contains("\"service_account\"")) {
      return "this is the file of Google's service account; give it as credentials for fcm, and the"
          + " .p8 file here";
    }
    if (pem.contains(BEGIN)) {
      return "the .p8 file ends too early: it has no line `" + END + "`; " + REMEDY;
    }
    if (pem.contains("BEGIN EC PRIVATE KEY")) {
      return "the key is in SEC1 form; use the .p8 file as Apple hands it out";
    }
    if (pem.contains("BEGIN CERTIFICATE") || pem.contains("BEGIN PUBLIC KEY")) {
      return "this is a certificate or a public key; use the .p8 file with the private key";
    }
    return "this is no .p8 file: it has no line `" + BEGIN + "`";
  }
}
