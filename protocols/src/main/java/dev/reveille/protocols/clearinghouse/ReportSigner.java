package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Product;
import dev.reveille.model.Secret;
import dev.reveille.routing.port.SealedSecrets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Signs the reports of a clearing house with its own key (Ed25519, RFC 8032), which is made when
/// it is asked for first, and kept sealed. Thread-safe.
public final class ReportSigner {
  private static final String ALGORITHM = "Ed25519";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String publicKey;

  private ReportSigner(final PrivateKey key, final byte[] publicKey) {
    this.key = key;
    this.publicKey = BASE64.encodeToString(publicKey);
  }

  /// Reads the key, or makes it. Blocks on the disk.
  public static ReportSigner open(final SealedSecrets secrets, final OrganisationId organisation) {
    final var name = new SealedSecrets.Name(organisation, "clearinghouse", "report-key");
    try {
      final var kept = secrets.read(name);
      if (kept.isPresent()) {
        final var parts = kept.get().text().split(" ");
        final var factory = KeyFactory.getInstance(ALGORITHM);
        final byte[] shown = Base64.getDecoder().decode(parts[1]);
        final var _ = factory.generatePublic(new X509EncodedKeySpec(shown));
        return new ReportSigner(
            factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(parts[0]))),
            shown);
      }
      final KeyPair fresh = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      final var encoder = Base64.getEncoder();
      secrets.put(
          name,
          Secret.of(
              encoder.encodeToString(fresh.getPrivate().getEncoded())
                  + " "
                  + encoder.encodeToString(fresh.getPublic().getEncoded())),
          Product.NAME);
      return new ReportSigner(fresh.getPrivate(), fresh.getPublic().getEncoded());
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /// The public key (X.509), as base64url.
  public String publicKey() {
    return publicKey;
  }

  /// The signature as base64url.
  String sign(final byte[] text) {
    try {
      final var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text);
      return BASE64.encodeToString(signature.sign());
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }
}
