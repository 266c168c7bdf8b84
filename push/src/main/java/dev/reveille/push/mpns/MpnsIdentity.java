package dev.reveille.push.mpns;

import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.model.Credential;
import dev.reveille.model.FileText;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the certificate and the key that Microsoft knows an app by.
final class MpnsIdentity {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private MpnsIdentity() {}

  /// Empty for an app without a certificate.
  ///
  /// @throws IllegalArgumentException that begins with the field that is wrong
  static Optional<ClientIdentity> of(final Credential.Mpns credential) {
    final var certificate = FileText.withoutMark(credential.certificate());
    final var key = FileText.withoutMark(credential.key());
    if (certificate.isBlank() && key.isBlank()) {
      return Optional.empty();
    }
    if (certificate.isBlank()) {
      throw new IllegalArgumentException(
          "certificate: is missing beside the key; give both or none");
    }
    if (key.isBlank()) {
      throw new IllegalArgumentException(
          "key: is missing beside the certificate; give both or none");
    }
    final var chain = chain(certificate);
    final var secret = key(key, chain.getFirst().getPublicKey().getAlgorithm());
    if (!belongTogether(secret, chain.getFirst())) {
      throw new IllegalArgumentException(
          "key: does not belong to the first certificate; the app's own certificate comes first,"
              + " then those that issued it");
    }
    return Optional.of(new ClientIdentity(secret, chain));
  }

  private static List<X509Certificate> chain(final String pem) {
    if (pem.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          "certificate: holds a private key; that goes into the field `key`");
    }
    final var chain = new ArrayList<X509Certificate>();
    try {
      final var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
      for (final var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        chain.add((X509Certificate) each);
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "certificate: must be X.509 certificates in PEM: " + e.getMessage(), e);
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("certificate: holds no X.509 certificate in PEM");
    }
    return chain;
  }

  private static PrivateKey key(final String pem, final String algorithm) {
    final var found = KEY.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException(
          pem.contains("ENCRYPTED")
              ? "key: is encrypted; give it without a password (openssl pkcs8 -in KEY -out KEY.pem)"
              : pem.contains("PRIVATE KEY-----")
                  ? "key: must be PKCS#8 (openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pem)"
                  : "key: must be a private key in PEM, PKCS#8");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "key: is no " + algorithm + " key, as the certificate's is, or is damaged", e);
    }
  }

  private static boolean belongTogether(final PrivateKey key, final X509Certificate certificate) {
    try {
      final byte[] probe = "reveille".getBytes(StandardCharsets.US_ASCII);
      final var signing =
          Signature.getInstance("SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
      signing.initSign(key);
      signing.update(probe);
      final byte[] signed = signing.sign();
      signing.initVerify(certificate.getPublicKey());
      signing.update(probe);
      return signing.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
