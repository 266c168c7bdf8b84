package dev.reveille.simulators.browser;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;

/// Encodes and decodes public keys on P-256 as Web Push writes them: 65 bytes, 0x04 and both
/// coordinates.
final class CurvePoint {
  static final int BYTES = 65;
  private static final int COORDINATE = 32;
  private static final ECParameterSpec P256 = curve();

  private CurvePoint() {}

  private static ECParameterSpec curve() {
    try {
      final var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (java.security.NoSuchAlgorithmException | InvalidParameterSpecException e) {
      throw new IllegalStateException("every JDK knows P-256", e);
    }
  }

  /// @throws GeneralSecurityException when the bytes are no point of the curve
  static ECPublicKey read(final byte[] bytes) throws GeneralSecurityException {
    if (bytes.length != BYTES || bytes[0] != 4) {
      throw new GeneralSecurityException("no uncompressed point of P-256");
    }
    final var x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + COORDINATE));
    final var y = new BigInteger(1, Arrays.copyOfRange(bytes, 1 + COORDINATE, BYTES));
    final var curve = P256.getCurve();
    final var p = ((ECFieldFp) curve.getField()).getP();
    final var right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) {
      throw new GeneralSecurityException("not on P-256");
    }
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), P256));
  }

  static byte[] write(final ECPublicKey key) {
    final var bytes = new byte[BYTES];
    bytes[0] = 4;
    put(key.getW().getAffineX(), bytes, 1);
    put(key.getW().getAffineY(), bytes, 1 + COORDINATE);
    return bytes;
  }

  private static void put(final BigInteger number, final byte[] into, final int at) {
    final byte[] bytes = number.toByteArray(); // may have a sign byte in front, or be short
    final int skip = Math.max(0, bytes.length - COORDINATE);
    System.arraycopy(
        bytes, skip, into, at + COORDINATE - (bytes.length - skip), bytes.length - skip);
  }
}
