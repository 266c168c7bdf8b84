package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.Until;
import dev.reveille.model.DomainName;
import dev.reveille.model.Setting;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import io.netty.channel.IoEventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool whose settings its edge follows, over real sockets, each with a store of its own.
class SettingsFeedTest {
  private static final String HOME = "contoso.example";
  private static final String PUSH = "push.example";
  private static final String POOL = "pool." + HOME;
  private static final By TEST = new By("test", "");
  private static final Map<String, List<String>> FEDERATES =
      Map.of("allow-federated-users", List.of("true"));

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(2, "feed test");
  private DnsSimulator dns;
  private Border edge;
  private Border push;
  private SqliteStore pool;
  private FederationTls tls;
  private EdgeLeg leg;
  private SettingsFeed feed;
  private final AtomicInteger taken = new AtomicInteger();

  @BeforeEach
  void aPoolBehindItsEdge() throws Exception {
    dns = DnsSimulator.start(0);
    final var ofHome = PartnerAuthority.make(folder.resolve("home"), HOME);
    final var ofPush = PartnerAuthority.make(folder.resolve("push"), PUSH);
    edge = border(HOME, Plan.of(HOME).behind(POOL), ofHome, ofHome, ofPush);
    edge.remove(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL);
    push = border(PUSH, Plan.of(PUSH), ofPush, ofHome);
    push.allow(HOME);
    dns.put("edge." + PUSH + " A 127.0.0.1");
    dns.put("edge." + HOME + " A 127.0.0.1");
    dns.put("_sipfederationtls._tcp." + PUSH + " SRV 0 0 " + push.port() + " edge." + PUSH);
    final var data = Files.createDirectories(folder.resolve("pool"));
    pool = SqliteStore.open(data, StoreSettings.defaults(), Clock.systemUTC());
    pool.registry().keepOrganisation(Border.OWN, "test");
    pool.domains().put(Border.OWN, DomainName.of(HOME), Optional.empty(), -1, TEST);
    final var own = ofHome.issue(Kind.GOOD, List.of(POOL));
    tls =
        FederationTls.open(
            new FederationTls.Source(
                own.chain(), own.key(), List.of(ofHome.file()), List.of(), false),
            Clock.systemUTC());
    leg =
        new EdgeLeg(
            POOL,
            "edge." + HOME,
            edge.port(),
            tls,
            new NameServers(List.of(dns.address())),
            new EffectiveSettings(pool.settings()),
            domain -> pool.domains().organisationOf(domain),
            (passed, answer) -> answer.accept(SipResponse.to(passed.request(), 200).build()),
            loops);
    feed =
        new SettingsFeed(
            () ->
                HomeSettings.read(pool.registry().organisations(), pool.domains(), pool.settings()),
            leg,
            taken::incrementAndGet,
            InstantSource.system());
    pool.settings().onChange(_ -> feed.changed());
    pool.domains().onChange(feed::changed);
  }

  private Border border(
      final String domain,
      final Plan plan,
      final PartnerAuthority own,
      final PartnerAuthority... trusted)
      throws Exception {
    return new Border(
        folder.resolve(domain),
        plan,
        own,
        Arrays.stream(trusted).map(PartnerAuthority::file).toList(),
        List.of(),
        dns.address(),
        loops);
  }

