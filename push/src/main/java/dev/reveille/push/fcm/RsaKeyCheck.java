package dev.reveille.push.fcm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;

/// Checks an RSA key before it is accepted. Its file says the same secret several times (RFC 8017
/// §3.2), so one letter that was changed on the way shows: the numbers no longer fit each other.
final class RsaKeyCheck {
  private static final BigInteger ONE = BigInteger.ONE;

  private RsaKeyCheck() {}

  static boolean fits(final RSAPrivateCrtKey key) {
    return numbersFit(key) && signs(key);
  }

  private static boolean numbersFit(final RSAPrivateCrtKey key) {
    final var p = key.getPrimeP();
    final var q = key.getPrimeQ();
    if (p.compareTo(ONE) <= 0 || q.compareTo(ONE) <= 0 || !p.multiply(q).equals(key.getModulus())) {
      return false;
    }
    final var lessP = p.subtract(ONE);
    final var lessQ = q.subtract(ONE);
    final var d = key.getPrivateExponent();
    final var back = key.getPublicExponent().multiply(d);
    return back.mod(lessP).equals(ONE)
        && back.mod(lessQ).equals(ONE)
        && key.getPrimeExponentP().equals(d.mod(lessP))
        && key.getPrimeExponentQ().equals(d.mod(lessQ))
        && key.getCrtCoefficient().multiply(q).mod(p).equals(ONE);
  }

  private static boolean signs(final RSAPrivateCrtKey key) {
    final var text = "fits".getBytes(StandardCharsets.US_ASCII);
    try {
      final var half =
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
      final var signing = Signature.getInstance("SHA256withRSA");
      signing.initSign(key);
      signing.update(text);
      final var signature = signing.sign();
      final var verifying = Signature.getInstance("SHA256withRSA");
      verifying.initVerify(half);
      verifying.update(text);
      return verifying.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
