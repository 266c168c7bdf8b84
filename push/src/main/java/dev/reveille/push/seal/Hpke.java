package dev.reveille.push.seal;

import dev.reveille.model.ContentKey;
import java.security.GeneralSecurityException;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.util.Arrays;

/// Seals one message per key (RFC 9180 §6.1 "single-shot") in base mode: DHKEM(X25519,
/// HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Bouncy Castle does it.
///
/// Not thread-safe: the library's object keeps a hash and a cipher. A thread has its own.
///
/// Only this class of the package names the library's types: reading its signed jar takes some 0.4
/// s, which a server that seals nothing does not spend.
final class Hpke {
  private final HPKE suite =
      new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);

  /// The sender's key, then the ciphertext.
  ///
  /// @throws IllegalStateException when the receiver's key is of small order
  byte[] seal(
      final ContentKey receiver, final byte[] info, final byte[] aad, final byte[] plaintext)
      throws GeneralSecurityException {
    return sealed(
        suite.setupBaseS(suite.deserializePublicKey(receiver.raw()), info), aad, plaintext);
  }

  /// With a given key of the sender, for test vectors.
  byte[] seal(
      final AsymmetricCipherKeyPair ephemeral,
      final ContentKey receiver,
      final byte[] info,
      final byte[] aad,
      final byte[] plaintext)
      throws GeneralSecurityException {
    return sealed(
        suite.setupBaseS(suite.deserializePublicKey(receiver.raw()), info, ephemeral),
        aad,
        plaintext);
  }

  private static byte[] sealed(
      final HPKEContextWithEncapsulation context, final byte[] aad, final byte[] plaintext)
      throws GeneralSecurityException {
    try {
      return Arrays.concatenate(context.getEncapsulation(), context.seal(aad, plaintext));
    } catch (final InvalidCipherTextException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
