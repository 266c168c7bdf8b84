package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// A key is used once before it is accepted.
class EcKeyCheckTest {
  private static KeyPair pair() throws Exception {
    final var maker = KeyPairGenerator.getInstance("EC");
    maker.initialize(new ECGenParameterSpec("secp256r1"));
    return maker.generateKeyPair();
  }

  /// As Apple and OpenSSL write it: the secret, the curve once more, and the public half.
  private static String file(final KeyPair pair) {
    final var secret = ((ECPrivateKey) pair.getPrivate()).getS().toByteArray();
    final var scalar = new byte[32];
    final int length = Math.min(32, secret.length);
    System.arraycopy(secret, secret.length - length, scalar, 32 - length, length);
    final var encoded = pair.getPublic().getEncoded();
    final var point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
    final var hex = HexFormat.of();
    final var der =
        "308193020100301306072a8648ce3d020106082a8648ce3d030107047930770201010420"
            + hex.formatHex(scalar)
            + "a00a06082a8648ce3d030107a144034200"
            + hex.formatHex(point);
    return pem(hex.parseHex(der));
  }

  private static BigInteger secret(final PrivateKey key) {
    return ((ECPrivateKey) key).getS();
  }

  private static String pem(final byte[] der) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Test
  void a_good_key_is_taken_with_and_without_its_public_half() throws Exception {
    for (int i = 0; i < 20; i++) {
      final var pair = pair();
      assertEquals(secret(pair.getPrivate()), secret(ApnsKey.parse(file(pair))));
      assertEquals(
          secret(pair.getPrivate()), secret(ApnsKey.parse(pem(pair.getPrivate().getEncoded()))));
      assertEquals(secret(pair.getPrivate()), secret(ApnsKey.parse("\uFEFF" + file(pair))));
    }
  }

  /// Some letters are no part of the key (which curve it is stands there twice): with them changed
  /// it is still the same.
  @Test
  void a_key_with_one_wrong_letter_is_refused_or_still_the_same() throws Exception {
    final var pair = pair();
    final var good = file(pair);
    final int from = good.indexOf('\n') + 1;
    final int to = good.indexOf("\n-----END");
    int refused = 0;
    for (int at = from; at < to; at++) {
      final char letter = good.charAt(at);
      if (letter == '\n' || letter == '=') {
        continue;
      }
      final var wrong = new StringBuilder(good);
      wrong.setCharAt(at, letter == 'B' ? 'C' : 'B');
      final PrivateKey read;
      try {
        read = ApnsKey.parse(wrong.toString());
      } catch (IllegalArgumentException mistake) {
        refused++;
        assertTrue(
            String.valueOf(mistake.getMessage()).contains("Apple"),
            () -> "a remedy: " + mistake.getMessage());
        continue;
      }
      assertEquals(secret(pair.getPrivate()), secret(read), "letter " + (at - from));
    }
    assertTrue(refused > 140, "letters refused: " + refused);
  }

  @Test
  void the_public_half_of_another_key_is_refused() throws Exception {
    final var mixed = file(new KeyPair(pair().getPublic(), pair().getPrivate()));
    final var mistake = assertThrows(IllegalArgumentException.class, () -> ApnsKey.parse(mixed));
    assertTrue(String.valueOf(mistake.getMessage()).contains("do not belong together"));
  }
}
