package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.http.client.Until;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Cause;
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
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Apple refuses a certificate in the TLS handshake, as it does with one that was revoked: that is
/// its word about this certificate, and about nothing else.
final class RefusedInHandshakeTest {
  private static final PushAuthority AUTHORITY = PushAuthority.make();
  private static final Wish UNIVERSAL = Wish.universal(ApnsStage.BUNDLE);
  private static final Wish ALERTS = UNIVERSAL.forTopics();
  private static final String VOIP = ApnsStage.BUNDLE + ".voip";
  private static final Wish CALLS =
      new Wish(VOIP, List.of(), true, true, UNIVERSAL.from(), UNIVERSAL.until());

  @AutoClose
  private final ApnsStage stage =
      new ApnsStage(
          AppleOptions.DEFAULT.withClientAuthority(AUTHORITY.certificate()),
          ApnsSettings.DEFAULT.withPool(ApnsStage.QUICK).withBreaker(Duration.ofSeconds(1)));

  private Credential.ApnsCertificate shown(final Issued issued) {
    return new Credential.ApnsCertificate(
        issued.certificatePem(),
        issued.keyPem(),
        stage.apple.production(),
        stage.apple.sandbox(),
        stage.apple.authorityPem());
  }

  private static AppCredential named(
      final String id, final PushEnvironment environment, final Credential credential) {
    return new AppCredential(new CredentialId(id), environment, ApnsStage.BUNDLE, credential);
  }

