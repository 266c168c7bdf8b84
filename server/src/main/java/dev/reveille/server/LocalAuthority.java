package dev.reveille.server;

import dev.reveille.model.Product;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;
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
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// A certificate authority for trying out, made on first start below the data directory, and a
/// server certificate for this machine signed by it (RFC 5280, P-256). Clients trust `ca.pem`; the
/// authority's own key is thrown away at once, so that it can sign nothing else.
///
/// Real installations give their own certificate in the configuration.
final class LocalAuthority {
  /// The three files, all PEM; the key is PKCS#8.
  record CertificateFiles(Path authority, Path chain, Path key) {}

  private static final int DAYS_VALID = 3_650;
  private static final int SERIAL_BITS = 120;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> OWNERS_FOLDER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private LocalAuthority() {}

  /// The files below `directory`, made if they are not there.
  ///
  /// @throws UncheckedIOException when they cannot be written
  static CertificateFiles in(final Path directory) {
    final var files =
        new CertificateFiles(
            directory.resolve("ca.pem"),
            directory.resolve("server.pem"),
            directory.resolve("server.key"));
    if (Files.exists(files.authority) && Files.exists(files.chain) && Files.exists(files.key)) {
      return files;
    }
    try {
      folder(directory);
      make(files);
      return files;
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (final GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("every JDK has P-256 and SHA-256", impossible);
    }
  }

  private static void make(final CertificateFiles files)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    final var name =
        commonName(Product.NAME + " local authority " + Instant.now().getEpochSecond());
    final var issuer = keys();
    final var server = keys();
    final var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate());
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
    write(files.key, pem("PRIVATE KEY", server.getPrivate().getEncoded()));
    write(files.chain, pem("CERTIFICATE", leaf.getEncoded()));
    write(files.authority, pem("CERTIFICATE", authority.getEncoded()));
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

  /// A folder that its owner alone may enter, from the first moment on.
  static void folder(final Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.setPosixFilePermissions(folder, OWNERS_FOLDER);
    } else {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNERS_FOLDER));
    }
  }

  /// Readable by the owner only from the first byte on; complete or not there.
  static void write(final Path file, final String text) throws IOException {
    final var fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.write(fresh, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.SYNC);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
