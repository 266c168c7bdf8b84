package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushChannel;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pushy's mock of Apple's service, which asks for a client's certificate and takes its base topic
/// from it, must take what our sender sends.
final class PushyMockCertificateTest {
  private static final String GOOD = "aa".repeat(32);
  private static final String VOIP = "cc".repeat(32);
  private static final PushAuthority AUTHORITY = PushAuthority.make();
  private static final ApnsStage stage = new ApnsStage();
  private static final AtomicBoolean sawToken = new AtomicBoolean();
  private static MockApnsServer mock;

  @BeforeAll
  static void start() throws Exception {
    final var certificates = LoopbackCertificates.make();
    final var validating =
        new ValidatingPushNotificationHandlerFactory(
            Map.of(ApnsStage.BUNDLE, Set.of(GOOD), ApnsStage.BUNDLE + ".voip", Set.of(VOIP)),
            Map.of(),
            Map.of(),
            Map.of());
    mock =
        new MockApnsServerBuilder()
            .setServerCredentials(
                certificates.chain().toArray(X509Certificate[]::new),
                certificates.leafKey().getPrivate(),
                null)
            .setTrustedClientCertificateChain(
                new ByteArrayInputStream(AUTHORITY.pem().getBytes(StandardCharsets.US_ASCII)))
            .setUseAlpn(true)
            .setHandlerFactory(session -> {
              final var theirs = validating.buildHandler(session);
              return (headers, payload) -> {
                sawToken.compareAndSet(false, headers.contains("authorization"));
                theirs.handlePushNotification(headers, payload);
              };
            })
            .build();
    final int port =
        mock.start(0).get(10, TimeUnit.SECONDS) instanceof Integer number ? number : -1;
    final var issued = AUTHORITY.issue(Wish.universal(ApnsStage.BUNDLE));
    final var credential =
        new Credential.ApnsCertificate(
            issued.certificatePem(),
            issued.keyPem(),
            "https://127.0.0.1:" + port,
            "",
            certificates.authorityPem());
    stage.app =
        Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, List.of(new AppCredential(credential))));
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
    mock.shutdown().get(10, TimeUnit.SECONDS);
  }

  @Test
  void alerts_and_calls_are_accepted_by_the_certificate_alone() throws Exception {
    final var alert = stage.notice(stage.at(GOOD, PushChannel.MESSAGE, false));
    final var call = stage.ring(stage.at(VOIP, PushChannel.VOIP, false));
    assertInstanceOf(HandedOver.class, stage.send(alert));
    assertInstanceOf(HandedOver.class, stage.send(call));
    assertFalse(sawToken.get(), "a provider token beside a certificate");
  }

  @Test
  void a_token_of_another_topic_is_refused() throws Exception {
    final var outcome =
        assertInstanceOf(
            Refused.class, stage.send(stage.ring(stage.at(GOOD, PushChannel.VOIP, false))));
    assertEquals("400 DeviceTokenNotForTopic", outcome.theirWords());
  }
}
