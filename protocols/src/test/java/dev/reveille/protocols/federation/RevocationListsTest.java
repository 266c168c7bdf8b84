package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A list of an authority counts for what that authority issued, whatever else a peer shows.
class RevocationListsTest {
  @TempDir private Path folder;
  private PartnerAuthority own;
  private PartnerAuthority other;
  private X509Certificate good;
  private X509Certificate bad;
  private X509Certificate unrelated;

  @BeforeEach
  void certificates() throws Exception {
    own = PartnerAuthority.make(folder.resolve("own"), "own");
    other = PartnerAuthority.make(folder.resolve("other"), "other");
    good = own.issue(Kind.GOOD, List.of("good.example")).leaf();
    bad = own.issue(Kind.GOOD, List.of("bad.example")).leaf();
    unrelated = other.issue(Kind.GOOD, List.of("else.example")).leaf();
  }

  private RevocationLists lists(final boolean strict, final Instant until) throws Exception {
    return new RevocationLists(
        RevocationLists.read(List.of(own.revoke(List.of(bad), until))),
        List.of(own.certificate()),
        strict,
        Clock.systemUTC());
  }

  @Test
  void a_revoked_certificate_is_refused_in_whatever_chain() throws Exception {
    final var lists = lists(false, Instant.now().plusSeconds(60));
    for (final var chain :
        List.of(
            new X509Certificate[] {bad},
            new X509Certificate[] {bad, own.certificate()},
            new X509Certificate[] {bad, unrelated},
            new X509Certificate[] {bad, other.certificate(), own.certificate()})) {
      assertThrows(CertificateRevokedException.class, () -> lists.check(chain));
    }
    assertDoesNotThrow(() -> lists.check(new X509Certificate[] {good, unrelated}));
  }

  @Test
  void a_list_that_is_out_of_date_still_revokes_and_is_not_enough_where_one_is_demanded()
      throws Exception {
    final var old = lists(false, Instant.now().minusSeconds(60));
    assertThrows(CertificateRevokedException.class, () -> old.check(new X509Certificate[] {bad}));
    assertDoesNotThrow(() -> old.check(new X509Certificate[] {good}));
    final var strict = lists(true, Instant.now().minusSeconds(60));
    assertThrows(CertificateException.class, () -> strict.check(new X509Certificate[] {good}));
    final var fresh = lists(true, Instant.now().plusSeconds(60));
    assertDoesNotThrow(() -> fresh.check(new X509Certificate[] {good}));
  }
}
