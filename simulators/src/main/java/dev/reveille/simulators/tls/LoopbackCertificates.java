package dev.reveille.simulators.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
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
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// A certificate authority that is made with its simulator, and the server certificate that it
/// issued for loopback.
///
/// @param authority what a client has to trust
/// @param chain leaf first
public record LoopbackCertificates(
    X509Certificate authority, List<X509Certificate> chain, KeyPair leafKey) {
  private static final int DAYS_VALID = 365;
  private static final int SERIAL_BITS = 120;

  /// Whose certificate, and what it is good for.
  private record Purpose(String name, KeyPurposeId usage) {}

  private static final Purpose SERVER = new Purpose("localhost", KeyPurposeId.id_kp_serverAuth);

  /// Certificates for localhost, 127.0.0.1 and ::1, valid for a year.
  public static LoopbackCertificates make() {
    return make(loopbackNames(), inAYear(), SERVER);
  }

  /// The same, and for this host too.
  public static LoopbackCertificates alsoFor(final String host) {
    return make(loopbackNamesAnd(host), inAYear(), SERVER);
  }

  /// A client's certificate for this name, and its own authority.
  public static LoopbackCertificates client(final String name) {
    return make(
        new GeneralNames(new GeneralName(GeneralName.dNSName, name)),
        inAYear(),
        new Purpose(name, KeyPurposeId.id_kp_clientAuth));
  }

  /// The same, but the leaf's time was over an hour ago.
  public static LoopbackCertificates expired() {
    return make(loopbackNames(), Instant.now().minus(1, ChronoUnit.HOURS), SERVER);
  }

  /// The leaf was issued for another host than this one.
  public static LoopbackCertificates forHost(final String host) {
    return make(new GeneralNames(new GeneralName(GeneralName.dNSName, host)), inAYear(), SERVER);
  }

  private static LoopbackCertificates make(
      final GeneralNames leafNames, final Instant leafUntil, final Purpose purpose) {
    try {
      final var name = commonName("Reveille simulator CA");
      final var key = newKey();
      final var authority =
          signed(
              certificate(name, name, key.getPublic(), key.getPublic(), inAYear())
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                  .addExtension(
                      Extension.keyUsage,
                      true,
                      new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
              key.getPrivate());
      final var leafKey = newKey();
      final var leaf =
          signed(
              certificate(
                      name,
                      commonName(purpose.name()),
                      leafKey.getPublic(),
                      key.getPublic(),
                      leafUntil)
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                  .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                  .addExtension(
                      Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.usage()))
                  .addExtension(Extension.subjectAlternativeName, false, leafNames),
              key.getPrivate());
      return new LoopbackCertificates(authority, List.of(leaf, authority), leafKey);
    } catch (final GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  /// The leaf alone, as PEM.
  public String leafPem() {
    try {
      return pem("CERTIFICATE", chain.getFirst().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The leaf's private key, as PEM (PKCS#8).
  public String keyPem() {
    return pem("PRIVATE KEY", leafKey.getPrivate().getEncoded());
  }

  /// A new P-256 key pair.
  public static KeyPair newKey() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  public String authorityPem() {
    try {
      return pem("CERTIFICATE", authority.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String pem(final String what, final byte[] encoded) {
    final var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(what, encoded));
    } catch (final IOException e) {
      throw new UncheckedIOException("memory can always be written", e);
    }
    return text.toString();
  }

  /// What every certificate here has, without its own extensions.
  private static X509v3CertificateBuilder certificate(
      final X500Name issuer,
      final X500Name subject,
      final PublicKey key,
      final PublicKey issuerKey,
      final Instant until)
      throws GeneralSecurityException, IOException {
    final var identifiers = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
            Date.from(Instant.now().minus(1, ChronoUnit.DAYS)),
            Date.from(until),
            subject,
            key)
        .addExtension(
            Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuerKey));
  }

  private static X509Certificate signed(
      final X509v3CertificateBuilder certificate, final PrivateKey signer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
  }

  private static X500Name commonName(final String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private static Instant inAYear() {
    return Instant.now().plus(DAYS_VALID, ChronoUnit.DAYS);
  }

  private static GeneralNames loopbackNames() {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, "localhost"),
          new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
          new GeneralName(GeneralName.iPAddress, "::1")
        });
  }

  private static GeneralNames loopbackNamesAnd(final String host) {
    final var names = new ArrayList<>(List.of(loopbackNames().getNames()));
    names.add(new GeneralName(GeneralName.dNSName, host));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }
}
