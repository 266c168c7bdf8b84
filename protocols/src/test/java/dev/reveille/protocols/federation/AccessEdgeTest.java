package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import io.netty.channel.IoEventLoopGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two organisations with an authority each, on real sockets, and a name server between them.
class AccessEdgeTest {
  private static final String HOME = "contoso.example";
  private static final String PUSH = "push.example";

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(2, "edge test");
  private DnsSimulator dns;
  private Border home;
  private Border push;

  @BeforeEach
  void twoOrganisations() throws Exception {
    dns = DnsSimulator.start(0);
    final var ofHome = PartnerAuthority.make(folder.resolve("home"), HOME);
    final var ofPush = PartnerAuthority.make(folder.resolve("push"), PUSH);
    home = border("home", Plan.of(HOME), ofHome, ofPush);
    push = border("push", Plan.of(PUSH), ofPush, ofHome);
    dns.put("edge." + PUSH + " A 127.0.0.1");
    dns.put("_sipfederationtls._tcp." + PUSH + " SRV 0 0 " + push.port() + " edge." + PUSH);
    home.allow(PUSH);
    push.allow(HOME);
  }

  private Border border(
      final String name, final Plan plan, final PartnerAuthority own, final PartnerAuthority other)
      throws Exception {
    return new Border(
        folder.resolve(name), plan, own, List.of(other.file()), List.of(), dns.address(), loops);
  }

  @AfterEach
  void close() {
    home.close();
    push.close();
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private DiagnosisCode cause() throws Exception {
    final var outcome = home.send(PUSH);
    return outcome
        .diagnosis()
        .flatMap(Diagnosis::code)
        .orElseThrow(() -> new AssertionError(outcome.toString()));
  }

  @Test
  void a_message_passes_both_edges_and_its_answer_comes_back() throws Exception {
    final var outcome = home.send(PUSH);
    assertEquals(202, outcome.response().orElseThrow(() -> new AssertionError(outcome)).status());
    final var passed = push.passed.poll(10, TimeUnit.SECONDS);
    assertNotNull(passed);
    assertEquals(HOME, passed.sender());
    assertTrue(passed.verified());
    assertEquals("hello", new String(passed.request().body()));
  }

  @Test
  void the_connection_of_a_partner_is_asked_back_over_without_dns() throws Exception {
    assertTrue(home.send(PUSH).response().isPresent());
    final var outcome = push.send(HOME); // there is no SRV record of it
    assertEquals(202, outcome.response().orElseThrow(() -> new AssertionError(outcome)).status());
    assertEquals(PUSH, home.passed.take().sender());
  }

  @Test
  void each_setting_that_stops_a_message_is_named() throws Exception {
    home.set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-federated-users", "false"));
    assertEquals(DiagnosisCode.FEDERATION_OFF, cause());
    home.set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-federated-users", "true"));
    push.set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-federated-users", "false"));
    assertEquals(DiagnosisCode.FEDERATION_OFF, cause());
    push.set(SettingsCatalogue.ACCESS_EDGE, "global", Map.of("allow-federated-users", "true"));
    assertEquals(202, home.send(PUSH).response().orElseThrow().status());
  }

  @Test
  void what_is_for_a_domain_of_this_server_stays_in_it() throws Exception {
    final var outcome = home.send(HOME);
    assertEquals(202, outcome.response().orElseThrow(() -> new AssertionError(outcome)).status());
    assertEquals(HOME, home.passed.take().sender());
  }
}
