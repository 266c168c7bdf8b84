package dev.reveille.push.seal;

import dev.reveille.model.ContentKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A phone that opens what was sealed for it: the receiver's side of RFC 9180 in base mode, made of
/// the JDK's X25519, HMAC and AES-GCM. It shares nothing with the library that seals, so it is an
/// independent witness; that it follows the standard itself is shown by the standard's vectors.
final class JdkReceiver {
  private static final int ENC_LENGTH = 32;
  private static final int HASH_LENGTH = 32;
  private static final int KEY_LENGTH = 16;
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] NOTHING = {};
  private static final byte[] VERSION = ascii("HPKE-v1");

  /// §4.1: "KEM" and DHKEM(X25519, HKDF-SHA256) = 0x0020.
  private static final byte[] KEM_SUITE = join(ascii("KEM"), new byte[] {0x00, 0x20});

  /// §5.1: "HPKE", the same, HKDF-SHA256 = 0x0001, AES-128-GCM = 0x0001.
  private static final byte[] SUITE =
      join(ascii("HPKE"), new byte[] {0x00, 0x20, 0x00, 0x01, 0x00, 0x01});

  private final PrivateKey key;
  private final byte[] raw;

  private JdkReceiver(final PrivateKey key, final byte[] raw) {
    this.key = key;
    this.raw = raw;
  }

  /// With a new key.
  static JdkReceiver make() {
    try {
      final var pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
      return new JdkReceiver(pair.getPrivate(), littleEndian((XECPublicKey) pair.getPublic()));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has X25519", e);
    }
  }

  /// With the given key (RFC 7748: 32 bytes each, little-endian).
  static JdkReceiver of(final byte[] privateKey, final byte[] publicKey)
      throws GeneralSecurityException {
    return new JdkReceiver(
        KeyFactory.getInstance("X25519")
            .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey)),
        publicKey);
  }

  /// The public key as the app registers it.
  String contentKey() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }

  ContentKey parsedKey() {
    return ContentKey.of(contentKey());
  }

  /// §6.1 OpenBase of the sender's key and the ciphertext behind it.
  ///
  /// @throws GeneralSecurityException when it was sealed for another key or use, or changed
  byte[] open(final byte[] sealed, final byte[] info, final byte[] aad)
      throws GeneralSecurityException {
    final byte[] enc = Arrays.copyOf(sealed, ENC_LENGTH);
    final byte[] secret = decapsulated(enc);
    // §5.1 KeySchedule, mode_base: no pre-shared key
    final byte[] context =
        join(
            new byte[] {0x00},
            extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
            extract(SUITE, NOTHING, "info_hash", info));
    final byte[] schedule = extract(SUITE, secret, "secret", NOTHING);
    final byte[] aes = expand(SUITE, schedule, "key", context, KEY_LENGTH);
    final byte[] nonce = expand(SUITE, schedule, "base_nonce", context, NONCE_LENGTH);
    final var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    // §5.2: the first message's nonce is the base nonce itself
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(aes, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(aad);
    return cipher.doFinal(sealed, ENC_LENGTH, sealed.length - ENC_LENGTH);
  }

  /// §4.1 Decap: the secret that both sides reach.
  byte[] decapsulated(final byte[] enc) throws GeneralSecurityException {
    final var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(key);
    agreement.doPhase(publicKey(enc), true);
    final byte[] prk = extract(KEM_SUITE, NOTHING, "eae_prk", agreement.generateSecret());
    return expand(KEM_SUITE, prk, "shared_secret", join(enc, raw), HASH_LENGTH);
  }

  /// §4 LabeledExtract.
  private static byte[] extract(
      final byte[] suite, final byte[] salt, final String label, final byte[] ikm)
      throws GeneralSecurityException {
    final var mac = Mac.getInstance("HmacSHA256");
    // HMAC pads a key with zeros, so no salt is the same as a salt of zeros (RFC 5869 §2.2)
    mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_LENGTH] : salt, "HmacSHA256"));
    return mac.doFinal(join(VERSION, suite, ascii(label), ikm));
  }

  /// §4 LabeledExpand, for at most one block of HMAC-SHA-256 (RFC 5869 §2.3).
  private static byte[] expand(
      final byte[] suite, final byte[] prk, final String label, final byte[] info, final int length)
      throws GeneralSecurityException {
    final var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(prk, "HmacSHA256"));
    final byte[] size = {(byte) (length >> 8), (byte) length};
    return Arrays.copyOf(
        mac.doFinal(join(size, VERSION, suite, ascii(label), info, new byte[] {1})), length);
  }

  private static PublicKey publicKey(final byte[] littleEndian) throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519")
        .generatePublic(
            new XECPublicKeySpec(
                NamedParameterSpec.X25519, new BigInteger(1, reversed(littleEndian))));
  }

  private static byte[] littleEndian(final XECPublicKey key) {
    final byte[] shortest = reversed(key.getU().toByteArray());
    return Arrays.copyOf(shortest, ENC_LENGTH);
  }

  private static byte[] reversed(final byte[] bytes) {
    final var reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
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
