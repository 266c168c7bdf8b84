package dev.reveille.push.app;

import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.model.FileText;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Reads a client certificate and its private key from the two texts that an operator hands in, for
/// a push service that knows an app by them. Throws an exception whose message names the field that
/// is wrong.
public final class IdentityFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private IdentityFiles() {}

  /// Reads both and signs with the key once.
  ///
  /// @param certificate chain in PEM, the app's own certificate first
  /// @param key PKCS#8 in PEM
  /// @param keyField what the request calls the key
  /// @throws IllegalArgumentException that begins with the field that is wrong, and shows nothing
  ///   of the key
  public static ClientIdentity read(
      final String certificate, final String key, final String keyField) {
    final var chain = certificates(certificate, keyField);
    final var own = chain.getFirst().getPublicKey();
    final var secret = key(FileText.withoutMark(key), own.getAlgorithm(), keyField);
    if (!belongTogether(secret, own)) {
      throw new IllegalArgumentException(
          keyField
              + ": does not belong to the first certificate; the app's own certificate comes first,"
              + " then those that issued it");
    }
    return new ClientIdentity(secret, chain);
  }

  /// Reads the certificates alone, without a look at the key.
  ///
  /// @param certificate chain in PEM
  /// @param keyField what the request calls the key
  /// @return at least one, in the order of the text
  /// @throws IllegalArgumentException that begins with the field that is wrong
  public static List<X509Certificate> certificates(
      final String certificate, final String keyField) {
    return chain(FileText.withoutMark(certificate), keyField);
  }

  private static List<X509Certificate> chain(final String pem, final String keyField) {
    if (pem.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          "certificate: holds a private key; that goes into the field `" + keyField + "`");
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

  private static PrivateKey key(final String pem, final String algorithm, final String keyField) {
    final var found = KEY.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException(
          keyField
              + (pem.contains("ENCRYPTED")
                  ? ": is encrypted; give it without a password (openssl pkcs8 -in KEY -out"
                      + " KEY.pem)"
                  : pem.contains("PRIVATE KEY-----")
                      ? ": must be PKCS#8 (openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pem)"
                      : ": must be a private key in PEM, PKCS#8"));
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          keyField + ": is no " + algorithm + " key, as the certificate's is, or is damaged", e);
    }
  }

  private static boolean belongTogether(final PrivateKey key, final PublicKey certified) {
    try {
      final byte[] probe = "reveille".getBytes(StandardCharsets.US_ASCII);
      final var signing =
          Signature.getInstance("SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
      signing.initSign(key);
      signing.update(probe);
      final byte[] signed = signing.sign();
      signing.initVerify(certified);
      signing.update(probe);
      return signing.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
