package dev.reveille.simulators.apple;

import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Issues certificates for pushes as Apple's developer portal does, with Apple's own extensions,
/// for as long as a simulator or a test lives.
public final class PushAuthority {
  private static final ASN1ObjectIdentifier SANDBOX =
      new ASN1ObjectIdentifier("1.2.840.113635.100.6.3.1");
  private static final ASN1ObjectIdentifier PRODUCTION =
      new ASN1ObjectIdentifier("1.2.840.113635.100.6.3.2");
  private static final ASN1ObjectIdentifier TOPICS =
      new ASN1ObjectIdentifier("1.2.840.113635.100.6.3.6");
  private static final int SERIAL_BITS = 120;

  private final X500Name name;
  private final KeyPair key;
  private final X509Certificate certificate;

  /// A certificate that the authority issued, with its key.
  public record Issued(X509Certificate certificate, PrivateKey key) {
    public String certificatePem() {
      return pemOf(certificate);
    }

    /// PKCS#8.
    public String keyPem() {
      return LoopbackCertificates.pem("PRIVATE KEY", key.getEncoded());
    }
  }

  /// The contents of a certificate that is to be issued.
  ///
  /// @param uid the subject's UID
  /// @param topics of one that is universal; empty for one that has the UID's topic only
  public record Wish(
      String uid,
      List<String> topics,
      boolean production,
      boolean sandbox,
      Instant from,
      Instant until) {
    /// Universal, good in both environments, for a year.
    public static Wish universal(final String bundleId) {
      final var now = Instant.now();
      return new Wish(
          bundleId,
          List.of(bundleId, bundleId + ".voip", bundleId + ".complication"),
          true,
          true,
          now.minus(1, ChronoUnit.DAYS),
          now.plus(365, ChronoUnit.DAYS));
    }

    public Wish in(final boolean inProduction, final boolean inSandbox) {
      return new Wish(uid, topics, inProduction, inSandbox, from, until);
    }

    public Wish forTopics(final String... others) {
      return new Wish(uid, List.of(others), production, sandbox, from, until);
    }

    public Wish during(final Instant first, final Instant last) {
      return new Wish(uid, topics, production, sandbox, first, last);
    }
  }

  private PushAuthority() {
    try {
      name = named("Reveille simulator of Apple's authority", "");
      key = LoopbackCertificates.newKey();
      final var now = Instant.now();
      certificate =
          signed(
              builder(name, key, now.minus(2, ChronoUnit.DAYS), now.plus(3_650, ChronoUnit.DAYS))
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  public static PushAuthority make() {
    return new PushAuthority();
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// The authority's own certificate, as PEM.
  public String pem() {
    return pemOf(certificate);
  }

  private static String pemOf(final X509Certificate of) {
    try {
      return LoopbackCertificates.pem("CERTIFICATE", of.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was made can be written", e);
    }
  }

  public Issued issue(final Wish wish) {
    try {
      final var own = LoopbackCertificates.newKey();
      final var made =
          builder(
              named("Apple Push Services: " + wish.uid(), wish.uid()),
              own,
              wish.from(),
              wish.until());
      if (wish.sandbox()) {
        made.addExtension(SANDBOX, false, DERNull.INSTANCE);
      }
      if (wish.production()) {
        made.addExtension(PRODUCTION, false, DERNull.INSTANCE);
      }
      if (!wish.topics().isEmpty()) {
        final var all = new ASN1EncodableVector();
        for (final var topic : wish.topics()) {
          all.add(new DERUTF8String(topic));
          all.add(new DERSequence(new DERUTF8String("app")));
        }
        made.addExtension(TOPICS, false, new DERSequence(all));
      }
      return new Issued(signed(made), own.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  private static X500Name named(final String commonName, final String uid) {
    final var subject = new X500NameBuilder(BCStyle.INSTANCE);
    if (!uid.isEmpty()) {
      subject.addRDN(BCStyle.UID, uid);
    }
    return subject.addRDN(BCStyle.CN, commonName).build();
  }

  private X509v3CertificateBuilder builder(
      final X500Name subject, final KeyPair of, final Instant from, final Instant until) {
    return new JcaX509v3CertificateBuilder(
        name,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
        Date.from(from),
        Date.from(until),
        subject,
        of.getPublic());
  }

  private X509Certificate signed(final X509v3CertificateBuilder of)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            of.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
  }
}
