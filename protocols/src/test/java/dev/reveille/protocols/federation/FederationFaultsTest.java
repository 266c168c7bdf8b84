package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.dns.DnsFault;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import io.netty.channel.IoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each fault between two organisations is made for real and diagnosed as exactly that, and passes
/// when it is mended.
class FederationFaultsTest {
  private static final String HOME = "contoso.example";
  private static final String PUSH = "push.example";
  private static final String SRV = "_sipfederationtls._tcp." + PUSH;

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(2, "edge test");
  private DnsSimulator dns;
  private PartnerAuthority ofHome;
  private PartnerAuthority ofPush;

  @SuppressWarnings("NullAway.Init") // each test opens them
  private Border home;

  @SuppressWarnings("NullAway.Init")
  private Border push;

  @BeforeEach
  void twoAuthorities() throws Exception {
    dns = DnsSimulator.start(0);
    ofHome = PartnerAuthority.make(folder.resolve("home"), HOME);
    ofPush = PartnerAuthority.make(folder.resolve("push"), PUSH);
  }

  @AfterEach
  void close() {
    if (home != null) {
      home.close();
    }
    if (push != null) {
      push.close();
    }
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void open() throws Exception {
    openPush(Plan.of(PUSH));
    openHome(Plan.of(HOME));
  }

  private void openPush(final Plan plan) throws Exception {
    push =
        new Border(
            folder.resolve("push"),
            plan,
            ofPush,
            List.of(ofHome.file()),
            List.of(),
            dns.address(),
            loops);
    dns.put("edge." + PUSH + " A 127.0.0.1");
    dns.put(SRV + " SRV 0 0 " + push.port() + " edge." + PUSH);
    push.allow(HOME);
  }

  private void openHome(final Plan plan) throws Exception {
    home =
        new Border(
            folder.resolve("home"),
            plan,
            ofHome,
            List.of(ofPush.file()),
            List.of(),
            dns.address(),
            loops);
    home.allow(PUSH);
  }

  private DiagnosisCode cause() throws Exception {
    home.edge.comeNow();
    final var outcome = home.send(PUSH);
    return outcome
        .diagnosis()
        .flatMap(Diagnosis::code)
        .orElseThrow(() -> new AssertionError(outcome.toString()));
  }

  private void passes() throws Exception {
    home.edge.comeNow();
    final var outcome = home.send(PUSH);
    assertEquals(202, outcome.response().map(one -> one.status()).orElse(0), outcome::toString);
  }

  @Test
  void names_that_are_not_found() throws Exception {
    open();
    dns.remove(SRV);
    assertEquals(DiagnosisCode.SRV_MISSING, cause());
    dns.put("_sips._tcp." + PUSH + " SRV 0 0 " + push.port() + " edge." + PUSH);
    passes();
  }

  @Test
  void a_record_that_leads_elsewhere() throws Exception {
    open();
    final int port = push.port();
    dns.remove(SRV);
    dns.put(SRV + " SRV 0 0 1 edge." + PUSH);
    assertEquals(DiagnosisCode.REFUSED_CONNECTION, cause());
    dns.remove(SRV);
    dns.put("sipfed.provider.example A 127.0.0.1");
    dns.put(SRV + " SRV 0 0 " + port + " sipfed.provider.example");
    assertEquals(DiagnosisCode.SRV_OUTSIDE, cause());
    home.set(
        SettingsCatalogue.HOSTING_PROVIDERS,
        "Provider",
        Map.of("proxy-fqdn", "other.provider.example", "enabled", "true"));
    assertEquals(DiagnosisCode.PROVIDER_DIFFERS, cause());
    home.set(
        SettingsCatalogue.HOSTING_PROVIDERS,
        "Right",
        Map.of("proxy-fqdn", "sipfed.provider.example", "enabled", "false"));
    assertEquals(DiagnosisCode.PROVIDER_DISABLED, cause());
    home.changes.enable(
        Border.OWN,
        SettingsCatalogue.get(SettingsCatalogue.HOSTING_PROVIDERS),
        SettingsCatalogue.get(SettingsCatalogue.HOSTING_PROVIDERS).identity("Right").orElseThrow(),
        true,
        new dev.reveille.routing.port.SettingsStore.By("test", ""));
    passes();
    dns.remove(SRV);
    dns.put(SRV + " SRV 0 0 " + port + " nowhere." + PUSH);
    home.close();
    openHome(Plan.of(HOME));
    assertEquals(DiagnosisCode.HOST_UNKNOWN, cause());
  }

  @Test
  void a_name_server_that_fails() throws Exception {
    open();
    dns.fault(SRV, DnsFault.of(DnsFault.Kind.FAILS));
    assertEquals(DiagnosisCode.NAME_SERVER_FAILED, cause());
    dns.fault(SRV, DnsFault.of(DnsFault.Kind.SILENT));
    assertEquals(DiagnosisCode.NAME_SERVER_SILENT, cause());
  }

  @Test
  void domains_that_are_not_allowed_or_blocked() throws Exception {
    open();
    final var allowed = SettingsCatalogue.get(SettingsCatalogue.ALLOWED_DOMAINS);
    home.remove(SettingsCatalogue.ALLOWED_DOMAINS, PUSH);
    assertEquals(DiagnosisCode.DOMAIN_NOT_ALLOWED, cause());
    home.set(SettingsCatalogue.BLOCKED_DOMAINS, PUSH, Map.of());
    assertEquals(DiagnosisCode.DOMAIN_BLOCKED, cause());
    home.remove(SettingsCatalogue.BLOCKED_DOMAINS, PUSH);
    home.allow(PUSH);
    push.remove(allowed.name(), HOME);
    assertEquals(DiagnosisCode.NOT_A_PARTNER, cause());
    push.set(SettingsCatalogue.BLOCKED_DOMAINS, HOME, Map.of());
    assertEquals(DiagnosisCode.DOMAIN_BLOCKED, cause());
  }

  @Test
  void a_certificate_for_another_name() throws Exception {
    openPush(Plan.of(PUSH).with(Kind.GOOD, "www.else.example"));
    openHome(Plan.of(HOME));
    assertEquals(DiagnosisCode.WRONG_NAME, cause());
  }

  @Test
  void an_expired_certificate() throws Exception {
    openPush(Plan.of(PUSH).with(Kind.EXPIRED, "edge." + PUSH));
    openHome(Plan.of(HOME));
    assertEquals(DiagnosisCode.CERTIFICATE_EXPIRED, cause());
  }

  @Test
  void a_certificate_that_is_not_yet_valid() throws Exception {
    openPush(Plan.of(PUSH).with(Kind.NOT_YET_VALID, "edge." + PUSH));
    openHome(Plan.of(HOME));
    assertEquals(DiagnosisCode.CERTIFICATE_NOT_YET_VALID, cause());
  }

  @Test
  void an_unknown_authority() throws Exception {
    openPush(Plan.of(PUSH));
    home =
        new Border(
            folder.resolve("home"),
            Plan.of(HOME),
            ofHome,
            List.of(ofHome.file()),
            List.of(),
            dns.address(),
            loops);
    home.allow(PUSH);
    assertEquals(DiagnosisCode.AUTHORITY_UNKNOWN, cause());
  }

  @Test
  void our_own_certificate_that_the_partner_does_not_trust() throws Exception {
    push =
        new Border(
            folder.resolve("push"),
            Plan.of(PUSH),
            ofPush,
            List.of(ofPush.file()),
            List.of(),
            dns.address(),
            loops);
    dns.put("edge." + PUSH + " A 127.0.0.1");
    dns.put(SRV + " SRV 0 0 " + push.port() + " edge." + PUSH);
    openHome(Plan.of(HOME));
    assertEquals(DiagnosisCode.OUR_CERTIFICATE_REFUSED, cause());
    assertTrue(push.edge.refusedHandshakes() > 0);
  }

  @Test
  void our_own_certificate_that_is_for_servers_only() throws Exception {
    openPush(Plan.of(PUSH));
    openHome(Plan.of(HOME).with(Kind.SERVER_ONLY, "edge." + HOME, HOME));
    assertEquals(DiagnosisCode.OUR_CERTIFICATE_REFUSED, cause());
  }

  @Test
  void a_revoked_certificate() throws Exception {
    openPush(Plan.of(PUSH));
    final var leaf = ofPush.issue(Kind.GOOD, List.of("unused.example")).leaf();
    assertEquals("unused.example", leaf.getSubjectX500Principal().getName().substring(3));
    final var revoked = ofPush.revoke(List.of(push.leaf()), Instant.now().plus(Duration.ofDays(1)));
    openHomeWith(List.of(revoked), false);
    assertEquals(DiagnosisCode.CERTIFICATE_REVOKED, cause());
    home.close();
    openHomeWith(
        List.of(ofPush.revoke(List.of(leaf), Instant.now().plus(Duration.ofDays(1)))), true);
    passes();
  }

  @Test
  void a_revocation_list_that_is_out_of_date() throws Exception {
    openPush(Plan.of(PUSH));
    final var old = ofPush.revoke(List.of(), Instant.now().minus(Duration.ofHours(1)));
    openHomeWith(List.of(old), false);
    passes();
    assertEquals(1, home.tls.listsOutOfDate().size());
    home.close();
    openHomeWith(List.of(old), true);
    assertEquals(DiagnosisCode.REVOCATION_UNKNOWN, cause());
  }

  private void openHomeWith(final List<Path> lists, final boolean strict) throws Exception {
    home =
        new Border(
            folder.resolve("home"),
            new Plan(
                HOME,
                new InetSocketAddress("127.0.0.1", 0),
                Kind.GOOD,
                List.of("edge." + HOME, HOME),
                java.util.Set.of(),
                true,
                strict),
            ofHome,
            List.of(ofPush.file()),
            lists,
            dns.address(),
            loops);
    home.allow(PUSH);
  }

  @Test
  void a_partner_that_accepts_and_says_nothing() throws Exception {
    open();
    try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      dns.remove(SRV);
      dns.put(SRV + " SRV 0 0 " + deaf.getLocalPort() + " edge." + PUSH);
      assertEquals(DiagnosisCode.DEAF, cause());
    }
  }

  @Test
  void a_sender_of_another_domain_and_one_that_is_not_verified() throws Exception {
    open();
    home.set(
        SettingsCatalogue.ACCESS_EDGE,
        "global",
        Map.of(
            "allow-federated-users",
            "true",
            "mark-source-verifiable-on-outgoing-messages",
            "false"));
    assertEquals(DiagnosisCode.UNVERIFIED, cause());
    push.set(
        SettingsCatalogue.ALLOWED_DOMAINS,
        HOME,
        Map.of("verification-level", "AlwaysUnverifiable"));
    passes();
    assertTrue(push.passed.stream().noneMatch(Interior.Passed::verified));
    final var foreign = Border.outcome(home.edge, Border.message("fabrikam.example", PUSH), PUSH);
    assertEquals(
        DiagnosisCode.FOREIGN_SENDER, foreign.diagnosis().flatMap(Diagnosis::code).orElseThrow());
  }
}
