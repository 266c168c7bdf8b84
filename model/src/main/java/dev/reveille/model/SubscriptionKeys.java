package dev.reveille.model;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;

/// The keys of a browser's push subscription (RFC 8291 section 2), in base64url without padding:
/// pushes to the endpoint are encrypted with them.
///
/// @param p256dh the browser's public key on the curve P-256: 65 bytes, not compressed
/// @param auth a secret of 16 bytes that browser and app share
public record SubscriptionKeys(String p256dh, String auth) {
  private static final int POINT = 65;
  private static final int SECRET = 16;
  private static final int UNCOMPRESSED = 4;

  // FIPS 186-5, curve P-256
  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  /// The keys as an app hands them in, with padding or without, in either alphabet of base64.
  ///
  /// @throws IllegalArgumentException with what is wrong; shows none of the secret
  public static SubscriptionKeys of(final String p256dh, final String auth) {
    final byte[] point = bytes("p256dh", p256dh);
    if (point.length != POINT || point[0] != UNCOMPRESSED || !isOnCurve(point)) {
      throw new IllegalArgumentException(
          "p256dh: must be a point on the curve P-256, " + POINT + " bytes in base64url");
    }
    final byte[] secret = bytes("auth", auth);
    if (secret.length != SECRET) {
      throw new IllegalArgumentException("auth: must be " + SECRET + " bytes in base64url");
    }
    final var encoder = Base64.getUrlEncoder().withoutPadding();
    return new SubscriptionKeys(encoder.encodeToString(point), encoder.encodeToString(secret));
  }

  private static byte[] bytes(final String name, final String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') {
      end--;
    }
    try {
      return Base64.getUrlDecoder()
          .decode(text.substring(0, end).replace('+', '-').replace('/', '_'));
    } catch (final IllegalArgumentException _) {
      throw new IllegalArgumentException(name + ": must be base64url");
    }
  }

  private static boolean isOnCurve(final byte[] point) {
    final var x = new BigInteger(1, Arrays.copyOfRange(point, 1, 33));
    final var y = new BigInteger(1, Arrays.copyOfRange(point, 33, POINT));
    return x.compareTo(P) < 0
        && y.compareTo(P) < 0
        && y.pow(2).mod(P).equals(x.pow(3).subtract(THREE.multiply(x)).add(B).mod(P));
  }

  /// The browser's public key as bytes.
  public byte[] point() {
    return Base64.getUrlDecoder().decode(p256dh);
  }

  /// The shared secret as bytes.
  public byte[] secret() {
    return Base64.getUrlDecoder().decode(auth);
  }

  @Override
  public String toString() {
    return "SubscriptionKeys[…]";
  }
}
