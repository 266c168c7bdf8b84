package dev.reveille.push.seal;

import dev.reveille.model.ContentKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The sender's side of HPKE (RFC 9180) in base mode, one message per key (§6.1 "single-shot"):
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. JDK 25 has the parts, not the whole.
///
/// Not thread-safe: its MAC and cipher are used again. A thread has its own.
final class Hpke {
  /// What goes before the ciphertext: the sender's key of this one message.
  static final int ENC_LENGTH = 32;

  private static final int TAG_BITS = 128;
  private static final int HASH_LENGTH = 32;
  private static final int KEY_LENGTH = 16;
  private static final int NONCE_LENGTH = 12;
  private static final byte[] NOTHING = {};
  private static final byte[] VERSION = ascii("HPKE-v1");

  /// §4.1: "KEM" and DHKEM(X25519, HKDF-SHA256) = 0x0020.
  private static final byte[] KEM_SUITE = join(ascii("KEM"), new byte[] {0x00, 0x20});

  /// §5.1: "HPKE", the same, HKDF-SHA256 = 0x0001, AES-128-GCM = 0x0001.
  private static final byte[] SUITE =
      join(ascii("HPKE"), new byte[] {0x00, 0x20, 0x00, 0x01, 0x00, 0x01});

  private final KeyPairGenerator generator;
  private final KeyAgreement agreement;
  private final Mac mac;
  private final Cipher cipher;

  Hpke() {
    try {
      generator = KeyPairGenerator.getInstance("X25519");
      agreement = KeyAgreement.getInstance("X25519");
      mac = Mac.getInstance("HmacSHA256");
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has X25519, HMAC-SHA-256 and AES-GCM", e);
    }
  }

  /// The sender's key, then the ciphertext.
  ///
  /// @throws GeneralSecurityException when the key cannot be used
  byte[] seal(
      final ContentKey receiver, final byte[] info, final byte[] aad, final byte[] plaintext)
      throws GeneralSecurityException {
    return seal(generator.generateKeyPair(), receiver, info, aad, plaintext);
  }

  /// With a given key of the sender, for test vectors.
  byte[] seal(
      final KeyPair ephemeral,
      final ContentKey receiver,
      final byte[] info,
      final byte[] aad,
      final byte[] plaintext)
      throws GeneralSecurityException {
    final byte[] enc = ContentKey.raw(ephemeral.getPublic());
    final byte[] secret = encapsulated(ephemeral, receiver.key(), enc, receiver.raw());
    // §5.1 KeySchedule, mode_base: no pre-shared key
    final byte[] context =
        join(
            new byte[] {0x00},
            extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
            extract(SUITE, NOTHING, "info_hash", info));
    final byte[] schedule = extract(SUITE, secret, "secret", NOTHING);
    final byte[] key = expand(SUITE, schedule, "key", context, KEY_LENGTH);
    final byte[] nonce = expand(SUITE, schedule, "base_nonce", context, NONCE_LENGTH);
    // §5.2: the first message's nonce is the base nonce itself
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(aad);
    return join(enc, cipher.doFinal(plaintext));
  }

  /// §4.1 Encap: the secret that both sides reach.
  private byte[] encapsulated(
      final KeyPair ephemeral, final PublicKey receiver, final byte[] enc, final byte[] receiverRaw)
      throws GeneralSecurityException {
    agreement.init(ephemeral.getPrivate());
    agreement.doPhase(receiver, true);
    final byte[] dh = agreement.generateSecret(); // the JDK refuses an all-zero one
    final byte[] prk = extract(KEM_SUITE, NOTHING, "eae_prk", dh);
    return expand(KEM_SUITE, prk, "shared_secret", join(enc, receiverRaw), HASH_LENGTH);
  }

  /// §4 LabeledExtract.
  private byte[] extract(
      final byte[] suite, final byte[] salt, final String label, final byte[] ikm)
      throws GeneralSecurityException {
    // HMAC pads a key with zeros, so no salt is the same as a salt of zeros (RFC 5869 §2.2)
    mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_LENGTH] : salt, "HmacSHA256"));
    mac.update(VERSION);
    mac.update(suite);
    mac.update(ascii(label));
    return mac.doFinal(ikm);
  }

  /// §4 LabeledExpand, for at most one block of HMAC-SHA-256 (RFC 5869 §2.3).
  private byte[] expand(
      final byte[] suite, final byte[] prk, final String label, final byte[] info, final int length)
      throws GeneralSecurityException {
    mac.init(new SecretKeySpec(prk, "HmacSHA256"));
    mac.update(new byte[] {(byte) (length >> 8), (byte) length});
    mac.update(VERSION);
    mac.update(suite);
    mac.update(ascii(label));
    mac.update(info);
    mac.update((byte) 1);
    return Arrays.copyOf(mac.doFinal(), length);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(final byte[]... parts) {
    int length = 0;
    for (final var part : parts) {
      length += part.length;
    }
    final var all = new byte[length];
    int at = 0;
    for (final var part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
