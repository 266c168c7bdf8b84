package dev.reveille.simulators.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate authority of an organisation that federates: it issues certificates for both
/// sides of a connection and revocation lists (RFC 5280), as PEM files in a folder, good ones and
/// such as a partner has to refuse. For one thread.
public final class PartnerAuthority {
  private static final Duration LIFE = Duration.ofDays(365);

  private final Path folder;
  private final X500Name name;
  private final KeyPair key;
  private final X509Certificate certificate;
  private int issued;

  /// What a certificate is good for.
  public enum Kind {
    /// Both sides, for a year.
    GOOD,
    /// Its time was over an hour ago.
    EXPIRED,
    /// Its time begins in an hour.
    NOT_YET_VALID,
    /// Servers only: no extended key usage for clients.
    SERVER_ONLY
  }

  /// The files of a certificate.
  ///
  /// @param chain the leaf, then its authority
  public record Issued(Path chain, Path key, X509Certificate leaf) {}

  private PartnerAuthority(
      final Path folder, final X500Name name, final KeyPair key, final X509Certificate own) {
    this.folder = folder;
    this.name = name;
    this.key = key;
    this.certificate = own;
  }

  /// Makes one with its certificate in the file `ca.pem` of the folder, which is made.
  ///
  /// @param organisation stands in its name
  public static PartnerAuthority make(final Path folder, final String organisation)
      throws IOException {
    try {
      Files.createDirectories(folder);
      final var name = new X500Name("CN=" + organisation + " authority");
      final var key = LoopbackCertificates.newKey();
      final var builder =
          builder(name, name, key, Instant.now().minus(LIFE), Instant.now().plus(LIFE), 1)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      final var own = new JcaX509CertificateConverter().getCertificate(builder.build(by(key)));
      final var authority = new PartnerAuthority(folder, name, key, own);
      Files.writeString(authority.file(), pem(own));
      return authority;
    } catch (final GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  /// Its own certificate.
  public X509Certificate certificate() {
    return certificate;
  }

  /// What partners have to trust.
  public Path file() {
    return folder.resolve("ca.pem");
  }

  /// Issues a certificate into `NAME.pem` and `NAME.key`, named after the first name.
  ///
  /// @param names DNS names, at least one
  public Issued issue(final Kind kind, final List<String> names) throws IOException {
    final var now = Instant.now();
    final var hour = Duration.ofHours(1);
    final var from = kind == Kind.NOT_YET_VALID ? now.plus(hour) : now.minus(LIFE);
    final var until = kind == Kind.EXPIRED ? now.minus(hour) : now.plus(LIFE);
    final KeyPurposeId[] uses =
        kind == Kind.SERVER_ONLY
            ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth}
            : new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
    try {
      issued++;
      final var leafKey = LoopbackCertificates.newKey();
      final var alternatives =
          names.stream()
              .map(one -> new GeneralName(GeneralName.dNSName, one))
              .toArray(GeneralName[]::new);
      final var builder =
          builder(name, new X500Name("CN=" + names.getFirst()), leafKey, from, until, issued + 1)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(uses))
              .addExtension(
                  Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      final var leaf = new JcaX509CertificateConverter().getCertificate(builder.build(by(key)));
      final var chain = folder.resolve(names.getFirst() + ".pem");
      final var secret = folder.resolve(names.getFirst() + ".key");
      Files.writeString(chain, pem(leaf) + pem(certificate));
      Files.writeString(
          secret, LoopbackCertificates.pem("PRIVATE KEY", leafKey.getPrivate().getEncoded()));
      return new Issued(chain, secret, leaf);
    } catch (final GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  /// Writes a revocation list into `revoked.pem` of the folder.
  ///
  /// @param until when the next list is due; in the past for one that is out of date
  public Path revoke(final List<X509Certificate> revoked, final Instant until) throws IOException {
    try {
      final var now = Date.from(Instant.now().minus(Duration.ofMinutes(1)));
      final var builder =
          new JcaX509v2CRLBuilder(certificate, Date.from(Instant.now().minus(LIFE)));
      builder.setNextUpdate(Date.from(until));
      for (final var one : revoked) {
        builder.addCRLEntry(one.getSerialNumber(), now, CRLReason.keyCompromise);
      }
      final var file = folder.resolve("revoked.pem");
      Files.writeString(
          file, LoopbackCertificates.pem("X509 CRL", builder.build(by(key)).getEncoded()));
      return file;
    } catch (final OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make revocation lists", e);
    }
  }

  private static ContentSigner by(final KeyPair key) throws OperatorCreationException {
    return new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
  }

  private static X509v3CertificateBuilder builder(
      final X500Name issuer,
      final X500Name subject,
      final KeyPair key,
      final Instant from,
      final Instant until,
      final int serial) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(serial),
        Date.from(from),
        Date.from(until),
        subject,
        key.getPublic());
  }

  private static String pem(final X509Certificate one) throws GeneralSecurityException {
    return LoopbackCertificates.pem("CERTIFICATE", one.getEncoded());
  }
}
