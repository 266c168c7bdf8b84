package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.PushNotificationHandler;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pushy's mock of Apple's service knows nothing of us: it must take what our sender sends.
final class PushyMockServerTest {
  private static final String GOOD = "aa".repeat(32);
  private static final String DEAD = "bb".repeat(32);
  private static final String VOIP = "cc".repeat(32);

  private static final ApnsStage stage = new ApnsStage();
  private static MockApnsServer mock;

  @BeforeAll
  static void start() throws Exception {
    final var certificates = LoopbackCertificates.make();
    final var key =
        new ApnsVerificationKey(
            stage.key.keyId(), stage.key.team(), (ECPublicKey) stage.key.pair().getPublic());
    final var validating =
        new ValidatingPushNotificationHandlerFactory(
            Map.of(ApnsStage.BUNDLE, Set.of(GOOD, DEAD), ApnsStage.BUNDLE + ".voip", Set.of(VOIP)),
            Map.of(DEAD, Instant.now().minusSeconds(60)),
            Map.of(stage.key.keyId(), key),
            Map.of(key, Set.of(ApnsStage.BUNDLE, ApnsStage.BUNDLE + ".voip")));
    mock =
        new MockApnsServerBuilder()
            .setServerCredentials(
                certificates.chain().toArray(X509Certificate[]::new),
                certificates.leafKey().getPrivate(),
                null)
            .setUseAlpn(true)
            .setHandlerFactory(session -> readingRawSignatures(validating.buildHandler(session)))
            .build();
    final int port =
        mock.start(0).get(10, TimeUnit.SECONDS) instanceof Integer number ? number : -1;
    stage.app =
        Optional.of(
            new ApnsApps.ApnsApp(
                ApnsStage.BUNDLE,
                new Credential.Apns(
                    stage.key.team(),
                    stage.key.keyId(),
                    stage.key.pem(),
                    "https://127.0.0.1:" + port,
                    "",
                    certificates.authorityPem())));
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
    mock.shutdown().get(10, TimeUnit.SECONDS);
  }

  /// RFC 7518 section 3.4 wants an ES256 signature as two raw numbers; Pushy's mock reads the DER
  /// form only. Nothing else is touched.
  private static PushNotificationHandler readingRawSignatures(
      final PushNotificationHandler theirs) {
    return (headers, payload) -> {
      final String[] parts = headers.get("authorization").toString().split("\\.");
      final byte[] raw = Base64.getUrlDecoder().decode(parts[2]);
      final var r = new BigInteger(1, Arrays.copyOfRange(raw, 0, 32)).toByteArray();
      final var s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)).toByteArray();
      final byte[] der = new byte[6 + r.length + s.length];
      der[0] = 0x30;
      der[1] = (byte) (4 + r.length + s.length);
      der[2] = 0x02;
      der[3] = (byte) r.length;
      System.arraycopy(r, 0, der, 4, r.length);
      der[4 + r.length] = 0x02;
      der[5 + r.length] = (byte) s.length;
      System.arraycopy(s, 0, der, 6 + r.length, s.length);
      headers.set(
          "authorization",
          parts[0]
              + "."
              + parts[1]
              + "."
              + Base64.getUrlEncoder().withoutPadding().encodeToString(der));
      theirs.handlePushNotification(headers, payload);
    };
  }

  @Test
  void alerts_and_calls_are_accepted() throws Exception {
    final var alert = stage.notice(stage.at(GOOD, PushChannel.MESSAGE, false));
    final var call = stage.ring(stage.at(VOIP, PushChannel.VOIP, false));
    assertInstanceOf(HandedOver.class, stage.send(alert));
    assertInstanceOf(HandedOver.class, stage.send(call));
  }

  @Test
  void a_burst_is_accepted() throws Exception {
    final var group = new ArrayList<Push>();
    for (int i = 0; i < 200; i++) {
      group.add(stage.notice(stage.at(GOOD, PushChannel.MESSAGE, false)));
    }
    assertEquals(200, stage.send(group).stream().filter(HandedOver.class::isInstance).count());
  }

  @Test
  void a_dead_token_is_retired_since_their_timestamp() throws Exception {
    final var outcome =
        assertInstanceOf(
            Refused.class, stage.send(stage.notice(stage.at(DEAD, PushChannel.MESSAGE, false))));
    assertEquals(Reason.TOKEN_RETIRED, outcome.why());
    assertEquals("410 Unregistered", outcome.theirWords());
  }

  @Test
  void a_token_of_another_topic_is_refused() throws Exception {
    final var outcome =
        assertInstanceOf(
            Refused.class, stage.send(stage.ring(stage.at(GOOD, PushChannel.VOIP, false))));
    assertEquals("400 DeviceTokenNotForTopic", outcome.theirWords());
  }

  @Test
  void the_mock_reads_our_token_as_we_meant_it() {
    final var token =
        new ProviderToken(
            stage.key.team(),
            stage.key.keyId(),
            stage.key.pair().getPrivate(),
            ApnsSettings.DEFAULT.tokenRefresh(),
            stage.clock);
    final String[] parts = token.current().header().substring("bearer ".length()).split("\\.");
    final String header =
        new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
    assertEquals("{\"alg\":\"ES256\",\"kid\":\"" + stage.key.keyId() + "\"}", header);
    assertEquals(64, Base64.getUrlDecoder().decode(parts[2]).length);
  }
}
