package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.Until;
import dev.reveille.model.DomainName;
import dev.reveille.model.Password;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.protocols.federation.PartnerLookup.HostPort;
import dev.reveille.protocols.federation.TestReport.Result;
import dev.reveille.protocols.federation.TestReport.State;
import dev.reveille.protocols.registrar.DigestRegistrar;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import dev.reveille.sip.digest.DigestAlgorithm;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transport.SipTransport;
import dev.reveille.sip.transport.TransportSettings;
import io.netty.channel.IoEventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A phone signs in through an edge to the home behind it, on real sockets: what the test of this
/// way says of a way that is whole, and of one that is broken at each place.
class EdgeTrialTest {
  private static final String HOME = "contoso.example";
  private static final String POOL = "pool." + HOME;
  private static final String EDGE = "edge." + HOME;
  private static final String PASSWORD = "correct horse";
  private static final SettingsStore.By TEST = new SettingsStore.By("test", "");

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(2, "phone");
  private final BlockingQueue<Interior.Registration> came = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private PartnerAuthority authority;
  private DnsSimulator dns;
  private Border edge;
  private FederationTls tls;
  private EdgeLeg leg;
  private EffectiveSettings settings;
  private DigestRegistrar registrar;

  @BeforeEach
  void aHomeBehindItsEdge() throws Exception {
    dns = DnsSimulator.start(0);
    dns.put(EDGE + " A 127.0.0.1");
    authority = PartnerAuthority.make(folder.resolve("home"), HOME);
    edge = edge("edge", Plan.of(HOME).behind(POOL));
    settings = new EffectiveSettings(edge.store.settings());
    final var _ =
        edge.store.domains().put(Border.OWN, new DomainName(HOME), Optional.empty(), 0, TEST);
    final var anna = new UserId(Border.OWN, "anna");
    final var addresses = List.of("sip:anna.smith@" + HOME);
    edge.store.registry().keepUser(new User(anna, "", addresses, Preferences.DEFAULT), "test");
    assertTrue(edge.store.passwords().set(anna, Password.of(PASSWORD), TEST).isPresent());
    edge.set(SettingsCatalogue.TOPOLOGY, "site:Redmond", Map.of());
    edge.set(SettingsCatalogue.TOPOLOGY, "pool:" + POOL, Map.of("site", "Redmond"));
    edge.set(SettingsCatalogue.TOPOLOGY, "global", Map.of(SettingsCatalogue.HOME_POOL, POOL));
    registrar =
        new DigestRegistrar(POOL, edge.store.registry(), edge.store.passwords(), Clock.systemUTC());
    final var own = authority.issue(Kind.GOOD, List.of(POOL));
    tls =
        FederationTls.open(
            new FederationTls.Source(
                own.chain(), own.key(), List.of(authority.file()), List.of(), false),
            Clock.systemUTC());
    leg =
        new EdgeLeg(
            POOL,
            EDGE,
            edge.port(),
            tls,
            new NameServers(List.of(dns.address())),
            settings,
            domain -> domain.equals(HOME) ? Optional.of(Border.OWN) : Optional.empty(),
            new Home(),
            loops);
    Until.holds(leg::isConnected, "the edge is connected");
  }

  private final class Home implements Interior {
    @Override
    public void request(final Passed passed, final Consumer<SipResponse> answer) {
      throw new AssertionError("a phone is no partner: " + passed);
    }

    @Override
    public void register(final Registration one, final Consumer<SipResponse> answer) {
      came.add(one);
      registrar.register(one, answer);
    }
  }

  private Border edge(final String name, final Plan plan) throws Exception {
    final var made =
        new Border(
            folder.resolve(name),
            plan,
            authority,
            List.of(authority.file()),
            List.of(),
            dns.address(),
            loops);
    opened.add(made);
    return made;
  }

