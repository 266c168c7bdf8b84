package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalAuthorityTest {
  @TempDir private Path folder;

  private static X509Certificate read(final Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @Test
  void the_jdk_trusts_the_server_by_the_authority_alone() throws Exception {
    final var files = LocalAuthority.in(folder.resolve("tls"));
    final var authority = read(files.authority());
    final var server = read(files.chain());
    final var trust = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
    trust.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(server)), trust);
    assertTrue(authority.getBasicConstraints() >= 0, "the authority may sign");
    assertEquals(-1, server.getBasicConstraints(), "the server may not");
    final var names =
        server.getSubjectAlternativeNames().stream()
            .map(name -> String.valueOf(name.get(1)))
            .collect(Collectors.toSet());
    assertEquals(Set.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"), names);
  }

  @Test
  void only_the_owner_may_read_the_key() throws IOException {
    final var files = LocalAuthority.in(folder.resolve("tls"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())));
  }

  @Test
  void only_the_owner_may_enter_the_folder_also_when_it_was_made_before() throws IOException {
    final var made = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (final var tls : List.of(made, folder.resolve("tls"))) {
      LocalAuthority.in(tls);
      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(tls)),
          tls::toString);
    }
  }

  @Test
  void what_is_there_is_kept() throws IOException {
    final var first = Files.readAllBytes(LocalAuthority.in(folder.resolve("tls")).chain());
    assertArrayEquals(first, Files.readAllBytes(LocalAuthority.in(folder.resolve("tls")).chain()));
  }

  @Test
  void every_authority_has_a_name_and_a_serial_of_its_own() throws Exception {
    final var one = read(LocalAuthority.in(folder.resolve("one")).authority());
    final var other = read(LocalAuthority.in(folder.resolve("other")).authority());
    assertTrue(!one.getSerialNumber().equals(other.getSerialNumber()));
  }
}
