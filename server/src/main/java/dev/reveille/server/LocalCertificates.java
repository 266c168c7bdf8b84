package dev.reveille.server;

import dev.reveille.model.Product;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
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

  private record Life(Instant now, Instant end) {
    Life(final Instant now, final int days) {
      this(now, now.plus(days, ChronoUnit.DAYS));
    }
  }

  private LocalCertificates() {}

  /// Writes all files; that of the authority last.
  static void make(final LocalAuthority.CertificateFiles files)
      throws IOException, GeneralSecurityException {
    final var name =
        commonName(Product.NAME + " local authority " + Instant.now().getEpochSecond());
    final var life = new Life(Instant.now(), DAYS_VALID);
    final var issuer = keys();
    final var server = keys();
    final var signer = signer(issuer.getPrivate());
    final var identifiers = new JcaX509ExtensionUtils();
    final var authority =
        certificate(name, name, issuer.getPublic(), life)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
            .addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                identifiers.createSubjectKeyIdentifier(issuer.getPublic()))
            .build(signer);
    final var leaf =
        leaf(
                name,
                identifiers.createAuthorityKeyIdentifier(issuer.getPublic()),
                server.getPublic(),
                life,
                List.of())
            .build(signer);
    LocalAuthority.write(files.key(), pem("PRIVATE KEY", server.getPrivate().getEncoded()));
    LocalAuthority.write(files.chain(), pem("CERTIFICATE", leaf.getEncoded()));
    LocalAuthority.write(
        files.authorityKey(), pem("PRIVATE KEY", issuer.getPrivate().getEncoded()));
    LocalAuthority.write(files.authority(), pem("CERTIFICATE", authority.getEncoded()));
  }

  /// Writes the server's certificate anew for more host names, for the same key: the file of the
  /// key stays, so that the two belong together at any moment. It ends when the authority does.
  static void renew(
      final LocalAuthority.CertificateFiles files,
      final X509Certificate authority,
      final PrivateKey signing,
      final X509Certificate former,
      final List<String> hosts)
      throws IOException, GeneralSecurityException {
    final var renewed =
        leaf(
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()),
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey()),
                former.getPublicKey(),
                new Life(Instant.now(), authority.getNotAfter().toInstant()),
                hosts)
            .build(signer(signing));
    CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(renewed.getEncoded()))
        .verify(authority.getPublicKey()); // with another's key nothing is written
    LocalAuthority.write(files.chain(), pem("CERTIFICATE", renewed.getEncoded()));
  }

  private static X509v3CertificateBuilder leaf(
      final X500Name issuer,
      final AuthorityKeyIdentifier issuerKey,
      final PublicKey key,
      final Life life,
      final List<String> hosts)
      throws IOException {
    return certificate(issuer, commonName("localhost"), key, life)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(Extension.authorityKeyIdentifier, false, issuerKey)
        .addExtension(Extension.subjectAlternativeName, false, names(hosts));
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

  /// The names and addresses by which programs on this machine reach the server, and others.
  private static GeneralNames names(final List<String> hosts) {
    final var own =
        Stream.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1"));
    final var others = hosts.stream().map(host -> new GeneralName(GeneralName.dNSName, host));
    return new GeneralNames(Stream.concat(own, others).toArray(GeneralName[]::new));
  }

  private static X509v3CertificateBuilder certificate(
      final X500Name issuer, final X500Name subject, final PublicKey key, final Life life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
        Date.from(life.now().minus(1, ChronoUnit.DAYS)),
        Date.from(life.end()),
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
