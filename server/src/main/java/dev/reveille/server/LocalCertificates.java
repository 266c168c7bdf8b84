package dev.reveille.server;

import dev.reveille.model.Product;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// Makes the certificates of the [LocalAuthority] (RFC 5280, P-256), with Bouncy Castle.
///
/// Only this class of the module names the library's types: reading its signed jar takes some 0.4
/// s, which a start that finds the files does not spend.
final class LocalCertificates {
  private static final int DAYS_VALID = 3_650;
  private static final int SERIAL_BITS = 120;

  private LocalCertificates() {}

  /// Writes all three files.
  static void make(final LocalAuthority.CertificateFiles files)
      throws IOException, GeneralSecurityException {
    final var name =
        commonName(Product.NAME + " local authority " + Instant.now().getEpochSecond());
    final var issuer = keys();
    final var server = keys();
    final var signer = signer(issuer.getPrivate());
    final var identifiers = new JcaX509ExtensionUtils();
    final var authority =
        certificate(name, name, issuer.getPublic())
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
            .addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                identifiers.createSubjectKeyIdentifier(issuer.getPublic()))
            .build(signer);
    final var leaf =
        certificate(name, commonName("localhost"), server.getPublic())
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
            .addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(issuer.getPublic()))
            .addExtension(Extension.subjectAlternativeName, false, ownNames())
            .build(signer);
    LocalAuthority.write(files.key(), pem("PRIVATE KEY", server.getPrivate().getEncoded()));
    LocalAuthority.write(files.chain(), pem("CERTIFICATE", leaf.getEncoded()));
    LocalAuthority.write(files.authority(), pem("CERTIFICATE", authority.getEncoded()));
  }

  private static ContentSigner signer(final PrivateKey key) throws GeneralSecurityException {
    try {
      return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
    } catch (final OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /// The names and addresses by which programs on this machine reach the server.
  private static GeneralNames ownNames() {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, "localhost"),
          new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
          new GeneralName(GeneralName.iPAddress, "::1")
        });
  }

  private static X509v3CertificateBuilder certificate(
      final X500Name issuer, final X500Name subject, final PublicKey key) {
    final var now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
        Date.from(now.minus(1, ChronoUnit.DAYS)),
        Date.from(now.plus(DAYS_VALID, ChronoUnit.DAYS)),
        subject,
        key);
  }

  private static X500Name commonName(final String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private static String pem(final String what, final byte[] bytes) throws IOException {
    final var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(what, bytes));
    }
    return text.toString();
  }
}
