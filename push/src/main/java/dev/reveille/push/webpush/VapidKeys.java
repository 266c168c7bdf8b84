package dev.reveille.push.webpush;

import dev.reveille.model.Credential;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.regex.Pattern;

/// Makes and checks VAPID key pairs, by which push services of browsers identify an app (RFC 8292).
public final class VapidKeys {
  private static final Base64.Encoder OUT = Base64.getUrlEncoder().withoutPadding();
  private static final int LONGEST_SUBJECT = 200;
  private static final Pattern SUBJECT =
      Pattern.compile("mailto:[^\\s@\"<>]+@[^\\s@\"<>]+|https://[^\\s\"<>]+");

  private VapidKeys() {}

  /// A new pair.
  ///
  /// @param subject whom a push service may write to
  /// @throws IllegalArgumentException when the subject is none
  public static Credential.WebPush fresh(final String subject, final boolean silent) {
    checkSubject(subject);
    try {
      final var pair = P256.fresh();
      return new Credential.WebPush(
          OUT.encodeToString(P256.point((ECPublicKey) pair.getPublic())),
          OUT.encodeToString(P256.scalar((ECPrivateKey) pair.getPrivate())),
          subject,
          silent);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK makes keys of P-256", e);
    }
  }

  /// The private key of a pair that belongs together.
  ///
  /// @throws IllegalArgumentException that begins with the field that is wrong
  static PrivateKey checked(final Credential.WebPush credential) {
    checkSubject(credential.subject());
    final byte[] point = bytes("publicKey", credential.publicKey());
    final byte[] scalar = bytes("privateKey", credential.privateKey());
    final ECPublicKey open;
    final ECPrivateKey secret;
    try {
      open = P256.publicKey(point);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "publicKey: must be a point of P-256, 65 bytes in base64url", e);
    }
    try {
      secret = P256.privateKey(scalar);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "privateKey: must be the number of a key of P-256, 32 bytes in base64url", e);
    }
    if (!belongTogether(open, secret)) {
      throw new IllegalArgumentException(
          "privateKey: does not belong to publicKey; give both of one pair");
    }
    return secret;
  }

  private static boolean belongTogether(final ECPublicKey open, final ECPrivateKey secret) {
    try {
      final byte[] probe = "reveille".getBytes(StandardCharsets.US_ASCII);
      final var signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(secret);
      signer.update(probe);
      final byte[] signed = signer.sign();
      signer.initVerify(open);
      signer.update(probe);
      return signer.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // such as a point that is not on the curve
    }
  }

  private static void checkSubject(final String subject) {
    if (subject.length() > LONGEST_SUBJECT || !SUBJECT.matcher(subject).matches()) {
      throw new IllegalArgumentException(
          "subject: must be an address that push services may write to, such as"
              + " mailto:push@example.org or https://example.org/contact");
    }
  }

  private static byte[] bytes(final String field, final String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": must be base64url without padding", e);
    }
  }
}
