package dev.reveille.server;

import dev.reveille.model.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
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
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

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
  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> OWNERS_FOLDER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final byte[] KEY_CERT_SIGN_AND_CRL_SIGN = Der.bits(new byte[] {0x06}, 1);
  private static final byte[] DIGITAL_SIGNATURE = Der.bits(new byte[] {(byte) 0x80}, 7);

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
    } catch (final GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has P-256 and SHA-256", impossible);
    }
  }

  private static void make(final CertificateFiles files)
      throws IOException, GeneralSecurityException {
    final var name = Product.NAME + " local authority " + Instant.now().getEpochSecond();
    final var issuer = keys();
    final var server = keys();
    final var authority =
        certificate(
            name,
            name,
            issuer.getPublic(),
            issuer.getPrivate(),
            extension("2.5.29.19", true, Der.sequence(Der.yes())),
            extension("2.5.29.15", true, KEY_CERT_SIGN_AND_CRL_SIGN),
            extension("2.5.29.14", false, Der.octets(keyIdentifier(issuer.getPublic()))));
    final var leaf =
        certificate(
            name,
            "localhost",
            server.getPublic(),
            issuer.getPrivate(),
            extension("2.5.29.19", true, Der.sequence()),
            extension("2.5.29.15", true, DIGITAL_SIGNATURE),
            extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
            extension(
                "2.5.29.35",
                false,
                Der.sequence(Der.implicit(0, keyIdentifier(issuer.getPublic())))),
            extension("2.5.29.17", false, names()));
    write(files.key, pem("PRIVATE KEY", server.getPrivate().getEncoded()));
    write(files.chain, pem("CERTIFICATE", leaf));
    write(files.authority, pem("CERTIFICATE", authority));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /// Under which names and addresses this machine is met by itself.
  private static byte[] names() throws IOException {
    return Der.sequence(
        Der.implicit(2, "localhost".getBytes(StandardCharsets.US_ASCII)),
        Der.implicit(7, InetAddress.getByName("127.0.0.1").getAddress()),
        Der.implicit(7, InetAddress.getByName("::1").getAddress()));
  }

  private static byte[] keyIdentifier(final PublicKey key) throws GeneralSecurityException {
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
  }

  private static byte[] certificate(
      final String issuer,
      final String subject,
      final PublicKey key,
      final PrivateKey signer,
      final byte[]... extensions)
      throws GeneralSecurityException {
    final var now = Instant.now();
    final var content =
        Der.sequence(
            Der.tagged(0, Der.integer(BigInteger.TWO)), // version 3
            Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0)),
            ECDSA_WITH_SHA256,
            commonName(issuer),
            Der.sequence(
                Der.time(now.minus(1, ChronoUnit.DAYS)),
                Der.time(now.plus(DAYS_VALID, ChronoUnit.DAYS))),
            commonName(subject),
            key.getEncoded(),
            Der.tagged(3, Der.sequence(extensions)));
    final var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer);
    signature.update(content);
    return Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign(), 0));
  }

  private static byte[] commonName(final String name) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(name))));
  }

  private static byte[] extension(final String oid, final boolean critical, final byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static String pem(final String what, final byte[] bytes) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + what
        + "-----\n";
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
