package dev.reveille.push.webpush;

import dev.reveille.model.SubscriptionKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts a message for a browser's subscription (RFC 8291), in one record of RFC 8188, each with
/// a new key pair. Not thread-safe: each thread has its own.
final class MessageEncryption {
  /// A push service takes bodies of so many bytes at least (RFC 8030 section 7.2); none is known to
  /// take more.
  static final int LARGEST_BODY = 4_096;

  private static final int SALT = 16;
  private static final int TAG = 16;
  private static final int NONCE = 12;
  private static final int KEY = 16;
  private static final int SECRET = 32;
  private static final int HEAD = SALT + Integer.BYTES + 1 + P256.POINT;
  private static final int RECORD = 4_096;

  /// Ends the last record.
  private static final byte DELIMITER = 2;

  /// The largest message that fits into a body.
  static final int LARGEST = LARGEST_BODY - HEAD - TAG - 1;

  private static final byte[] KEY_INFO = ascii("WebPush: info\0");
  private static final byte[] CONTENT_KEY = ascii("Content-Encoding: aes128gcm\0");
  private static final byte[] CONTENT_NONCE = ascii("Content-Encoding: nonce\0");

  private final SecureRandom random = new SecureRandom();
  private final KeyPairGenerator generator;
  private final KeyAgreement agreement;
  private final KDF hkdf;
  private final Cipher cipher;

  MessageEncryption() {
    try {
      this.generator = P256.generator();
      this.agreement = KeyAgreement.getInstance("ECDH");
      this.hkdf = KDF.getInstance("HKDF-SHA256");
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks what RFC 8291 needs", e);
    }
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// The body of a request with `content-encoding: aes128gcm`.
  ///
  /// @param plain at most [#LARGEST] bytes
  byte[] encrypt(final byte[] plain, final SubscriptionKeys to) throws GeneralSecurityException {
    final byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return encrypt(plain, to, generator.generateKeyPair(), salt);
  }

  /// With a key pair and a salt that are given: for the vectors of the standard.
  byte[] encrypt(
      final byte[] plain, final SubscriptionKeys to, final KeyPair own, final byte[] salt)
      throws GeneralSecurityException {
    final byte[] theirs = to.point();
    final byte[] ours = P256.point((ECPublicKey) own.getPublic());
    agreement.init(own.getPrivate());
    agreement.doPhase(P256.publicKey(theirs), true);
    final byte[] shared = agreement.generateSecret();
    // RFC 8291 section 3.4: first with the browser's secret as salt, then with the record's
    final byte[] input =
        hkdf.deriveData(
            HKDFParameterSpec.ofExtract()
                .addSalt(to.secret())
                .addIKM(shared)
                .thenExpand(joined(KEY_INFO, theirs, ours), SECRET));
    final SecretKey extracted =
        hkdf.deriveKey(
            "HKDF-PRK", HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(input).extractOnly());
    final byte[] key = hkdf.deriveData(HKDFParameterSpec.expandOnly(extracted, CONTENT_KEY, KEY));
    final byte[] nonce =
        hkdf.deriveData(HKDFParameterSpec.expandOnly(extracted, CONTENT_NONCE, NONCE));
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    final byte[] body = new byte[HEAD + plain.length + 1 + TAG];
    ByteBuffer.wrap(body).put(salt).putInt(RECORD).put((byte) ours.length).put(ours);
    final int written = cipher.update(plain, 0, plain.length, body, HEAD);
    cipher.doFinal(new byte[] {DELIMITER}, 0, 1, body, HEAD + written);
    return body;
  }

  private static byte[] joined(final byte[]... parts) {
    int length = 0;
    for (final byte[] part : parts) {
      length += part.length;
    }
    final var all = ByteBuffer.allocate(length);
    for (final byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
