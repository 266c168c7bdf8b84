package dev.reveille.server;

import dev.reveille.model.Product;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;

/// A certificate authority for trying out, made on first start below the data directory, and a server
/// certificate for this machine signed by it. Clients trust `ca.pem`; the authority's own key is
/// thrown away at once, so that it can sign nothing else.
///
/// Real installations give their own certificate in the configuration.
final class LocalAuthority {
  /// The three files, all PEM.
  record Files3(Path authority, Path chain, Path key) {}

  private static final int DAYS_VALID = 3650;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private LocalAuthority() {}

  /// The files below `directory`, made if they are not there.
  ///
  /// @throws UncheckedIOException when they cannot be written
  static Files3 in(final Path directory) {
    final var files =
        new Files3(directory.resolve("ca.pem"), directory.resolve("server.pem"), directory.resolve("server.key"));
    if (Files.exists(files.authority) && Files.exists(files.chain) && Files.exists(files.key)) {
      return files;
    }
    try {
      Files.createDirectories(directory);
      final var authority = authority();
      final var server = server(authority);
      write(files.key, server.getPrivateKeyPEM());
      write(files.chain, server.getCertificatePathPEM());
      write(files.authority, authority.getCertificatePEM());
      return files;
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (final Exception failed) { // the builder's signature; nothing of ours can fail here
      throw new IllegalStateException("cannot make the local certificate authority", failed);
    }
  }

  private static X509Bundle authority() throws Exception {
    return base("CN=" + Product.NAME + " local authority " + Instant.now().getEpochSecond())
        .setIsCertificateAuthority(true)
        .setKeyUsage(true, CertificateBuilder.KeyUsage.keyCertSign, CertificateBuilder.KeyUsage.cRLSign)
        .buildSelfSigned();
  }

  private static X509Bundle server(final X509Bundle authority) throws Exception {
    return base("CN=localhost")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .addSanIpAddress("::1")
        .setKeyUsage(true, CertificateBuilder.KeyUsage.digitalSignature)
        .addExtendedKeyUsageServerAuth()
        .buildIssuedBy(authority);
  }

  private static CertificateBuilder base(final String subject) {
    final var now = Instant.now();
    return new CertificateBuilder()
        .subject(subject)
        .ecp256()
        .notBefore(now.minus(1, ChronoUnit.DAYS))
        .notAfter(now.plus(DAYS_VALID, ChronoUnit.DAYS));
  }

  /// Readable by the owner only from the first byte on.
  static void write(final Path file, final String text) throws IOException {
    final var fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, java.nio.file.attribute.PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.write(fresh, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.SYNC);
    Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
