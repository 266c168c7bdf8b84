package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An app whose connections show Apple a certificate: the simulator takes a push only where the
/// certificate is for its topic and environment, and looks at no token then.
final class ClientCertificateTest {
  private static final PushAuthority AUTHORITY = PushAuthority.make();
  private static final Wish UNIVERSAL = Wish.universal(ApnsStage.BUNDLE);

  @AutoClose
  private final ApnsStage stage =
      new ApnsStage(
          AppleOptions.DEFAULT.withClientAuthority(AUTHORITY.certificate()),
          ApnsSettings.DEFAULT.withPool(ApnsStage.QUICK).withBreaker(Duration.ofSeconds(1)));

  private Credential.ApnsCertificate shown(final PushAuthority.Issued issued) {
    return new Credential.ApnsCertificate(
        issued.certificatePem(),
        issued.keyPem(),
        stage.apple.production(),
        stage.apple.sandbox(),
        stage.apple.authorityPem());
  }

  private Credential.ApnsCertificate shown(final Wish wish) {
    return shown(AUTHORITY.issue(wish));
  }

  private static AppCredential named(
      final String id,
      final PushEnvironment environment,
      final String topic,
      final Credential credential) {
    return new AppCredential(new CredentialId(id), environment, topic, credential);
  }

  private void has(final AppCredential... credentials) {
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, List.of(credentials)));
    stage.sender.forget(ApnsStage.APP);
  }

  /// Sends one that must be taken.
  ///
  /// @return whether its connection showed no certificate
  private boolean carriedToken(final Push push) throws InterruptedException {
    final long before = byCertificate();
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals(1, stage.apple.pushes(push.to().token().value()).size(), "it was taken at once");
    return byCertificate() == before;
  }

  private long byCertificate() {
    return stage.apple.counters().getOrDefault("by-certificate", -1L);
  }

  private Push notice(final boolean sandbox) {
    return stage.notice(stage.address(PushChannel.MESSAGE, sandbox));
  }

  private Push call(final boolean sandbox) {
    return stage.ring(stage.address(PushChannel.VOIP, sandbox));
  }

  @Test
  void a_universal_certificate_carries_alerts_and_calls_in_both_environments_without_a_token()
      throws Exception {
    has(new AppCredential(shown(UNIVERSAL)));
    for (final boolean sandbox : new boolean[] {false, true}) {
      assertEquals(false, carriedToken(notice(sandbox)));
      assertEquals(false, carriedToken(call(sandbox)));
    }
    final var group = new ArrayList<Push>();
    for (int i = 0; i < 300; i++) {
      group.add(notice(false));
    }
    assertEquals(300, stage.send(group).stream().filter(HandedOver.class::isInstance).count());
    assertEquals(List.of(), stage.alerts);
  }

  @Test
  void what_the_certificate_does_not_cover_goes_out_with_the_key_beside_it() throws Exception {
    has(
        new AppCredential(stage.credential(stage.key)),
        named(
            "old",
            PushEnvironment.PRODUCTION,
            ApnsStage.BUNDLE,
            shown(UNIVERSAL.forTopics().in(true, false))));
    assertEquals(false, carriedToken(notice(false)), "its topic and environment");
    assertEquals(true, carriedToken(call(false)), "a call's topic");
    assertEquals(true, carriedToken(notice(true)), "the sandbox");
  }

  @Test
  void certificates_of_each_environment_stand_beside_each_other() throws Exception {
    has(
        named("live", PushEnvironment.PRODUCTION, "", shown(UNIVERSAL.in(true, false))),
        named("test", PushEnvironment.SANDBOX, "", shown(UNIVERSAL.in(false, true))));
    assertEquals(false, carriedToken(call(false)));
    assertEquals(false, carriedToken(call(true)));
  }

  @Test
  void a_push_that_no_certificate_covers_waits_and_the_operator_is_told_without_asking_apple()
      throws Exception {
    has(new AppCredential(shown(UNIVERSAL.forTopics().in(true, false))));
    for (final var push : List.of(call(false), notice(true))) {
      final var before = stage.clock.instant();
      final var waits = assertInstanceOf(TryAgain.class, stage.send(push));
      assertEquals(Reason.CERTIFICATE_UNFIT, waits.why());
      assertEquals(ServiceReply.NOTHING, waits.reply());
      assertFalse(waits.notBefore().isBefore(before.plusSeconds(30)));
      assertFalse(waits.notBefore().isAfter(stage.clock.instant().plusSeconds(30)));
      assertEquals(Reason.CERTIFICATE_UNFIT, stage.reports.refused().getFirst().why());
      assertTrue(
          waits
              .theirWords()
              .endsWith("default for both (a certificate for production of org.example.softphone)"),
          waits.theirWords());
      assertEquals(List.of(), stage.apple.pushes(push.to().token().value()));
    }
    assertEquals(List.of(Reason.CERTIFICATE_UNFIT, Reason.CERTIFICATE_UNFIT), stage.alerts);
    stage.alerts.clear();
    final var unknown = stage.at("ab".repeat(32), PushChannel.MESSAGE, false);
    final var bad = assertInstanceOf(Refused.class, stage.send(stage.notice(unknown)));
    assertEquals(Verdict.DOUBTED, bad.address(), "there is no other environment to ask");
    assertEquals(List.of(Reason.TOKEN_BAD), stage.alerts);
  }

  @Test
  void a_token_is_in_doubt_for_now_only_while_the_other_environment_is_closed() throws Exception {
    final var now = Instant.now();
    has(
        named("live", PushEnvironment.PRODUCTION, "", shown(UNIVERSAL)),
        named(
            "test",
            PushEnvironment.SANDBOX,
            "",
            shown(UNIVERSAL.during(now.minusSeconds(90), now.minusSeconds(60)))));
    final var unknown = stage.at("ab".repeat(32), PushChannel.MESSAGE, false);
    final var bad = assertInstanceOf(Refused.class, stage.send(stage.notice(unknown)));
    assertEquals(Reason.TOKEN_BAD, bad.why());
    assertEquals(Verdict.DOUBTED_FOR_NOW, bad.address());
  }

  @Test
  void an_expired_certificate_withholds_pushes_and_is_told_without_asking_apple() throws Exception {
    final var now = Instant.now();
    has(new AppCredential(shown(UNIVERSAL.during(now.minusSeconds(60), now.plusSeconds(3_600)))));
    assertEquals(false, carriedToken(notice(false)));
    stage.clock.forward(Duration.ofHours(2));
    final var late = notice(false);
    final var withheld = assertInstanceOf(TryAgain.class, stage.send(late));
    assertEquals(Reason.CERTIFICATE_UNFIT, withheld.why());
    assertEquals(ServiceReply.NOTHING, withheld.reply());
    assertTrue(withheld.theirWords().startsWith("certificate: ended "), withheld.theirWords());
    assertEquals(List.of(), stage.apple.pushes(late.to().token().value()));
    assertEquals(List.of(Reason.CERTIFICATE_UNFIT), stage.alerts);
    assertEquals(Reason.CERTIFICATE_UNFIT, stage.reports.refused().getFirst().why());
  }

  @ParameterizedTest
  @ValueSource(strings = {"BadCertificate", "BadCertificateEnvironment", "Forbidden"})
  void what_apple_says_of_the_certificate_is_never_the_addresss_fault(final String word)
      throws Exception {
    has(new AppCredential(shown(UNIVERSAL)));
    assertEquals(false, carriedToken(notice(false)));
    stage.apple.fault(Fault.answer(403, word).times(1));
    final var push = notice(false);
    final var withheld = assertInstanceOf(TryAgain.class, stage.send(push));
    assertEquals(Reason.CREDENTIALS_REFUSED, withheld.why());
    assertEquals("403 " + word, withheld.theirWords());
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
  }

  @Test
  void apple_refuses_what_another_authority_issued_and_what_is_of_another_environment()
      throws Exception {
    has(new AppCredential(shown(PushAuthority.make().issue(UNIVERSAL))));
    final var forged = assertInstanceOf(TryAgain.class, stage.send(notice(false)));
    assertEquals("403 BadCertificate", forged.theirWords());
    // both of our hosts are Apple's sandbox: as when an operator mixes them up
    final var own = shown(UNIVERSAL.in(true, false));
    has(
        new AppCredential(
            new Credential.ApnsCertificate(
                own.certificate(), own.key(), own.sandboxEndpoint(), "", own.trust())));
    final var mixed = assertInstanceOf(TryAgain.class, stage.send(notice(false)));
    assertEquals("403 BadCertificateEnvironment", mixed.theirWords());
  }

  @Test
  void a_topic_that_the_certificate_lost_is_the_operators_and_the_push_waits() throws Exception {
    has(new AppCredential(shown(UNIVERSAL)));
    stage.apple.fault(Fault.answer(400, "TopicDisallowed").times(1));
    final var waits = assertInstanceOf(TryAgain.class, stage.send(notice(false)));
    assertEquals(Reason.TOPIC_REFUSED, waits.why());
    assertEquals(List.of(Reason.TOPIC_REFUSED), stage.alerts);
    assertEquals(Reason.TOPIC_REFUSED, stage.reports.refused().getFirst().why());
    assertEquals(false, carriedToken(notice(false)));
    assertEquals(List.of(), stage.reports.refused(), "until a push is taken");
  }

  @Test
  void an_ended_certificate_gives_way_to_the_key_beside_it_and_holds_up_nothing() throws Exception {
    final var now = Instant.now();
    final var ends = UNIVERSAL.during(now.minusSeconds(60), now.plusSeconds(3_600));
    has(
        new AppCredential(stage.credential(stage.key)),
        named("old", PushEnvironment.BOTH, ApnsStage.BUNDLE, shown(ends)));
    assertEquals(false, carriedToken(notice(false)));
    assertEquals(false, carriedToken(call(false)));
    stage.clock.forward(Duration.ofHours(2));
    assertEquals(true, carriedToken(notice(false)));
    assertEquals(true, carriedToken(call(false)));
    assertEquals(List.of(), stage.alerts);
  }

  /// Both certificates are for the same addresses, and routing waits per receiver: withheld calls
  /// would hold up the alerts.
  @Test
  void a_certificate_that_ended_or_is_refused_holds_up_its_own_pushes_only() throws Exception {
    final var now = Instant.now();
    final var voip = ApnsStage.BUNDLE + ".voip";
    final var calls =
        new Wish(voip, List.of(), true, true, now.minusSeconds(60), now.plusSeconds(3_600));
    has(
        named("alerts", PushEnvironment.BOTH, ApnsStage.BUNDLE, shown(UNIVERSAL.forTopics())),
        named("calls", PushEnvironment.PRODUCTION, ApnsStage.BUNDLE, shown(calls)));
    stage.apple.fault(Fault.answer(403, "BadCertificate").times(1));
    final var refused = assertInstanceOf(TryAgain.class, stage.send(call(false)));
    assertEquals(Reason.CREDENTIALS_REFUSED, refused.why());
    assertEquals(ServiceReply.MOMENT, refused.reply());
    final var held = assertInstanceOf(TryAgain.class, stage.send(call(false)));
    assertEquals(ServiceReply.NOTHING, held.reply(), "not asked again at once");
    assertEquals(false, carriedToken(notice(false)));
    stage.clock.forward(Duration.ofHours(2));
    has(
        named("alerts", PushEnvironment.BOTH, ApnsStage.BUNDLE, shown(UNIVERSAL.forTopics())),
        named("calls", PushEnvironment.PRODUCTION, ApnsStage.BUNDLE, shown(calls)));
    final var ended = assertInstanceOf(TryAgain.class, stage.send(call(false)));
    assertEquals(Reason.CERTIFICATE_UNFIT, ended.why());
    assertEquals(ServiceReply.NOTHING, ended.reply());
    assertTrue(ended.notBefore().isAfter(stage.clock.instant()));
    assertEquals(false, carriedToken(notice(false)));
  }

  private record Told(Push push, DeliveryOutcome outcome) {}

  /// What the old credential had not sent yet comes back at once, and goes out with the new one.
  @Test
  void certificate_and_key_take_each_others_place_while_pushes_flow() throws Exception {
    final var first = shown(UNIVERSAL);
    has(new AppCredential(first));
    final int rounds = 12;
    final int each = 50;
    final var heard = new LinkedBlockingQueue<Told>();
    for (int i = 0; i < rounds; i++) {
      final var group = new ArrayList<Push>();
      for (int j = 0; j < each; j++) {
        group.add(notice(false));
      }
      stage.sender.send(group, (push, outcome) -> heard.add(new Told(push, outcome)));
      has(
          switch (i % 3) {
            case 0 -> new AppCredential(stage.credential(stage.key));
            case 1 -> new AppCredential(shown(UNIVERSAL));
            default -> new AppCredential(first);
          });
    }
    for (int taken = 0; taken < rounds * each; taken++) {
      final var told = heard.poll(15, TimeUnit.SECONDS);
      if (told == null) {
        throw new AssertionError("only " + taken + " were taken");
      }
      assertInstanceOf(HandedOver.class, told.outcome());
    }
    assertEquals(rounds * each, stage.apple.pushes("").size(), "none twice");
    assertEquals(List.of(), stage.alerts);
  }
}
