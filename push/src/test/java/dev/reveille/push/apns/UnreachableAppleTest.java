package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.model.Cause;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.push.app.UnreachableContract;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Each cause for which Apple cannot be reached, made for real, is told with the push's outcome.
final class UnreachableAppleTest extends UnreachableContract {
  private static ApnsStage stage(final NameServers names) {
    final var pool =
        ApnsStage.QUICK
            .withConnectPatience(Duration.ofMillis(200))
            .withQueuePatience(Duration.ofMillis(600))
            .withNameServers(names);
    return new ApnsStage(AppleOptions.DEFAULT, ApnsSettings.DEFAULT.withPool(pool));
  }

  @Override
  protected void assertTold(
      final Cause expected,
      final String peer,
      final LoopbackCertificates trusted,
      final NameServers names)
      throws InterruptedException {
    try (var stage = stage(names)) {
      final var credential =
          new Credential.Apns(
              stage.key.team(),
              stage.key.keyId(),
              stage.key.pem(),
              "https://" + peer,
              "https://" + peer,
              trusted.authorityPem());
      stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, credential));
      stage.sender.forget(ApnsStage.APP);
      final var push = stage.notice(stage.address(PushChannel.MESSAGE));
      final var outcome = assertInstanceOf(TryAgain.class, stage.send(push));
      assertEquals(Reason.SERVICE_UNREACHABLE, outcome.why());
      assertEquals(Optional.of(expected), outcome.cause(), outcome.theirWords());
      assertEquals(ServiceReply.NOTHING, outcome.reply());
      assertTrue(outcome.theirWords().startsWith(peer + ": "), outcome.theirWords());
    }
  }

  @Override
  protected String host() {
    return "api.push.apple.com:443";
  }

  @Test
  void the_other_side_speaks_only_http_1() throws Exception {
    try (var peer = UnreachablePeer.tls(GOOD)) {
      assertTold(Cause.NO_HTTP2, peer, GOOD);
    }
  }
}
