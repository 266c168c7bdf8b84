package dev.reveille.push.webpush;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/// Encodes and decodes keys of the curve P-256 as Web Push writes them: a point as 65 bytes (0x04,
/// x, y), a private key as the 32 bytes of its number (RFC 8291 section 3, RFC 8292 section 3.2).
final class P256 {
  static final int POINT = 65;
  static final int SCALAR = 32;

  private static final byte UNCOMPRESSED = 4;
  private static final ECParameterSpec CURVE = curve();

  private P256() {}

  private static ECParameterSpec curve() {
    try {
      final var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  static KeyPairGenerator generator() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(CURVE);
    return generator;
  }

  static KeyPair fresh() throws GeneralSecurityException {
    return generator().generateKeyPair();
  }

  /// @param point 65 bytes that were looked at before: on the curve
  static ECPublicKey publicKey(final byte[] point) throws GeneralSecurityException {
    if (point.length != POINT || point[0] != UNCOMPRESSED) {
      throw new GeneralSecurityException("a point of P-256 has 65 bytes and is not compressed");
    }
    final var at =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + SCALAR)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + SCALAR, POINT)));
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(at, CURVE));
  }

  static ECPrivateKey privateKey(final byte[] scalar) throws GeneralSecurityException {
    final var number = new BigInteger(1, scalar);
    if (scalar.length != SCALAR
        || number.signum() == 0
        || number.compareTo(CURVE.getOrder()) >= 0) {
      throw new GeneralSecurityException("a private key of P-256 has 32 bytes");
    }
    return (ECPrivateKey)
        KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, CURVE));
  }

  static byte[] point(final ECPublicKey key) {
    final byte[] point = new byte[POINT];
    point[0] = UNCOMPRESSED;
    put(key.getW().getAffineX(), point, 1);
    put(key.getW().getAffineY(), point, 1 + SCALAR);
    return point;
  }

  static byte[] scalar(final ECPrivateKey key) {
    final byte[] scalar = new byte[SCALAR];
    put(key.getS(), scalar, 0);
    return scalar;
  }

  /// As 32 bytes, most significant first.
  private static void put(final BigInteger number, final byte[] to, final int at) {
    final byte[] bytes = number.toByteArray();
    final int from = Math.max(0, bytes.length - SCALAR);
    final int length = bytes.length - from;
    System.arraycopy(bytes, from, to, at + SCALAR - length, length);
  }
}
