package dev.reveille.simulators.apple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pushy knows nothing of us: what it sends, our stand-in must take, and what it gets refused it
/// must be able to read.
final class PushyWitnessTest {
  private static final String APP = "org.example.app";
  private static final String PAYLOAD = "{\"aps\":{\"alert\":\"hello\"}}";

  private static final AppleSimulator apple = AppleSimulator.start(AppleOptions.DEFAULT);
  private static final SigningKey key = apple.makeKey();
  private static ApnsClient pushy;

  @BeforeAll
  static void connect() throws Exception {
    pushy = client(key);
  }

  @AfterAll
  static void stop() throws Exception {
    pushy.close().get(5, TimeUnit.SECONDS);
    apple.close();
  }

  private static ApnsClient client(final SigningKey signing) throws Exception {
    return new ApnsClientBuilder()
        .setApnsServer("127.0.0.1", apple.productionPort())
        .setTrustedServerCertificateChain(apple.authority())
        .setUseAlpn(true)
        .setSigningKey(
            new ApnsSigningKey(
                signing.keyId(), signing.team(), (ECPrivateKey) signing.pair().getPrivate()))
        .build();
  }

  private static PushNotificationResponse<SimpleApnsPushNotification> send(
      final ApnsClient client, final SimpleApnsPushNotification push) throws Exception {
    return client.sendNotification(push).get(5, TimeUnit.SECONDS);
  }

  private static String refusal(final PushNotificationResponse<SimpleApnsPushNotification> answer) {
    assertFalse(answer.isAccepted());
    return answer.getRejectionReason().orElse("");
  }

  @Test
  void a_push_of_an_independent_client_is_accepted_and_arrives_as_it_was() throws Exception {
    final String token = apple.newToken(APP, false);
    final var answer = send(pushy, new SimpleApnsPushNotification(token, APP, PAYLOAD));
    assertTrue(answer.isAccepted());
    final var arrived = apple.pushes(token);
    assertEquals(1, arrived.size());
    assertEquals(PAYLOAD, arrived.getFirst().payload());
    assertEquals(APP, arrived.getFirst().header("apns-topic"));
    assertEquals(answer.getApnsId().toString(), arrived.getFirst().header("apns-id"));
  }

  @Test
  void a_burst_into_a_new_connection_meets_the_limit_of_one_stream_and_then_a_thousand()
      throws Exception {
    final var fresh = client(key);
    final String token = apple.newToken(APP, false);
    final var answers = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 500; i++) {
      answers.add(fresh.sendNotification(new SimpleApnsPushNotification(token, APP, PAYLOAD)));
    }
    for (final var answer : answers) {
      answer.get(10, TimeUnit.SECONDS);
    }
    assertEquals(500, apple.pushes(token).stream().filter(push -> push.status() == 200).count());
    fresh.close().get(5, TimeUnit.SECONDS);
  }

  @Test
  void a_key_that_apple_does_not_know_is_refused() throws Exception {
    final var other = client(SigningKey.make(key.team(), "UNKNOWNKEY"));
    final String token = apple.newToken(APP, false);
    assertEquals(
        "InvalidProviderToken",
        refusal(send(other, new SimpleApnsPushNotification(token, APP, PAYLOAD))));
    other.close().get(5, TimeUnit.SECONDS);
  }

  @Test
  void a_token_signed_by_another_key_under_a_known_name_is_refused() throws Exception {
    final var other = client(SigningKey.make(key.team(), key.keyId()));
    final String token = apple.newToken(APP, false);
    assertEquals(
        "InvalidProviderToken",
        refusal(send(other, new SimpleApnsPushNotification(token, APP, PAYLOAD))));
    other.close().get(5, TimeUnit.SECONDS);
  }

  @Test
  void an_alert_token_with_the_voip_topic_is_refused() throws Exception {
    final String token = apple.newToken(APP, false);
    final var push =
        new SimpleApnsPushNotification(
            token,
            APP + ".voip",
            PAYLOAD,
            Instant.now().plusSeconds(30),
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP);
    assertEquals("DeviceTokenNotForTopic", refusal(send(pushy, push)));
  }

  @Test
  void a_voip_push_without_the_voip_topic_is_refused() throws Exception {
    final String token = apple.newToken(APP + ".voip", false);
    final var push =
        new SimpleApnsPushNotification(
            token,
            APP,
            PAYLOAD,
            Instant.now().plusSeconds(30),
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP);
    assertEquals("BadTopic", refusal(send(pushy, push)));
  }

  @Test
  void a_background_push_at_priority_10_is_refused() throws Exception {
    final String token = apple.newToken(APP, false);
    final var push =
        new SimpleApnsPushNotification(
            token,
            APP,
            PAYLOAD,
            Instant.now().plusSeconds(30),
            DeliveryPriority.IMMEDIATE,
            PushType.BACKGROUND);
    assertEquals("BadPriority", refusal(send(pushy, push)));
  }

  @Test
  void an_alert_over_4096_bytes_is_refused_and_a_call_up_to_5120_is_not() throws Exception {
    final String alert = apple.newToken(APP, false);
    final String voip = apple.newToken(APP + ".voip", false);
    final String large = "{\"x\":\"" + "y".repeat(5_120 - 8) + "\"}";
    assertEquals(5_120, large.length());
    assertEquals(
        "PayloadTooLarge", refusal(send(pushy, new SimpleApnsPushNotification(alert, APP, large))));
    final var call =
        new SimpleApnsPushNotification(
            voip,
            APP + ".voip",
            large,
            Instant.now().plusSeconds(30),
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP);
    assertTrue(send(pushy, call).isAccepted());
  }

  @Test
  void a_sandbox_token_at_the_production_host_is_a_bad_token() throws Exception {
    final String token = apple.newToken(APP, true);
    assertEquals(
        "BadDeviceToken",
        refusal(send(pushy, new SimpleApnsPushNotification(token, APP, PAYLOAD))));
  }

  @Test
  void a_dead_token_says_since_when() throws Exception {
    final String token = apple.newToken(APP, false);
    final var died = Instant.ofEpochMilli(1_790_000_000_000L);
    apple.put(new DeviceToken(token, APP, false, DeviceToken.State.UNREGISTERED, died));
    final var answer = send(pushy, new SimpleApnsPushNotification(token, APP, PAYLOAD));
    assertEquals("Unregistered", refusal(answer));
    assertEquals(died, answer.getTokenInvalidationTimestamp().orElseThrow());
  }

  @Test
  void pushes_survive_a_goaway_because_unprocessed_ones_go_out_again() throws Exception {
    final String token = apple.newToken(APP, false);
    assertTrue(send(pushy, new SimpleApnsPushNotification(token, APP, PAYLOAD)).isAccepted());
    apple.leaveConnections("Shutdown");
    assertTrue(
        pushy
            .sendNotification(new SimpleApnsPushNotification(token, APP, PAYLOAD))
            .orTimeout(3, TimeUnit.SECONDS) // what it writes while the GOAWAY comes has no answer
            .handle((answer, _) -> answer != null && answer.isAccepted())
            .thenCompose(done ->
                done
                    ? CompletableFuture.completedFuture(true)
                    : pushy
                        .sendNotification(new SimpleApnsPushNotification(token, APP, PAYLOAD))
                        .thenApply(PushNotificationResponse::isAccepted))
            .get(10, TimeUnit.SECONDS));
    assertTrue(apple.awaitPushes(token, 2, Duration.ofSeconds(5)).size() >= 2);
  }
}
