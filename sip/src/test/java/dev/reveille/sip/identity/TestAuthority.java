package dev.reveille.sip.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of a test, which issues what it is asked for.
public final class TestAuthority {
  private static final int SERIAL_BITS = 120;
  private static final KeyPurposeId[] BOTH_SIDES = {
    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
  };

  private final X500Name name;
  private final KeyPair key;
  private final X509Certificate certificate;

  /// A leaf with its key, and the authority behind it.
  public record Issued(PrivateKey key, List<X509Certificate> chain) {
    public X509Certificate leaf() {
      return chain.getFirst();
    }
  }

  private TestAuthority(final X500Name name, final KeyPair key, final X509Certificate certificate) {
    this.name = name;
    this.key = key;
    this.certificate = certificate;
  }

  public static TestAuthority make(final String name) {
    final var subject = new X500Name(name);
    final var key = newKey();
    try {
      final var builder =
          builder(
                  subject,
                  subject,
                  key,
                  Instant.now().minus(1, ChronoUnit.DAYS),
                  Instant.now().plus(3, ChronoUnit.DAYS))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      return new TestAuthority(subject, key, signed(builder, key));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// A leaf for both sides of a connection, valid for a day.
  ///
  /// @param names `dns:`, `uri:`, `ip:` or `mail:` before each
  public Issued issue(final String subject, final List<String> names) {
    return issue(subject, names, Instant.now().plus(1, ChronoUnit.DAYS), BOTH_SIDES);
  }

  /// A leaf that cannot be used by a client.
  public Issued issueForServers(final String subject, final List<String> names) {
    return issue(
        subject, names, Instant.now().plus(1, ChronoUnit.DAYS), KeyPurposeId.id_kp_serverAuth);
  }

  /// A leaf whose time is over.
  public Issued issueExpired(final String subject, final List<String> names) {
    return issue(subject, names, Instant.now().minus(1, ChronoUnit.HOURS), BOTH_SIDES);
  }

  /// A leaf whose time has not come.
  public Issued issueForTomorrow(final String subject, final List<String> names) {
    return issue(
        subject,
        names,
        Instant.now().plus(1, ChronoUnit.DAYS),
        Instant.now().plus(2, ChronoUnit.DAYS),
        BOTH_SIDES);
  }

  private Issued issue(
      final String subject,
      final List<String> names,
      final Instant until,
      final KeyPurposeId... purposes) {
    return issue(subject, names, Instant.now().minus(1, ChronoUnit.DAYS), until, purposes);
  }

  private Issued issue(
      final String subject,
      final List<String> names,
      final Instant from,
      final Instant until,
      final KeyPurposeId... purposes) {
    final var leafKey = newKey();
    try {
      final var builder =
          builder(name, new X500Name(subject), leafKey, from, until)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      if (!names.isEmpty()) {
        final var all = names.stream().map(TestAuthority::name).toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
      }
      return new Issued(leafKey.getPrivate(), List.of(signed(builder, key), certificate));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName name(final String text) {
    final var colon = text.indexOf(':');
    final var value = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "dns" -> new GeneralName(GeneralName.dNSName, value);
      case "uri" -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
      case "ip" -> new GeneralName(GeneralName.iPAddress, value);
      default -> new GeneralName(GeneralName.rfc822Name, value);
    };
  }

  private static JcaX509v3CertificateBuilder builder(
      final X500Name issuer,
      final X500Name subject,
      final KeyPair key,
      final Instant from,
      final Instant until) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
        Date.from(from),
        Date.from(until),
        subject,
        key.getPublic());
  }

  private static X509Certificate signed(final X509v3CertificateBuilder builder, final KeyPair by) {
    try {
      final var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
  }

  private static KeyPair newKey() {
    try {
      final var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make keys", e);
    }
  }
}
