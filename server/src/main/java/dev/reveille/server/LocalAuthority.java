package dev.reveille.server;

import dev.reveille.http.server.PemFiles;
import dev.reveille.http.server.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A certificate authority for trying out, made on first start below the data directory, and a
/// server certificate for this machine signed by it (RFC 5280, P-256). Clients trust `ca.pem`. The
/// authority's own key is kept for host names that join later; older versions kept none.
///
/// Real installations give their own certificate in the configuration.
final class LocalAuthority {
  /// The files, all PEM; keys are PKCS#8.
  record CertificateFiles(Path authority, Path authorityKey, Path chain, Path key) {}

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
            directory.resolve("ca.key"),
            directory.resolve("server.pem"),
            directory.resolve("server.key"));
    if (Files.exists(files.authority) && Files.exists(files.chain) && Files.exists(files.key)) {
      return files;
    }
    try {
      folder(directory);
      LocalCertificates.make(files);
      return files;
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (final GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has P-256 and SHA-256", impossible);
    }
  }

  /// Sees to it that the server's certificate is for host names, too; its key stays.
  ///
  /// @return whether it was made anew
  /// @throws UncheckedIOException when the files cannot be read or written, or do not belong
  ///   together
  static boolean cover(final CertificateFiles files, final List<String> hosts) {
    if (!canSign(files)) {
      return false;
    }
    try {
      final var authority = PemFiles.certificates(files.authority).getFirst();
      final var now = PemFiles.certificates(files.chain).getFirst();
      if (hosts.stream().allMatch(host -> TlsContexts.isFor(now, host))) {
        return false;
      }
      final var signing = PemFiles.privateKey(files.authorityKey);
      now.verify(authority.getPublicKey());
      LocalCertificates.renew(files, authority, signing, now, hosts);
      return true;
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (final GeneralSecurityException unfit) {
      throw new UncheckedIOException(new IOException("the files do not fit", unfit));
    }
  }

  /// Whether another certificate can be made by this authority.
  static boolean canSign(final CertificateFiles files) {
    return Files.exists(files.authorityKey);
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
