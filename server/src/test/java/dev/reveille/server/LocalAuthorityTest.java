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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalAuthorityTest {
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

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
  void each_certificate_says_for_how_long_and_for_what_it_may_be_used() throws Exception {
    final var files = LocalAuthority.in(folder.resolve("tls"));
    final var authority = read(files.authority());
    final var server = read(files.chain());
    for (final var one : List.of(authority, server)) {
      assertEquals("SHA256withECDSA", one.getSigAlgName());
      final var from = one.getNotBefore().toInstant();
      assertEquals(3_651, Duration.between(from, one.getNotAfter().toInstant()).toDays());
      final var age = Duration.between(from, Instant.now());
      assertEquals(1, age.toDays(), () -> "clocks that are late by hours trust it: " + age);
    }
    assertEquals(Set.of(KEY_CERT_SIGN, CRL_SIGN), uses(authority));
    assertEquals(Set.of(DIGITAL_SIGNATURE), uses(server));
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), server.getExtendedKeyUsage(), "serverAuth");
    assertEquals(
        Set.of("2.5.29.15", "2.5.29.19"), authority.getCriticalExtensionOIDs(), "uses, authority");
    assertEquals(Set.of("2.5.29.15", "2.5.29.19"), server.getCriticalExtensionOIDs());
    assertEquals("CN=localhost", server.getSubjectX500Principal().getName());
    assertTrue(
        authority.getSubjectX500Principal().getName().startsWith("CN=Reveille local authority "));
  }

  /// RFC 5280 §4.2.1.3, by the number of the bit.
  private static Set<Integer> uses(final X509Certificate certificate) {
    final var bits = certificate.getKeyUsage();
    return IntStream.range(0, bits.length)
        .filter(bit -> bits[bit])
        .boxed()
        .collect(Collectors.toSet());
  }

  @Test
  void each_file_is_one_pem_block_with_lines_of_64_letters() throws IOException {
    final var files = LocalAuthority.in(folder.resolve("tls"));
    for (final var file :
        Map.of(
                files.authority(), "CERTIFICATE",
                files.chain(), "CERTIFICATE",
                files.key(), "PRIVATE KEY")
            .entrySet()) {
      final var text = Files.readString(file.getKey());
      final var lines =
          "-----BEGIN X-----\n([A-Za-z0-9+/]{64}\n)+[A-Za-z0-9+/]{0,63}=*\n-----END X-----\n";
      assertTrue(text.matches(lines.replace("X", file.getValue())), text);
    }
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
