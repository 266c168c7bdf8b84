package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.simulators.google.RegistrationToken;
import dev.reveille.simulators.google.ServiceAccount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an app asks Google for beside the message: a label, the headers for browsers and Apple
/// devices, and a trial of a credential and a token of which no phone hears.
final class FcmBlocksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @AutoClose private final FcmStage stage = new FcmStage();

  private Credential.Fcm with(final String label, final boolean web, final boolean apple) {
    return new Credential.Fcm(
        stage.account.json(),
        stage.google.endpoint(),
        stage.google.authorityPem(),
        label,
        web,
        apple);
  }

  private void has(final String label, final boolean web, final boolean apple) {
    stage.app = Optional.of(with(label, web, apple));
    stage.sender.forget(FcmStage.APP);
  }

  private JsonNode sent(final Push push) throws InterruptedException {
    assertInstanceOf(HandedOver.class, stage.send(push));
    return stage.google.messages(push.to().token().value()).getFirst().message();
  }

  private Push wake() {
    return stage.push(
        stage.address(),
        new PushContent.Wake("7-9", EventClass.CHANGE, "change", "c-1"),
        Lane.NORMAL,
        Duration.ofHours(1));
  }

  @Test
  void without_a_wish_there_is_nothing_beside_the_message() throws Exception {
    final var message = sent(stage.ring(stage.address()));
    for (final var field : List.of("webpush", "apns", "fcm_options")) {
      assertFalse(message.has(field), field);
    }
    assertTrue(message.path("android").path("direct_boot_ok").asBoolean());
    assertFalse(
        sent(stage.notice(stage.address())).path("android").has("direct_boot_ok"),
        "calls only: other apps' data is locked until then");
  }

  @Test
  void a_label_goes_with_each_message() throws Exception {
    has("Calls_and-more.~%1", false, false);
    assertEquals(
        "Calls_and-more.~%1",
        sent(stage.notice(stage.address())).path("fcm_options").path("analytics_label").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "ä", "a/b", "x\"y"})
  void a_label_that_google_refuses_is_refused_by_us(final String label) {
    final var found = FcmSender.mistake(with(label, false, false), FcmStage.HERE).orElseThrow();
    assertEquals(
        "analyticsLabel: has 1 to 50 letters, digits or characters of -_.~%", found.words());
    assertTrue(FcmSender.mistake(with("x".repeat(51), false, false), FcmStage.HERE).isPresent());
    assertTrue(FcmSender.mistake(with("x".repeat(50), false, false), FcmStage.HERE).isEmpty());
  }

  @Test
  void browsers_get_the_time_to_live_and_the_urgency() throws Exception {
    has("l", true, false);
    final var ring = sent(stage.ring(stage.address()));
    final var headers = ring.path("webpush").path("headers");
    assertEquals("high", headers.path("Urgency").asText());
    assertEquals(ring.path("android").path("ttl").asText(), headers.path("TTL").asText() + "s");
    assertEquals("l", ring.path("fcm_options").path("analytics_label").asText());
    assertEquals("very-low", sent(wake()).path("webpush").path("headers").path("Urgency").asText());
  }

  @Test
  void apple_devices_get_their_headers_and_the_words() throws Exception {
    has("", false, true);
    final var push = stage.notice(stage.address());
    final var apns = sent(push).path("apns");
    final var headers = apns.path("headers");
    assertEquals("alert", headers.path("apns-push-type").asText());
    assertEquals("10", headers.path("apns-priority").asText());
    assertEquals(
        Long.toString(push.deadline().getEpochSecond()), headers.path("apns-expiration").asText());
    assertEquals("7-2", headers.path("apns-collapse-id").asText());
    final var aps = apns.path("payload").path("aps");
    assertEquals("Anna", aps.path("alert").path("title").asText());
    assertEquals("Hello", aps.path("alert").path("body").asText());
    assertEquals(1, aps.path("mutable-content").asInt());

    final var silent = sent(wake()).path("apns");
    assertEquals("background", silent.path("headers").path("apns-push-type").asText());
    assertEquals("5", silent.path("headers").path("apns-priority").asText());
    assertEquals(1, silent.path("payload").path("aps").path("content-available").asInt());
    assertFalse(silent.path("payload").path("aps").has("alert"));
  }

  /// Both in one message, with words that are far too long for two places: Google takes it.
  @Test
  void words_that_do_not_fit_twice_are_only_in_the_envelope() throws Exception {
    has("label", true, true);
    final var notice =
        new PushContent.Notice(
            "7-3", EventClass.MESSAGE, "chat", "Änne", "ö".repeat(4_000), Map.of(), "", "7-3", -1);
    final var message = sent(stage.push(stage.address(), notice, Lane.NORMAL, Duration.ofHours(1)));
    final var alert = message.path("apns").path("payload").path("aps").path("alert");
    assertEquals("New message", alert.path("body").asText());
    assertTrue(message.path("data").path("reveille").asText().contains("öööö"));

    final var call = new CallId(UUID.randomUUID());
    final var over = new PushContent.CallOver("7-5", call, "missed", "Anruf von Änne", -1);
    final var end = sent(stage.push(stage.address(), over, Lane.URGENT, Duration.ofSeconds(20)));
    assertEquals(
        "Anruf von Änne",
        end.path("apns").path("payload").path("aps").path("alert").path("body").asText());
  }

  @Test
  void a_trial_tells_what_google_would_say_and_shows_nothing() throws Exception {
    final var good = stage.address().token();
    final var heard = new CopyOnWriteArrayList<String>();
    try (var _ = stage.google.connectPhone(good.value(), message -> heard.add(message.token()))) {
      final var taken = stage.sender.tried(stage.credential(stage.account), good, PATIENCE);
      assertNull(taken.why());
      assertEquals("fake_message_id", taken.words());
      assertEquals(Reason.TOKEN_BAD, tried(stage.account, new PushToken("x".repeat(40))));
      stage.google.put(
          new RegistrationToken(
              good.value(), FcmStage.PROJECT, RegistrationToken.State.UNREGISTERED));
      assertEquals(Reason.TOKEN_RETIRED, tried(stage.account, good));
    }
    final var other = stage.google.makeAccount("another-project");
    final var elsewhere = new PushToken(stage.google.newToken(FcmStage.PROJECT));
    assertEquals(Reason.TOKEN_WRONG_SENDER, tried(other, elsewhere));
    stage.google.register(stage.account, false);
    assertEquals(Reason.CREDENTIALS_REFUSED, tried(stage.account, elsewhere));
    stage.google.revoke(stage.account.keyId());
    assertEquals(Reason.CREDENTIALS_REFUSED, tried(stage.account, elsewhere));
    assertEquals(List.of(), heard, "no phone heard of it");
    assertEquals(List.of(), stage.google.messages(""), "and none of them was a push");
    final var counters = stage.google.counters();
    assertEquals(5L, counters.getOrDefault("trials", 0L));
    assertEquals(0L, counters.getOrDefault("accepted", 0L));
    assertEquals(List.of(), stage.alerts, "only who tries is told");
  }

  private Reason tried(final ServiceAccount account, final PushToken token)
      throws InterruptedException {
    return Objects.requireNonNull(
        stage.sender.tried(stage.credential(account), token, PATIENCE).why());
  }
}
