package dev.reveille.cli.wire;

import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Builds the TLS context of a client: it trusts the certificate authorities of a PEM file, or
/// those of the system.
final class Trust {
  private Trust() {}

  static SSLContext of(final String ca) {
    try {
      if (ca.isEmpty()) {
        return SSLContext.getDefault();
      }
      final var context = SSLContext.getInstance("TLS");
      context.init(null, onlyThoseOf(Path.of(ca)).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw Failure.missing(
          "The file " + ca + " holds no certificates that can be read.",
          "Give a PEM file; a server's own is tls/ca.pem in its data directory.");
    } catch (IOException e) {
      throw Failure.missing(
          "The certificate file " + ca + " cannot be read.",
          "Give the server's CA certificate with --ca FILE; it is tls/ca.pem in its data"
              + " directory.");
    }
  }

  private static TrustManagerFactory onlyThoseOf(final Path file)
      throws GeneralSecurityException, IOException {
    final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (final Certificate each :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
    }
    if (store.size() == 0) {
      throw new GeneralSecurityException("no certificate");
    }
    final var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
