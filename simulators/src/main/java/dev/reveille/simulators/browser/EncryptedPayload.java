package dev.reveille.simulators.browser;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Decrypts the body of a push as a browser does: RFC 8291 over RFC 8188 (`aes128gcm`), in one
/// record.
///
/// ```
///   salt 16 | record size 4 | 65 | sender's public key 65 | AES-128-GCM(text | 2 | zeros)
/// ```
final class EncryptedPayload {
  private static final int SALT = 16;
  private static final int HEADER = SALT + 4 + 1 + CurvePoint.BYTES;
  private static final int TAG = 16;
  private static final int SMALLEST_RECORD = TAG + 2;
  private static final int TAG_BITS = 128;
  private static final int KEY = 16;
  private static final int NONCE = 12;
  private static final int SECRET = 32;
  private static final byte LAST_RECORD = 2;

  private EncryptedPayload() {}

  /// @throws GeneralSecurityException says why it cannot be read
  static byte[] open(final byte[] body, final BrowserSubscription subscription)
      throws GeneralSecurityException {
    if (body.length < HEADER + SMALLEST_RECORD - 1) {
      throw new GeneralSecurityException("the body is too short for a header and a record");
    }
    final var in = ByteBuffer.wrap(body);
    final var salt = new byte[SALT];
    in.get(salt);
    final int recordSize = in.getInt();
    if (in.get() != CurvePoint.BYTES) {
      throw new GeneralSecurityException("the key id is no public key");
    }
    final var senderKey = new byte[CurvePoint.BYTES];
    in.get(senderKey);
    if (recordSize < SMALLEST_RECORD || in.remaining() > recordSize) {
      throw new GeneralSecurityException("more than one record, or a record size below 18");
    }
    final var cipher = new byte[in.remaining()];
    in.get(cipher);
    return withoutPadding(decrypted(salt, senderKey, cipher, subscription));
  }

  private static byte[] decrypted(
      final byte[] salt,
      final byte[] senderKey,
      final byte[] cipher,
      final BrowserSubscription subscription)
      throws GeneralSecurityException {
    final var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(subscription.pair().getPrivate());
    agreement.doPhase(CurvePoint.read(senderKey), true);
    final byte[] ownKey = CurvePoint.write((ECPublicKey) subscription.pair().getPublic());
    final byte[] input =
        derive(
            subscription.authSecret(),
            agreement.generateSecret(),
            joined(ascii("WebPush: info\0"), ownKey, senderKey),
            SECRET);
    final byte[] key = derive(salt, input, ascii("Content-Encoding: aes128gcm\0"), KEY);
    final byte[] nonce = derive(salt, input, ascii("Content-Encoding: nonce\0"), NONCE);
    final var aes = Cipher.getInstance("AES/GCM/NoPadding");
    aes.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return aes.doFinal(cipher);
  }

  private static byte[] derive(
      final byte[] salt, final byte[] secret, final byte[] info, final int bytes)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, bytes));
  }

  private static byte[] withoutPadding(final byte[] plain) throws GeneralSecurityException {
    int end = plain.length - 1;
    while (end >= 0 && plain[end] == 0) {
      end--;
    }
    if (end < 0 || plain[end] != LAST_RECORD) {
      throw new GeneralSecurityException("the padding of the last record is wrong");
    }
    return Arrays.copyOf(plain, end);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(final byte[]... parts) {
    int length = 0;
    for (final var part : parts) {
      length += part.length;
    }
    final var all = ByteBuffer.allocate(length);
    for (final var part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
