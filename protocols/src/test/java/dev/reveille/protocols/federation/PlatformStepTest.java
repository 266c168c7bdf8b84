package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.NameServers;
import dev.reveille.model.DomainName;
import dev.reveille.protocols.federation.Border.Plan;
import dev.reveille.protocols.federation.TestReport.Result;
import dev.reveille.protocols.federation.TestReport.State;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import io.netty.channel.IoEventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the test of the push says of the clearing house's credentials.
class PlatformStepTest {
  private static final String HOME = "contoso.example";
  private static final String WORKS = "app=phone;service=apns;credential=default;verdict=works";

  @TempDir private Path folder;
  private final IoEventLoopGroup loops = (IoEventLoopGroup) ClientEventLoops.start(1, "platform");
  private DnsSimulator dns;
  private Border home;
  private Function<SipRequest, SipResponse> house =
      request -> SipResponse.to(request, 200).add("Push-Platform", WORKS).build();
  private String asked = "";

  @BeforeEach
  void aHome() throws Exception {
    dns = DnsSimulator.start(0);
    home =
        new Border(
            folder,
            Plan.of(HOME),
            List.of(PartnerAuthority.make(folder.resolve("a"), HOME).file()),
            dns.address(),
            loops);
    final var _ =
        home.store
            .domains()
            .put(
                Border.OWN,
                new DomainName(HOME),
                Optional.empty(),
                0,
                new SettingsStore.By("test", ""));
    home.set(
        SettingsCatalogue.MOBILITY,
        "global",
        Map.of(SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI, "sip:push@push.example"));
  }

  @AfterEach
  void close() {
    home.close();
    dns.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private TestReport run(final boolean platform) throws Exception {
    final var settings = new EffectiveSettings(home.store.settings());
    try (var edge =
        new EdgeTrial(
            HOME,
            home.tls,
            new NameServers(List.of(dns.address())),
            settings,
            home.store.registry(),
            () -> new EdgeTrial.Edge("", 0, Optional.empty()),
            loops,
            Clock.systemUTC())) {
      final FederationWay way =
          (_, _, request, told) -> {
            asked = new String(request.body(), StandardCharsets.UTF_8);
            told.answered(house.apply(request));
          };
      return new SyntheticTests(
              way, settings, home.store.domains(), HOME, true, edge, Clock.systemUTC())
          .push(Border.OWN, platform);
    }
  }

  private static TestReport.Step last(final TestReport report) {
    return report.steps().getLast();
  }

  private static SipResponse dead(final SipRequest request) {
    return Diagnosis.of(
            DiagnosisCode.PLATFORM_REFUSED,
            "edge.push.example",
            "app",
            "phone",
            "service",
            "apns",
            "credential",
            "default",
            "words",
            "403 InvalidProviderToken")
        .answer(request);
  }

  @Test
  void the_verdicts_are_told_where_they_were_asked_for() throws Exception {
    final var without = run(false);
    assertFalse(asked.contains("platform"), asked);
    assertEquals(TestStep.FILTER, last(without).step());
    final var with = run(true);
    assertTrue(asked.contains("\"platform\":true"), asked);
    assertEquals(Optional.of(Result.SUCCESS), with.result());
    assertEquals(new TestReport.Step(TestStep.PLATFORM, State.OK, WORKS), last(with));
  }

  @Test
  void a_dead_credential_fails_at_a_step_of_its_own() throws Exception {
    house = PlatformStepTest::dead;
    final var report = run(true);
    assertEquals(Optional.of(Result.FAILURE), report.result());
    assertEquals("502 Bad Gateway", report.error());
    assertEquals(State.FAILED, last(report).state());
    assertEquals(
        "the credential default of app phone for apns is not taken (403 InvalidProviderToken)",
        last(report).words());
    assertEquals(1, report.steps().stream().filter(step -> step.state() != State.OK).count());
  }

  @Test
  void a_filter_that_rejects_pushes_is_told_first() throws Exception {
    house = PlatformStepTest::dead;
    home.set(SettingsCatalogue.IM_FILTER, "global", Map.of("enabled", "true"));
    final var report = run(true);
    final var failed = report.steps().stream().filter(one -> one.state() == State.FAILED).toList();
    assertEquals(TestStep.FILTER, failed.getFirst().step());
    assertEquals(State.NOT_REACHED, last(report).state());
  }
}
