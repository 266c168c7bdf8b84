package dev.reveille.bench.receiver;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The keys of one simulated browser subscription: what the browser gives to its application
/// server, and what it decrypts with (RFC 8291). Shares no code with the server's encryption.
public final class BrowserKeys {
  private static final int POINT = 65;
  private static final int COORDINATE = 32;
  private static final int SALT = 16;
  private static final int AUTH = 16;
  private static final int HEAD = SALT + Integer.BYTES + 1 + POINT;
  private static final int TAG_BITS = 128;
  private static final Base64.Encoder OUT = Base64.getUrlEncoder().withoutPadding();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair pair;
  private final byte[] auth = new byte[AUTH];

  /// New ones.
  public BrowserKeys() {
    try {
      final var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.pair = generator.generateKeyPair();
    } catch (final GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has P-256", missing);
    }
    RANDOM.nextBytes(auth);
  }

  /// In base64url, as the subscription names it.
  public String p256dh() {
    return OUT.encodeToString(point());
  }

  /// In base64url, as the subscription names it.
  public String auth() {
    return OUT.encodeToString(auth);
  }

  private byte[] point() {
    final var at = ((ECPublicKey) pair.getPublic()).getW();
    final var point = new byte[POINT];
    point[0] = 4; // not compressed
    put(at.getAffineX(), point, 1);
    put(at.getAffineY(), point, 1 + COORDINATE);
    return point;
  }

  private static void put(final BigInteger number, final byte[] into, final int at) {
    final byte[] bytes = number.toByteArray(); // may have a sign byte in front, or be short
    final int from = Math.max(0, bytes.length - COORDINATE);
    System.arraycopy(
        bytes, from, into, at + COORDINATE - (bytes.length - from), bytes.length - from);
  }

  /// What is in a body of one record.
  ///
  /// @throws GeneralSecurityException when these keys do not open it
  byte[] open(final byte[] body) throws GeneralSecurityException {
    if (body.length <= HEAD || body[HEAD - POINT - 1] != POINT) {
      throw new GeneralSecurityException("no header of aes128gcm with a key in it");
    }
    final byte[] salt = Arrays.copyOf(body, SALT);
    final byte[] theirs = Arrays.copyOfRange(body, HEAD - POINT, HEAD);
    final var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(pair.getPrivate());
    agreement.doPhase(key(theirs), true);
    final byte[] input =
        derived(
            auth,
            agreement.generateSecret(),
            ByteBuffer.allocate(14 + 2 * POINT)
                .put(ascii("WebPush: info\0"))
                .put(point())
                .put(theirs)
                .array(),
            32);
    final byte[] key = derived(salt, input, ascii("Content-Encoding: aes128gcm\0"), 16);
    final byte[] nonce = derived(salt, input, ascii("Content-Encoding: nonce\0"), 12);
    final var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    final byte[] plain = cipher.doFinal(body, HEAD, body.length - HEAD);
    int end = plain.length - 1;
    while (end >= 0 && plain[end] == 0) {
      end--;
    }
    if (end < 0 || plain[end] != 2) { // ends the last record
      throw new GeneralSecurityException("the last record does not end as it must");
    }
    return Arrays.copyOf(plain, end);
  }

  private ECPublicKey key(final byte[] point) throws GeneralSecurityException {
    final var curve = ((ECPublicKey) pair.getPublic()).getParams();
    final var at =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE, POINT)));
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(at, curve));
  }

  private static byte[] derived(
      final byte[] salt, final byte[] secret, final byte[] info, final int bytes)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, bytes));
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
