package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.Until;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import dev.reveille.sip.message.SipResponse;
import io.netty.channel.IoEventLoopGroup;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server behind an edge: its requests go over the edge to partners, and what partners ask comes
/// over the edge to it.
class EdgeLegTest {
  private static final String HOME = "contoso.example";
  private static final String PUSH = "push.example";
  private static final String POOL = "pool." + HOME;

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(2, "leg test");
  private final BlockingQueue<Interior.Passed> came = new LinkedBlockingQueue<>();
  private DnsSimulator dns;
  private Border edge;
  private Border push;
  private PartnerAuthority ofHome;
  private PartnerAuthority ofPush;
  private FederationTls tls;
  private EdgeLeg leg;

  @BeforeEach
  void aPoolBehindItsEdge() throws Exception {
    dns = DnsSimulator.start(0);
    ofHome = PartnerAuthority.make(folder.resolve("home"), HOME);
    ofPush = PartnerAuthority.make(folder.resolve("push"), PUSH);
    edge =
        new Border(
            folder.resolve("home"),
            Plan.of(HOME).behind(POOL),
            ofHome,
            List.of(ofHome.file(), ofPush.file()),
            List.of(),
            dns.address(),
            loops);
    push =
        new Border(
            folder.resolve("push"),
            Plan.of(PUSH),
            ofPush,
            List.of(ofHome.file()),
            List.of(),
            dns.address(),
            loops);
    dns.put("edge." + PUSH + " A 127.0.0.1");
    dns.put("edge." + HOME + " A 127.0.0.1");
    dns.put("_sipfederationtls._tcp." + PUSH + " SRV 0 0 " + push.port() + " edge." + PUSH);
    edge.allow(PUSH);
    push.allow(HOME);
    tls = certified(ofHome);
    leg = leg(tls);
  }

  /// A certificate for the pool.
  private FederationTls certified(final PartnerAuthority by) throws Exception {
    final var own = by.issue(Kind.GOOD, List.of(POOL));
    return FederationTls.open(
        new FederationTls.Source(own.chain(), own.key(), List.of(ofHome.file()), List.of(), false),
        Clock.systemUTC());
  }

  private EdgeLeg leg(final FederationTls by) {
    return new EdgeLeg(
        POOL,
        "edge." + HOME,
        edge.port(),
        by,
        new NameServers(List.of(dns.address())),
        new EffectiveSettings(edge.store.settings()),
        domain -> domain.equals(HOME) ? Optional.of(Border.OWN) : Optional.empty(),
        (passed, answer) -> {
          came.add(passed);
          answer.accept(SipResponse.to(passed.request(), 200).build());
        },
        loops);
  }

  @AfterEach
  void close() {
    leg.close();
    tls.close();
    edge.close();
    push.close();
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void a_request_goes_over_the_edge_and_another_one_comes_back() throws Exception {
    final var there = Border.outcome(leg, Border.message(HOME, PUSH), PUSH);
    assertEquals(202, there.response().map(SipResponse::status).orElse(0), there::toString);
    assertEquals(HOME, push.passed.take().sender());
    final var back = push.send(HOME);
    assertEquals(200, back.response().map(SipResponse::status).orElse(0), back::toString);
    final var passed = came.take();
    assertEquals(PUSH, passed.sender());
    assertTrue(passed.verified());
  }

  @Test
  void what_the_edge_finds_is_told_behind_it() throws Exception {
    edge.remove("allowed-domains", PUSH);
    final var outcome = Border.outcome(leg, Border.message(HOME, PUSH), PUSH);
    final var why = outcome.diagnosis().orElseThrow();
    assertEquals(Optional.of(DiagnosisCode.DOMAIN_NOT_ALLOWED), why.code());
    assertEquals("edge." + HOME, why.source());
  }

  @Test
  void without_the_edge_nothing_passes() throws Exception {
    Until.holds(leg::isConnected, "the edge is connected");
    edge.edge.close();
    Until.holds(() -> !leg.isConnected(), "the edge is away");
    final var outcome = Border.outcome(leg, Border.message(HOME, PUSH), PUSH);
    final var code = outcome.diagnosis().flatMap(Diagnosis::code).orElseThrow();
    assertEquals(DiagnosisCode.REFUSED_CONNECTION, code);
    assertEquals(List.of(), List.copyOf(push.passed));
  }

  @Test
  void a_partner_is_told_when_no_server_is_behind_the_edge() throws Exception {
    assertEquals(
        202,
        Border.outcome(leg, Border.message(HOME, PUSH), PUSH).response().orElseThrow().status());
    leg.close();
    final var outcome = push.send(HOME);
    assertEquals(
        Optional.of(DiagnosisCode.HOME_AWAY), outcome.diagnosis().flatMap(Diagnosis::code));
  }

  @Test
  void a_certificate_for_the_pool_that_a_partners_authority_made_is_no_server_behind_the_edge()
      throws Exception {
    try (var forged = certified(ofPush);
        var stranger = leg(forged)) {
      final var outcome = Border.outcome(stranger, Border.message(HOME, PUSH), PUSH);
      assertEquals(
          Optional.of(DiagnosisCode.FOREIGN_DOMAIN), outcome.diagnosis().flatMap(Diagnosis::code));
      assertEquals(List.of(), List.copyOf(push.passed));
    }
  }
}
