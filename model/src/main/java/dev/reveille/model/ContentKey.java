package dev.reveille.model;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.KeyAgreement;

/// An installation's public key, for which content is sealed: an X25519 key (RFC 7748), 32 bytes in
/// base64url without padding.
///
/// @param raw the 32 bytes, little-endian (RFC 7748 §5)
public record ContentKey(byte[] raw) {
  private static final int LENGTH = 32;

  /// @throws IllegalArgumentException when it is no such key, or one of small order, whose shared
  ///   secret is public
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
      use(raw);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("must be an X25519 public key that is safe to use", e);
    }
    return new ContentKey(raw);
  }

  /// Tries it once: the JDK refuses points of small order only when they are used (RFC 7748 §6.1).
  private static void use(final byte[] raw) throws GeneralSecurityException {
    final var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate());
    agreement.doPhase(key(raw), true);
    agreement.generateSecret();
  }

  private static PublicKey key(final byte[] raw) throws GeneralSecurityException {
    final var bigEndian = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      bigEndian[i] = raw[LENGTH - 1 - i];
    }
    bigEndian[0] &= 0x7F; // RFC 7748 §5: the highest bit is no part of the number
    return KeyFactory.getInstance("X25519")
        .generatePublic(
            new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof ContentKey(var bytes) && Arrays.equals(raw, bytes);
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
