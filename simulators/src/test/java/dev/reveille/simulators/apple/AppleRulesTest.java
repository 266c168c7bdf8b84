package dev.reveille.simulators.apple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Apple refuses, the stand-in refuses, with the same word.
final class AppleRulesTest {
  @AutoClose private static final AppleSimulator apple = AppleSimulator.start(AppleOptions.DEFAULT);
  private static final SigningKey key = apple.makeKey();
  private AppSender sender;

  @BeforeEach
  void connect() throws Exception {
    sender = new AppSender(apple, key);
  }

  private static String said(final java.net.http.HttpResponse<String> answer) {
    return answer.statusCode() + " " + answer.body();
  }

  private static String refusal(final AppleReason reason) {
    return reason.status() + " {\"reason\":\"" + reason + "\"}";
  }

  @ParameterizedTest
  @CsvSource({
    "apns-id, 0D6D7A0C-7C0B-4F2B-9C86-1B9D8F6C3E11, BadMessageId",
    "apns-id, hello, BadMessageId",
    "apns-expiration, tomorrow, BadExpirationDate",
    "apns-expiration, -1, BadExpirationDate",
    "apns-priority, 7, BadPriority",
    "apns-push-type, chat, InvalidPushType",
    "apns-push-type, voip, BadTopic",
    "apns-topic, '', MissingTopic",
    "apns-topic, org.example.app.voip, BadTopic",
    "apns-topic, org.example.other, DeviceTokenNotForTopic",
    "authorization, '', MissingProviderToken",
    "authorization, basic abc, InvalidProviderToken",
    "authorization, bearer abc, InvalidProviderToken",
    "authorization, bearer a.b.c, InvalidProviderToken",
    "apns-collapse-id, 12345678901234567890123456789012345678901234567890123456789012345,"
        + " BadCollapseId",
  })
  void a_wrong_header_is_named(final String name, final String value, final AppleReason reason)
      throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(refusal(reason), said(sender.alert(token, "x", name, value)));
  }

  @Test
  void the_case_of_a_device_tokens_digits_counts_for_nothing() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(200, sender.alert(token.toUpperCase(java.util.Locale.ROOT), "x").statusCode());
    assertEquals(1, apple.pushes(token).size());
    assertEquals(1, apple.pushes(token.toUpperCase(java.util.Locale.ROOT)).size());
  }

  @Test
  void what_is_right_is_accepted_and_its_id_comes_back() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    final var headers = sender.headers();
    headers.put("apns-priority", "5");
    headers.put("apns-expiration", "0");
    headers.put("apns-collapse-id", "1".repeat(64));
    final var answer = sender.send(token, headers, "{\"aps\":{}}");
    assertEquals("200 ", said(answer));
    assertEquals(headers.get("apns-id"), answer.headers().firstValue("apns-id").orElse(""));
    assertTrue(answer.headers().firstValue("apns-unique-id").isEmpty());
  }

  @Test
  void only_the_sandbox_gives_a_unique_id() throws Exception {
    final String token = apple.newToken(AppSender.APP, true);
    final var answer = sender.send("POST", "/3/device/" + token, sender.headers(), "{}", true);
    assertEquals(200, answer.statusCode());
    assertTrue(answer.headers().firstValue("apns-unique-id").isPresent());
  }

  @Test
  void path_and_method_are_checked() throws Exception {
    assertEquals(
        refusal(AppleReason.BadPath),
        said(sender.send("POST", "/3/devices/x", sender.headers(), "{}", false)));
    assertEquals(
        refusal(AppleReason.MethodNotAllowed),
        said(sender.send("PUT", "/3/device/aa", sender.headers(), "{}", false)));
    assertEquals(refusal(AppleReason.MissingDeviceToken), said(sender.alert("", "x")));
    assertEquals(refusal(AppleReason.BadDeviceToken), said(sender.alert("nothex", "x")));
    assertEquals(refusal(AppleReason.BadDeviceToken), said(sender.alert("aa".repeat(32), "x")));
  }

  @Test
  void an_empty_payload_is_refused() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(refusal(AppleReason.PayloadEmpty), said(sender.send(token, sender.headers(), "")));
  }

  @Test
  void a_provider_token_lives_an_hour() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    sender.sign(Instant.now().minus(Duration.ofMinutes(61)));
    assertEquals(refusal(AppleReason.ExpiredProviderToken), said(sender.alert(token, "x")));
    sender.sign(Instant.now().minus(Duration.ofMinutes(59)));
    assertEquals(200, sender.alert(token, "x").statusCode());
    sender.reconnect();
    sender.sign(Instant.now().plus(Duration.ofMinutes(30)));
    assertEquals(refusal(AppleReason.InvalidProviderToken), said(sender.alert(token, "x")));
  }

  @Test
  void a_connection_does_not_take_a_new_provider_token_every_minute() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    assertEquals(200, sender.alert(token, "x").statusCode());
    sender.sign(Instant.now().minusSeconds(60));
    assertEquals(refusal(AppleReason.TooManyProviderTokenUpdates), said(sender.alert(token, "x")));
  }

  @Test
  void a_connection_is_bound_to_its_first_team_and_key() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    final var sameTeam = SigningKey.make(key.team(), "SECONDKEY2");
    final var otherTeam = SigningKey.make("OTHERTEAM2", "THIRDKEY22");
    apple.register(sameTeam);
    apple.register(otherTeam);
    assertEquals(200, sender.alert(token, "x").statusCode());
    assertEquals(
        refusal(AppleReason.UnrelatedKeyIdInToken),
        said(
            sender.alert(
                token,
                "x",
                "authorization",
                "bearer " + AppSender.provider(sameTeam, Instant.now()))));
    assertEquals(
        refusal(AppleReason.InvalidProviderToken),
        said(
            sender.alert(
                token,
                "x",
                "authorization",
                "bearer " + AppSender.provider(otherTeam, Instant.now()))));
  }

  @Test
  void a_key_may_be_limited_to_an_environment_and_to_topics() throws Exception {
    final String production = apple.newToken(AppSender.APP, false);
    final var sandboxKey = SigningKey.make("TEAMSANDBX", "SANDBOXKEY");
    apple.register(sandboxKey, "sandbox", Set.of());
    final var wrongHost = new AppSender(apple, sandboxKey);
    assertEquals(
        refusal(AppleReason.BadEnvironmentKeyIdInToken), said(wrongHost.alert(production, "x")));
    final var topicKey = SigningKey.make("TEAMTOPICS", "TOPICSKEY2");
    apple.register(topicKey, "both", Set.of("org.example.other"));
    final var wrongTopic = new AppSender(apple, topicKey);
    assertEquals(refusal(AppleReason.TopicDisallowed), said(wrongTopic.alert(production, "x")));
  }

  @Test
  void a_revoked_key_is_refused() throws Exception {
    final String token = apple.newToken(AppSender.APP, false);
    final var leaked = SigningKey.make("TEAMLEAKED", "LEAKEDKEY2");
    apple.register(leaked);
    final var owner = new AppSender(apple, leaked);
    assertEquals(200, owner.alert(token, "x").statusCode());
    apple.revoke(leaked.keyId());
    owner.reconnect();
    assertEquals(refusal(AppleReason.InvalidProviderToken), said(owner.alert(token, "x")));
  }
}
