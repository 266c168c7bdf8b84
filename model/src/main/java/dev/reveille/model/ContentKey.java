package dev.reveille.model;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/// An installation's public key, for which content is sealed: an X25519 key (RFC 7748), 32 bytes in
/// base64url without padding.
///
/// @param raw the 32 bytes
/// @param key the same as the JDK wants it
public record ContentKey(byte[] raw, PublicKey key) {
  private static final int LENGTH = 32;

  /// A SubjectPublicKeyInfo for X25519 (RFC 8410 §4) up to the key itself.
  private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  /// @throws IllegalArgumentException when it is no such key, or one for which everybody could
  ///   guess the secret
  public static ContentKey of(final String text) {
    final byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be base64url without padding", e);
    }
    if (raw.length != LENGTH) {
      throw new IllegalArgumentException(
          "must be an X25519 public key of " + LENGTH + " bytes, not of " + raw.length);
    }
    try {
      return new ContentKey(raw, checked(raw));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("must be an X25519 public key that is safe to use", e);
    }
  }

  /// Tries it once: the JDK refuses points of small order only when they are used (RFC 7748 §6.1).
  private static PublicKey checked(final byte[] raw) throws GeneralSecurityException {
    final var key = key(raw);
    final var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate());
    agreement.doPhase(key, true);
    agreement.generateSecret();
    return key;
  }

  private static PublicKey key(final byte[] raw) throws GeneralSecurityException {
    final byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + LENGTH);
    System.arraycopy(raw, 0, encoded, PREFIX.length, LENGTH);
    return KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  /// The 32 bytes of a key that the JDK made.
  public static byte[] raw(final PublicKey key) {
    final byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof ContentKey(var bytes, _) && Arrays.equals(raw, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }
}
