package dev.reveille.http.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the certificate chain and the private key of a TLS server from PEM files, and checks that
/// the key belongs to the certificate before a listener uses them. Keys are unencrypted PKCS#8: EC,
/// RSA or EdDSA. Blocks on the disk. Messages of exceptions name the file.
public final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "EdDSA");

  private PemFiles() {}

  /// All certificates of a file, at least one.
  public static List<X509Certificate> certificates(final Path file)
      throws IOException, CertificateException {
    try (var in = new ByteArrayInputStream(bytes(file))) {
      final var all =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        throw new CertificateException("there is no certificate in " + file);
      }
      return all;
    }
  }

  /// The first key of a file.
  public static PrivateKey privateKey(final Path file)
      throws IOException, GeneralSecurityException {
    // What stands around the key, such as a byte order mark, may be in any encoding.
    final var found = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
    if (!found.find()) {
      throw new InvalidKeySpecException(
          "there is no unencrypted PKCS#8 key (BEGIN PRIVATE KEY) in " + file);
    }
    final byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("the key in " + file + " is not Base64", e);
    }
    for (final var kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // another kind, then
      }
    }
    throw new InvalidKeySpecException("the key in " + file + " is none of " + KEY_KINDS);
  }

  private static byte[] bytes(final Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read", e);
    }
  }

  /// Signs with one and verifies with the other: a mismatch would show only in failed handshakes.
  ///
  /// @throws GeneralSecurityException when they do not belong together
  public static void checkPair(final X509Certificate certificate, final PrivateKey key)
      throws GeneralSecurityException {
    final var algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "EdDSA";
        };
    final var text = "fits".getBytes(StandardCharsets.US_ASCII);
    final var signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    final var signature = signing.sign();
    final var verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate);
    verifying.update(text);
    if (!verifying.verify(signature)) {
      throw new InvalidKeySpecException("the key is not the certificate's");
    }
  }
}
