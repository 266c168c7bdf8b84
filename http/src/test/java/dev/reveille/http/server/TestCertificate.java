package dev.reveille.http.server;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// A key and a self-signed certificate, as two PEM files: for a name and 127.0.0.1, valid for 30
/// days. Each call makes another pair.
public final class TestCertificate {
  private static final int DAYS_VALID = 30;
  private static final int SERIAL_BITS = 64;

  private final Path certificate;
  private final Path key;
  private final SSLContext trusting;

  private TestCertificate(final Path certificate, final Path key, final SSLContext trusting) {
    this.certificate = certificate;
    this.key = key;
    this.trusting = trusting;
  }

  public static TestCertificate in(final Path folder) {
    return in(folder, "localhost");
  }

  public static TestCertificate in(final Path folder, final String name) {
    try {
      final var pair = newKey();
      final var certificate = folder.resolve(name + "-cert.pem");
      final var key = folder.resolve(name + "-key.pem");
      Files.writeString(certificate, pem("CERTIFICATE", selfSigned(pair, name)));
      Files.writeString(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      return new TestCertificate(certificate, key, trusting(certificate));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  public Path certificate() {
    return certificate;
  }

  public Path key() {
    return key;
  }

  /// For clients that trust this certificate and no other.
  public SSLContext trusting() {
    return trusting;
  }

  /// For a process that has only the certificate's file.
  static SSLContext trusting(final Path certificate) throws GeneralSecurityException, IOException {
    final var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    try (var in = Files.newInputStream(certificate)) {
      anchors.setCertificateEntry(
          "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    final var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyPair newKey() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] selfSigned(final KeyPair pair, final String name)
      throws IOException, OperatorCreationException {
    final var subject = new X500Name("CN=" + name);
    final var now = Instant.now();
    return new JcaX509v3CertificateBuilder(
            subject,
            new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
            Date.from(now),
            Date.from(now.plus(DAYS_VALID, ChronoUnit.DAYS)),
            subject,
            pair.getPublic())
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, name),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
  }

  private static String pem(final String kind, final byte[] der) throws IOException {
    final var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(kind, der));
    }
    return text.toString();
  }
}
