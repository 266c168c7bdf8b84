package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.server.PemFiles;
import dev.reveille.http.server.TlsContexts;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.notificationhubs.HostNamespaces;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.rest.Findings.Finding;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The certificate that the server made itself is for every host name that joins, and one from
/// outside that lacks a name is found.
final class HostCertificatesTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final OrganisationId OTHER = new OrganisationId("other");
  private static final String HOST = "hubs.example.org";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway") // made before each test
  private SqliteStore store;

  @SuppressWarnings("NullAway") // made before each test
  private HostNamespaces namespaces;

  @SuppressWarnings("NullAway") // made before each test
  private LocalAuthority.CertificateFiles files;

  @SuppressWarnings("NullAway") // made before each test
  private HostCertificates certificates;

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder.resolve("data"), StoreSettings.defaults(), CLOCK);
    List.of(OrganisationId.FIRST, ACME, OTHER)
        .forEach(each -> store.registry().keepOrganisation(each, "test"));
    namespaces = Hubs.open(store, CLOCK).namespaces();
    files = LocalAuthority.in(folder.resolve("tls"));
    certificates = new HostCertificates(files, namespaces);
    namespaces.onChange(certificates::cover);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private X509Certificate leaf() throws Exception {
    return PemFiles.certificates(files.chain()).getFirst();
  }

  private List<Finding> found(final OrganisationId asking) {
    return certificates.find(asking, _ -> true);
  }

  @Test
  void a_name_that_joins_is_in_the_certificate_in_use_and_the_authority_stays() throws Exception {
    final var authority = Files.readAllBytes(files.authority());
    final var key = Files.readAllBytes(files.key());
    final var shown = certificates.local(true);
    final var before = shown.get();
    namespaces.make(ACME, "chat-hubs", HOST, "test");
    namespaces.make(OTHER, "more-hubs", "more.example.org", "test");
    assertTrue(shown.isFor(HOST) && shown.isFor("more.example.org") && shown.isFor("localhost"));
    assertFalse(shown.isFor("example.org"));
    assertTrue(before != shown.get(), "from the next connection on");
    assertArrayEquals(authority, Files.readAllBytes(files.authority()));
    assertArrayEquals(key, Files.readAllBytes(files.key()));
    final var issuer = PemFiles.certificates(files.authority()).getFirst();
    final var trust = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
    trust.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf())), trust);
    assertEquals(issuer.getNotAfter(), leaf().getNotAfter(), "it does not outlive its issuer");

    final var last = Files.readAllBytes(files.chain());
    new HostCertificates(LocalAuthority.in(folder.resolve("tls")), namespaces).cover();
    assertArrayEquals(last, Files.readAllBytes(files.chain()), "another start changes nothing");
    assertEquals(List.of(), found(OrganisationId.FIRST));
  }

  @Test
  void an_authority_of_an_older_version_stays_and_check_says_what_to_do() throws Exception {
    Files.delete(files.authorityKey());
    final var before = Files.readAllBytes(files.chain());
    final var shown = certificates.local(true);
    certificates.shows("api", _ -> shown);
    namespaces.make(ACME, "chat-hubs", HOST, "test");
    assertArrayEquals(before, Files.readAllBytes(files.chain()), "clients trust it");
    final var finding = found(ACME).getFirst();
    assertEquals(HOST, finding.about());
    assertTrue(finding.remedy().contains("older version"), finding.remedy());
    assertEquals(List.of(), found(OTHER));
    assertEquals(1, found(OrganisationId.FIRST).size(), "the operator's certificate");
  }

  @Test
  void files_that_do_not_belong_together_are_left_as_they_are() throws Exception {
    Files.copy(
        LocalAuthority.in(folder.resolve("strange")).authorityKey(),
        files.authorityKey(),
        StandardCopyOption.REPLACE_EXISTING);
    final var before = Files.readAllBytes(files.chain());
    final var shown = certificates.local(true);
    certificates.shows("api", _ -> shown);
    namespaces.make(ACME, "chat-hubs", HOST, "test");
    assertArrayEquals(before, Files.readAllBytes(files.chain()));
    assertTrue(found(ACME).getFirst().remedy().contains("see its log"));
  }

  @Test
  void a_certificate_from_outside_that_lacks_a_name_is_found_until_it_has_it() throws Exception {
    final var own = LocalAuthority.in(folder.resolve("own"));
    final var contexts = TlsContexts.of(own.chain(), own.key(), true);
    certificates.shows("common", host -> host.equals(HOST) ? contexts : null);
    namespaces.make(ACME, "chat-hubs", HOST, "test");
    namespaces.make(ACME, "more-hubs", "more.example.org", "test");
    final var finding = found(ACME).getFirst();
    assertEquals(1, found(ACME).size());
    assertTrue(finding.wrong());
    assertEquals("host-not-in-certificate", finding.id());
    assertTrue(finding.sentence().contains(own.chain() + " that the listener common shows"));
    assertTrue(finding.remedy().contains("DNS:" + HOST), finding.remedy());
    LocalAuthority.cover(own, List.of(HOST));
    contexts.reload();
    assertEquals(List.of(), found(ACME));
  }

  @Test
  void only_the_owner_may_read_the_authority_s_key() throws Exception {
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(files.authorityKey())));
  }
}