  @AfterEach
  void close() {
    feed.close();
    leg.close();
    tls.close();
    edge.close();
    push.close();
    pool.close();
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void set(
      final String collection, final String identity, final Map<String, List<String>> values) {
    pool.settings().put(Border.OWN, collection, identity, values, -1, "test");
  }

  private FollowedSettings followed() {
    return edge.followed.orElseThrow();
  }

  /// What becomes of a message: the status, and the cause where there is one.
  private String sent() throws Exception {
    final var outcome = Border.outcome(leg, Border.message(HOME, PUSH), PUSH);
    return outcome.response().map(SipResponse::status).orElse(0)
        + outcome.diagnosis().flatMap(Diagnosis::code).map(code -> " " + code).orElse("");
  }

  private void becomes(final String wanted) {
    Until.holds(
        () -> {
          try {
            return sent().equals(wanted);
          } catch (final Exception failed) {
            throw new AssertionError(failed);
          }
        },
        "a message ends with " + wanted);
  }

  private List<Setting> atEdge(final String collection) {
    return followed().all(Border.OWN, collection);
  }

  private void follows(final String collection, final String... identities) {
    Until.holds(
        () ->
            atEdge(collection).stream().map(Setting::identity).toList().equals(List.of(identities)),
        "the edge has " + List.of(identities));
  }

  @Test
  void what_is_set_at_home_holds_at_the_edge_and_so_does_its_removal() throws Exception {
    assertEquals("403 FEDERATION_OFF", sent());
    set(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL, FEDERATES);
    set(SettingsCatalogue.ALLOWED_DOMAINS, PUSH, Map.of());
    becomes("202");
    Until.holds(() -> taken.get() > 0, "home is told that the edge has them");
    assertEquals(HOME, push.passed.take().sender());
    pool.settings().remove(Border.OWN, SettingsCatalogue.ALLOWED_DOMAINS, PUSH, "test");
    becomes("504 DOMAIN_NOT_ALLOWED");
    assertEquals("", feed.state().fault());
  }

  @Test
  void a_domain_that_is_added_at_home_is_known_at_the_edge() {
    pool.domains().put(Border.OWN, DomainName.of("fabrikam.example"), Optional.empty(), -1, TEST);
    Until.holds(
        () -> followed().organisationOf("Fabrikam.Example").equals(Optional.of(Border.OWN)),
        "the edge has the domain");
  }

  @Test
  void an_edge_that_is_started_without_its_home_goes_on_and_says_since_when() {
    set(SettingsCatalogue.ALLOWED_DOMAINS, PUSH, Map.of());
    follows(SettingsCatalogue.ALLOWED_DOMAINS, PUSH);
    feed.close();
    final var taken = followed().state().orElseThrow().taken();
    final Instant[] now = {Instant.now()};
    final var again =
        new FollowedSettings(Border.OWN, edge.store.settings(), edge.store.domains(), () -> now[0]);
    assertEquals(Optional.of(Border.OWN), again.organisationOf(HOME));
    assertEquals(
        PUSH, again.all(Border.OWN, SettingsCatalogue.ALLOWED_DOMAINS).getFirst().identity());
    assertEquals(Optional.empty(), again.oldSince());
    now[0] = taken.plus(Duration.ofMinutes(2));
    assertEquals(Optional.of(taken), again.oldSince());
    assertEquals(Optional.empty(), again.state().orElseThrow().confirmed());
  }

  @Test
  void a_setting_of_the_edges_own_counts_and_both_sides_tell_the_difference() throws Exception {
    set(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL, FEDERATES);
    set(SettingsCatalogue.ALLOWED_DOMAINS, PUSH, Map.of());
    follows(SettingsCatalogue.ALLOWED_DOMAINS, PUSH);
    edge.set(
        SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL, Map.of("allow-federated-users", "false"));
    assertEquals("403 FEDERATION_OFF", sent());
    final var told =
        new OwnSetting(
            Border.OWN.value(),
            "access-edge global",
            "allow-federated-users=false",
            "allow-federated-users=true");
    assertEquals(List.of(told), followed().differences());
    Until.holds(() -> feed.state().own().equals(List.of(told)), "home knows it");
    edge.remove(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL);
    assertEquals("202", sent());
    assertEquals(List.of(), followed().differences());
  }

  @Test
  void settings_of_many_pages_come_whole() {
    for (int i = 0; i < 3_000; i++) {
      final var noise = Integer.toHexString((i + 1) * 0x9E3779B1);
      set(
          SettingsCatalogue.BLOCKED_DOMAINS,
          noise + "." + Integer.toHexString(noise.hashCode() * 0x85EBCA6B) + ".example",
          Map.of("comment", List.of(noise.repeat(3) + Integer.toHexString(~i * 0xC2B2AE35))));
    }
    final var home = pool.settings().all(Border.OWN, SettingsCatalogue.BLOCKED_DOMAINS);
    final byte[] bytes =
        HomeSettings.read(pool.registry().organisations(), pool.domains(), pool.settings()).bytes();
    assertTrue(SettingsPage.all("r", bytes).size() > 1, "it is more than one page");
    Until.holds(
        () ->
            atEdge(SettingsCatalogue.BLOCKED_DOMAINS).stream()
                .map(Setting::identity)
                .toList()
                .equals(home.stream().map(Setting::identity).toList()),
        "the edge has all");
    assertEquals(
        home.stream().map(Setting::values).toList(),
        atEdge(SettingsCatalogue.BLOCKED_DOMAINS).stream().map(Setting::values).toList());
  }

  @Test
  void pages_that_do_not_belong_together_change_nothing() {
    set(SettingsCatalogue.ALLOWED_DOMAINS, PUSH, Map.of());
    follows(SettingsCatalogue.ALLOWED_DOMAINS, PUSH);
    feed.close();
    final byte[] other = new HomeSettings(List.of(), List.of()).bytes();
    final var page = SettingsPage.all("0123", other).getFirst();
    final byte[] malformed = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);
    for (final byte[] body :
        List.of(
            page.bytes(),
            new SettingsPage("0123", 2, 2, other).bytes(),
            malformed,
            "no JSON".getBytes(StandardCharsets.UTF_8))) {
      assertThrows(IllegalArgumentException.class, () -> followed().take(body));
    }
    assertEquals(PUSH, atEdge(SettingsCatalogue.ALLOWED_DOMAINS).getFirst().identity());
  }

  @Test
  void settings_from_a_partner_are_not_taken() throws Exception {
    set(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL, FEDERATES);
    set(SettingsCatalogue.ALLOWED_DOMAINS, PUSH, Map.of());
    follows(SettingsCatalogue.ALLOWED_DOMAINS, PUSH);
    dns.put("_sipfederationtls._tcp.edge." + HOME + " SRV 0 0 " + edge.port() + " edge." + HOME);
    push.allow("edge." + HOME);
    final byte[] none = new HomeSettings(List.of(), List.of()).bytes();
    final var page = SettingsPage.all(HomeSettings.revision(none), none).getFirst();
    final var request = Border.message(PUSH, "edge." + HOME, SettingsPage.TYPE, page.bytes());
    final var outcome = Border.outcome(push.edge, request, "edge." + HOME);
    assertEquals(
        Optional.of(DiagnosisCode.FOREIGN_DOMAIN), outcome.diagnosis().flatMap(Diagnosis::code));
    assertEquals(PUSH, atEdge(SettingsCatalogue.ALLOWED_DOMAINS).getFirst().identity());
  }
}
