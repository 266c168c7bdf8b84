package dev.reveille.simulators.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/// A certificate authority that lives as long as its simulator, and the leaf it issued for
/// loopback.
///
/// @param authority what a client has to trust
/// @param chain leaf first
public record LoopbackCertificates(
    X509Certificate authority, List<X509Certificate> chain, KeyPair leafKey) {
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

  /// Certificates for localhost, 127.0.0.1 and ::1, valid for a year.
  public static LoopbackCertificates make() {
    return make(loopbackNames(), Instant.now().plus(365, ChronoUnit.DAYS));
  }

  /// The same, but the leaf's time was over an hour ago.
  public static LoopbackCertificates expired() {
    return make(loopbackNames(), Instant.now().minus(1, ChronoUnit.HOURS));
  }

  /// The leaf was issued for another host than this one.
  public static LoopbackCertificates forHost(final String host) {
    return make(
        Der.sequence(Der.tagged(0x82, host.getBytes(StandardCharsets.US_ASCII))),
        Instant.now().plus(365, ChronoUnit.DAYS));
  }

  private static LoopbackCertificates make(final byte[] leafNames, final Instant leafUntil) {
    final var authorityUntil = Instant.now().plus(365, ChronoUnit.DAYS);
    try {
      final var authorityKey = newKey();
      final byte[] authorityName = name("Reveille simulator CA");
      final var authority =
          sign(
              authorityName,
              authorityKey,
              authorityName,
              authorityKey,
              authorityUntil,
              extension("2.5.29.19", true, Der.sequence(Der.isTrue())),
              // keyCertSign, cRLSign
              extension("2.5.29.15", true, Der.bits(new byte[] {0x06}, 1)));
      final var leafKey = newKey();
      final var leaf =
          sign(
              name("localhost"),
              leafKey,
              authorityName,
              authorityKey,
              leafUntil,
              extension("2.5.29.19", true, Der.sequence()),
              // digitalSignature
              extension("2.5.29.15", true, Der.bits(new byte[] {(byte) 0x80}, 7)),
              extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
              extension("2.5.29.17", false, leafNames));
      return new LoopbackCertificates(authority, List.of(leaf, authority), leafKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make certificates", e);
    }
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
    final var body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + what
        + "-----\n"
        + body.encodeToString(encoded)
        + "\n-----END "
        + what
        + "-----\n";
  }

  private static X509Certificate sign(
      final byte[] subject,
      final KeyPair subjectKey,
      final byte[] issuer,
      final KeyPair issuerKey,
      final Instant until,
      final byte[]... extensions)
      throws GeneralSecurityException {
    final var now = Instant.now();
    final byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    final byte[] subjectKeyId = extension("2.5.29.14", false, Der.octets(keyId(subjectKey)));
    final byte[] authorityKeyId =
        extension("2.5.29.35", false, Der.sequence(Der.tagged(0x80, keyId(issuerKey))));
    final byte[][] all = java.util.Arrays.copyOf(extensions, extensions.length + 2);
    all[extensions.length] = subjectKeyId;
    all[extensions.length + 1] = authorityKeyId;
    final byte[] body =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(120, new SecureRandom()).setBit(119)),
            algorithm,
            issuer,
            Der.sequence(Der.time(now.minus(1, ChronoUnit.DAYS)), Der.time(until)),
            subject,
            subjectKey.getPublic().getEncoded(),
            Der.tagged(0xa3, Der.sequence(all)));
    final var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(issuerKey.getPrivate());
    signer.update(body);
    final byte[] whole = Der.sequence(body, algorithm, Der.bits(signer.sign(), 0));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] keyId(final KeyPair key) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-1").digest(key.getPublic().getEncoded());
  }

  private static byte[] name(final String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(commonName))));
  }

  private static byte[] extension(final String oid, final boolean critical, final byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.isTrue(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static byte[] loopbackNames() {
    try {
      return Der.sequence(
          Der.tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
          Der.tagged(0x87, InetAddress.getByName("127.0.0.1").getAddress()),
          Der.tagged(0x87, InetAddress.getByName("::1").getAddress()));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("loopback addresses are always known", e);
    }
  }
}
