package dev.reveille.push.apns;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/// Checks an elliptic-curve key before it is accepted: signs with it and verifies with its public
/// half. Apple's files hold that half beside the secret (RFC 5915), so a letter that was changed on
/// the way shows. In a file without it, any secret of the right size is a key, and only a signature
/// that fails shows a mistake; the public half is derived then.
final class EcKeyCheck {
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PUBLIC_HALF = 0xA1;
  private static final int BITS = 0x03;
  private static final byte UNCOMPRESSED = 0x04;
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private EcKeyCheck() {}

  /// @param encoded the PKCS#8 that the key was read from
  static boolean fits(final ECPrivateKey key, final byte[] encoded) {
    try {
      final var written = publicPoint(encoded);
      final var possible = written.isPresent() ? List.of(point(written.get())) : derived(key);
      for (final var point : possible) {
        final var half =
            KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, key.getParams()));
        if (signs(key, half)) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException _) {
      return false;
    }
  }

  private static boolean signs(final PrivateKey key, final PublicKey half)
      throws GeneralSecurityException {
    final var text = "fits".getBytes(StandardCharsets.US_ASCII);
    final var signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(key);
    signing.update(text);
    final var signature = signing.sign();
    final var verifying = Signature.getInstance("SHA256withECDSA");
    verifying.initVerify(half);
    verifying.update(text);
    return verifying.verify(signature);
  }

  /// The secret times the curve's generator. A key agreement with the generator tells its x; of the
  /// two points that have it, one verifies.
  private static List<ECPoint> derived(final ECPrivateKey key) throws GeneralSecurityException {
    final ECParameterSpec curve = key.getParams();
    final var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(
        KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)),
        true);
    final var x = new BigInteger(1, agreement.generateSecret());
    final var p = ((ECFieldFp) curve.getCurve().getField()).getP();
    final var square =
        x.modPow(THREE, p)
            .add(curve.getCurve().getA().multiply(x))
            .add(curve.getCurve().getB())
            .mod(p);
    final var y = square.modPow(p.add(BigInteger.ONE).divide(TWO.pow(2)), p); // p is 3 modulo 4
    return List.of(new ECPoint(x, y), new ECPoint(x, p.subtract(y)));
  }

  /// The public half as it stands in the file: `04`, x and y.
  private static Optional<byte[]> publicPoint(final byte[] encoded) {
    final var outer = value(ByteBuffer.wrap(encoded), SEQUENCE);
    skip(outer); // the version
    skip(outer); // the kind of key
    final var inner = value(value(outer, OCTETS), SEQUENCE);
    skip(inner); // the version
    skip(inner); // the secret
    while (inner.hasRemaining()) {
      if (tag(inner) != PUBLIC_HALF) {
        skip(inner);
        continue;
      }
      final var bits = value(value(inner, PUBLIC_HALF), BITS);
      if (bits.remaining() < 2 || bits.get() != 0) {
        throw new IllegalArgumentException("the public half does not fill its bytes");
      }
      final var point = new byte[bits.remaining()];
      bits.get(point);
      return Optional.of(point);
    }
    return Optional.empty();
  }

  private static ECPoint point(final byte[] written) {
    final int half = written.length / 2;
    if (written.length != 1 + 2 * half || half == 0 || written[0] != UNCOMPRESSED) {
      throw new IllegalArgumentException("the public half is no point");
    }
    return new ECPoint(
        new BigInteger(1, Arrays.copyOfRange(written, 1, 1 + half)),
        new BigInteger(1, Arrays.copyOfRange(written, 1 + half, written.length)));
  }

  // ---- DER (X.690), as far as it goes here ----

  private static int tag(final ByteBuffer in) {
    if (!in.hasRemaining()) {
      throw new IllegalArgumentException("the key ends too early");
    }
    return in.get(in.position()) & 0xFF;
  }

  private static void skip(final ByteBuffer in) {
    final var _ = value(in, tag(in));
  }

  private static ByteBuffer value(final ByteBuffer in, final int tag) {
    if (in.remaining() < 2 || (in.get() & 0xFF) != tag) {
      throw new IllegalArgumentException("not the structure of a private key");
    }
    int length = in.get() & 0xFF;
    if (length >= 0x80) {
      final int bytes = length & 0x7F;
      if (bytes == 0 || bytes > 2 || in.remaining() < bytes) {
        throw new IllegalArgumentException("a length that no private key has");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | in.get() & 0xFF;
      }
    }
    if (length > in.remaining()) {
      throw new IllegalArgumentException("a length beyond the end");
    }
    final var value = in.slice(in.position(), length);
    in.position(in.position() + length);
    return value;
  }
}