  @AfterEach
  void close() throws Exception {
    leg.close();
    for (final var one : opened) {
      one.close();
    }
    tls.close();
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static EdgeTrial.Attempt attempt(final String user, final String password) {
    return new EdgeTrial.Attempt(
        SipUri.parse("sip:" + user).orElseThrow(), password, "", Optional.empty());
  }

  private TestReport run(final EdgeTrial.Edge where, final EdgeTrial.Attempt attempt)
      throws Exception {
    try (var trial =
        new EdgeTrial(
            POOL,
            tls,
            new NameServers(List.of(dns.address())),
            settings,
            edge.store.registry(),
            () -> where,
            loops,
            Clock.systemUTC())) {
      return trial.run(Border.OWN, attempt);
    }
  }

  private TestReport run(final EdgeTrial.Attempt attempt) throws Exception {
    return run(new EdgeTrial.Edge(EDGE, edge.port(), Optional.empty()), attempt);
  }

  private static void assertStops(
      final TestReport report, final TestStep step, final DiagnosisCode code) {
    assertEquals(Optional.of(code), report.why().flatMap(Diagnosis::code), report::toString);
    final var failed = report.steps().stream().filter(one -> one.state() == State.FAILED).toList();
    assertEquals(List.of(step), failed.stream().map(TestReport.Step::step).toList());
  }

  @Test
  void the_right_password_passes_the_edge_and_the_home() throws Exception {
    for (final var user : List.of("anna", "anna.smith")) {
      final var report = run(attempt(user + "@" + HOME, PASSWORD));
      assertEquals(Optional.of(Result.SUCCESS), report.result(), report::toString);
      assertTrue(report.latency().isPositive());
      assertEquals(POOL, report.target());
      assertTrue(report.steps().stream().allMatch(one -> one.state() == State.OK));
      assertEquals("127.0.0.1", came.take().address());
      assertEquals("127.0.0.1", came.take().address());
      assertEquals(0, came.size(), "two questions: the challenge, and its answer");
    }
  }

  @Test
  void md5_is_spoken_where_it_is_asked_for() throws Exception {
    final var asked =
        new EdgeTrial.Attempt(
            SipUri.of("anna", HOME), PASSWORD, "", Optional.of(DigestAlgorithm.MD5));
    assertEquals(Optional.of(Result.SUCCESS), run(asked).result());
    final var _ = came.take();
    assertTrue(
        came.take()
            .request()
            .headers()
            .first(SipName.AUTHORIZATION)
            .orElseThrow()
            .contains("algorithm=MD5"));
  }

  @Test
  void a_wrong_password_is_a_failure_of_the_credentials() throws Exception {
    final var wrong = run(attempt("anna@" + HOME, "wrong horse"));
    assertEquals(Optional.of(Result.FAILURE), wrong.result());
    assertEquals("401 Unauthorized", wrong.error());
    assertStops(wrong, TestStep.PASSWORD, DiagnosisCode.PASSWORD_WRONG);
    final var unknown = run(attempt("nora@" + HOME, PASSWORD));
    assertEquals(wrong.why(), unknown.why(), "told alike");
    final var foreign = run(attempt("anna@else.example", PASSWORD));
    assertEquals(Optional.of(Result.FAILURE), foreign.result());
    assertStops(foreign, TestStep.PHONE_EDGE, DiagnosisCode.FOREIGN_DOMAIN);
  }

  @Test
  void where_users_may_not_sign_in_from_outside_the_edge_says_so() throws Exception {
    edge.set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-outside-users", "false"));
    final var report = run(attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.of(Result.FAILURE), report.result());
    assertStops(report, TestStep.PHONE_EDGE, DiagnosisCode.OUTSIDE_USERS_OFF);
    assertEquals(0, came.size());
  }

  @Test
  void without_the_home_or_the_edge_there_is_no_result() throws Exception {
    leg.close();
    final var away = run(attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.empty(), away.result());
    assertStops(away, TestStep.HOME, DiagnosisCode.HOME_AWAY);
    edge.edge.close();
    final var stopped = run(attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.empty(), stopped.result());
    assertTrue(stopped.error().contains("504"));
    assertStops(stopped, TestStep.PHONE_EDGE, DiagnosisCode.REFUSED_CONNECTION);
    dns.remove(EDGE);
    assertStops(
        run(attempt("anna@" + HOME, PASSWORD)), TestStep.PHONE_EDGE, DiagnosisCode.HOST_UNKNOWN);
  }

  @Test
  void a_certificate_for_another_name_is_named() throws Exception {
    final var other = edge("other", Plan.of(HOME).with(Kind.GOOD, "else.example"));
    final var report =
        run(
            new EdgeTrial.Edge(EDGE, other.port(), Optional.empty()),
            attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.empty(), report.result());
    assertStops(report, TestStep.PHONE_CERTIFICATE, DiagnosisCode.WRONG_NAME);
  }

  @Test
  void an_edge_that_is_the_home_too_is_asked_over_its_own_port() throws Exception {
    final var both = edge("both", Plan.of(HOME));
    both.registrar = registrar;
    final var at = new InetSocketAddress("127.0.0.1", both.port());
    final var where = new EdgeTrial.Edge(EDGE, both.port(), Optional.of(at));
    final var report = run(where, attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.of(Result.SUCCESS), report.result(), report::toString);
    both.registrar = null;
    final var without = run(where, attempt("anna@" + HOME, PASSWORD));
    assertEquals(Optional.of(Result.FAILURE), without.result(), "a server without users");
    assertTrue(without.error().startsWith("405"), without.error());
  }

  @Test
  void a_pool_has_to_be_in_the_topology() throws Exception {
    final var named =
        new EdgeTrial.Attempt(SipUri.of("anna", HOME), PASSWORD, "Pool2." + HOME, Optional.empty());
    assertThrows(EdgeTrial.NoSuchPool.class, () -> run(named));
    assertEquals(0, came.size());
    edge.set(SettingsCatalogue.TOPOLOGY, "pool:pool2." + HOME, Map.of("site", "Redmond"));
    assertEquals("pool2." + HOME, run(named).target());
  }

  @Test
  void the_password_is_not_told() {
    assertFalse(attempt("anna@" + HOME, PASSWORD).toString().contains(PASSWORD));
  }

  private PhoneConnection phone() throws Exception {
    final var transport = new SipTransport(loops, TransportSettings.STANDARD, "test.invalid", 0);
    opened.addFirst(() -> transport.close(Duration.ofSeconds(1)));
    return PhoneConnection.open(
        new PhoneConnection.Means(
            transport,
            new PartnerLookup(
                new NameServers(List.of(dns.address())), new PartnerRules(settings, POOL), POOL),
            loops,
            POOL,
            Duration.ofSeconds(20)),
        tls.withoutCertificate(),
        new HostPort(EDGE, edge.port()),
        Optional.empty());
  }

  private static SipRequest of(final String method, final String from, final String to) {
    return SipRequest.builder(method, "sip:" + to)
        .from(NameAddress.of(SipUri.of("anna", from)).withParameter("tag", "t"))
        .to(NameAddress.of(SipUri.of("anna", to)))
        .callId("c" + System.nanoTime())
        .cseq(1)
        .add("Push-Phone-Address", "203.0.113.9")
        .build();
  }

  @Test
  void nothing_else_of_a_peer_without_a_certificate_passes_whatever_it_says() throws Exception {
    edge.allow("push.example");
    try (var phone = phone()) {
      for (final var method : Set.of("MESSAGE", "OPTIONS", "INVITE", "SUBSCRIBE", "PUBLISH")) {
        for (final var from : List.of(HOME, "push.example", "else.example")) {
          final var answer = phone.ask(of(method, from, HOME));
          assertEquals(403, answer.status(), method);
          assertEquals(
              Optional.of(DiagnosisCode.NO_CERTIFICATE),
              Diagnosis.in(answer).flatMap(Diagnosis::code));
        }
      }
    }
    assertEquals(0, came.size());
  }

  @Test
  void a_phone_that_asks_too_often_waits_and_cannot_say_where_it_is() throws Exception {
    try (var phone = phone()) {
      int refused = 0;
      for (int i = 0; i < 15; i++) {
        final var answer = phone.ask(of("REGISTER", HOME, HOME));
        if (answer.status() == 503) {
          refused++;
          assertTrue(answer.headers().has(SipName.RETRY_AFTER));
        }
      }
      assertTrue(refused >= 4 && came.size() == 15 - refused, "refused " + refused);
    }
    assertTrue(came.stream().allMatch(one -> one.address().equals("127.0.0.1")));
    assertEquals(Optional.of(Result.SUCCESS), run(attempt("anna@" + HOME, PASSWORD)).result());
  }
}