  private void has(final AppCredential... credentials) {
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, List.of(credentials)));
    stage.reports.forget(ApnsStage.APP);
    stage.sender.forget(ApnsStage.APP);
  }

  private void refuse(final Issued... issued) {
    stage.apple.refuseCertificates(
        List.of(issued).stream()
            .map(each -> each.certificate().getSerialNumber().toString(16))
            .toList());
  }

  private Push notice() {
    return stage.notice(stage.address(PushChannel.MESSAGE));
  }

  private Push call() {
    return stage.ring(stage.address(PushChannel.VOIP));
  }

  private DeliveryOutcome afterThePause(final Push push) throws InterruptedException {
    DeliveryOutcome told;
    do { // the simulator is asked again after a second at most
      told = stage.send(push);
    } while (told instanceof final TryAgain waits && waits.reply() == ServiceReply.NOTHING);
    return told;
  }

  @Test
  void it_is_a_refusal_of_the_credential_and_apple_counts_as_reached() throws Exception {
    final var revoked = AUTHORITY.issue(UNIVERSAL);
    has(named("old", PushEnvironment.BOTH, shown(revoked)));
    refuse(revoked);
    final var waits = assertInstanceOf(TryAgain.class, stage.send(notice()));
    assertEquals(Reason.CREDENTIALS_REFUSED, waits.why());
    assertEquals(ServiceReply.MOMENT, waits.reply(), "so that no gate closes for the service");
    assertEquals(Optional.empty(), waits.cause());
    assertTrue(waits.theirWords().endsWith("alert: certificate_unknown"), waits.theirWords());
    final var asked = stage.apple.counters().get("refused-in-handshake");
    final var held = assertInstanceOf(TryAgain.class, stage.send(notice()));
    assertEquals(ServiceReply.NOTHING, held.reply(), "it is not asked again at once");
    assertEquals(asked, stage.apple.counters().get("refused-in-handshake"));
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
    assertTrue(stage.alertWords.getFirst().startsWith("credential old: "));
    final var told = stage.reports.refused().getFirst();
    assertEquals(new CredentialId("old"), told.credential());
    assertEquals(waits.theirWords(), told.words());
    assertEquals(List.of(), stage.apple.pushes(""));
  }

  @Test
  void many_that_wait_for_the_connection_are_all_told_so_and_none_is_uncertain() throws Exception {
    final var revoked = AUTHORITY.issue(UNIVERSAL);
    has(named("old", PushEnvironment.BOTH, shown(revoked)));
    refuse(revoked);
    final var group = new ArrayList<Push>();
    for (int i = 0; i < 200; i++) {
      group.add(notice());
    }
    for (final var told : stage.send(group)) {
      assertEquals(
          Reason.CREDENTIALS_REFUSED, assertInstanceOf(TryAgain.class, told).why(), told::toString);
    }
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
  }

  @Test
  void only_pushes_that_the_certificate_covers_wait() throws Exception {
    final var revoked = AUTHORITY.issue(CALLS);
    has(
        named("alerts", PushEnvironment.BOTH, shown(AUTHORITY.issue(ALERTS))),
        named("calls", PushEnvironment.BOTH, shown(revoked)));
    refuse(revoked);
    assertEquals(
        Reason.CREDENTIALS_REFUSED, assertInstanceOf(TryAgain.class, stage.send(call())).why());
    assertInstanceOf(HandedOver.class, stage.send(notice()));
    assertEquals(new CredentialId("calls"), stage.reports.refused().getFirst().credential());
    assertEquals(1, stage.reports.refused().size());
  }

  @Test
  void it_goes_on_as_soon_as_the_certificate_is_taken_again() throws Exception {
    final var own = AUTHORITY.issue(UNIVERSAL);
    has(named("old", PushEnvironment.BOTH, shown(own)));
    assertInstanceOf(HandedOver.class, stage.send(notice()));
    refuse(own);
    stage.apple.cutConnections();
    Until.holds(() -> stage.apple.openConnections() == 0, "the connection of before is over");
    final var push = notice();
    assertInstanceOf(TryAgain.class, stage.send(push));
    assertFalse(stage.reports.refused().isEmpty());
    refuse();
    assertInstanceOf(HandedOver.class, afterThePause(push));
    assertEquals(List.of(), stage.reports.refused());
  }

  @Test
  void another_certificate_takes_its_place_at_once() throws Exception {
    final var revoked = AUTHORITY.issue(UNIVERSAL);
    has(named("old", PushEnvironment.BOTH, shown(revoked)));
    refuse(revoked);
    final var push = notice();
    assertInstanceOf(TryAgain.class, stage.send(push));
    has(named("old", PushEnvironment.BOTH, shown(AUTHORITY.issue(UNIVERSAL))));
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals(List.of(), stage.reports.refused());
  }

  @Test
  void a_token_is_never_in_doubt_because_the_other_environment_refused_the_handshake()
      throws Exception {
    final var revoked = AUTHORITY.issue(UNIVERSAL);
    has(
        named("live", PushEnvironment.PRODUCTION, shown(AUTHORITY.issue(UNIVERSAL))),
        named("test", PushEnvironment.SANDBOX, shown(revoked)));
    refuse(revoked);
    final var unknown = stage.at("ab".repeat(32), PushChannel.MESSAGE, false);
    final var bad = assertInstanceOf(Refused.class, stage.send(stage.notice(unknown)));
    assertEquals(Verdict.DOUBTED_FOR_NOW, bad.address());
  }

  @Test
  void a_peer_that_wants_a_certificate_of_an_app_with_a_key_is_out_of_reach() throws Exception {
    final var certificates = LoopbackCertificates.make();
    try (var peer = UnreachablePeer.tlsThatWantsCertificates(certificates)) {
      final var where = "https://127.0.0.1:" + peer.number();
      final var key = stage.key;
      has(
          new AppCredential(
              new Credential.Apns(
                  key.team(), key.keyId(), key.pem(), where, where, certificates.authorityPem())));
      final var waits = assertInstanceOf(TryAgain.class, stage.send(notice()));
      assertEquals(Reason.SERVICE_UNREACHABLE, waits.why());
      assertEquals(Optional.of(Cause.TLS_IDENTITY), waits.cause(), waits.theirWords());
      assertEquals(List.of(), stage.reports.refused());
    }
  }
}
