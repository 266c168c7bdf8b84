package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.simulators.google.ArrivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What leaves for Google: forms, priorities, times to live, payloads.
final class FcmSenderTest {
  @AutoClose private static final FcmStage stage = new FcmStage();
  private static final ObjectMapper JSON = new ObjectMapper();

  @AfterEach
  void putBack() {
    stage.google.clearFaults();
  }

  private static ArrivedMessage arrived(final Push push) {
    final var all = stage.google.messages(push.to().token().value());
    assertEquals(1, all.size(), all.toString());
    assertEquals(200, all.getFirst().status());
    return all.getFirst();
  }

  private static JsonNode envelope(final ArrivedMessage message) throws Exception {
    return JSON.readTree(message.data("reveille"));
  }

  private static JsonNode sent(final Push push) throws Exception {
    assertInstanceOf(HandedOver.class, stage.send(push));
    return envelope(arrived(push));
  }

  /// C2-40: a suspended Android phone rings by a data message of high priority.
  @Test
  void a_ringing_call_is_data_only_and_high_and_lives_as_long_as_it_rings() throws Exception {
    final var push = stage.ring(stage.address());
    final var envelope = sent(push);
    final var arrived = arrived(push);
    assertEquals("HIGH", arrived.priority());
    assertTrue(List.of("29s", "30s").contains(arrived.ttl()), arrived.ttl());
    assertEquals("", arrived.collapseKey());
    assertTrue(arrived.message().path("android").path("direct_boot_ok").asBoolean());
    assertFalse(arrived.message().has("notification"));
    assertFalse(arrived.message().path("android").has("notification"));
    assertEquals(1, envelope.path("v").asInt());
    assertEquals("call", envelope.path("class").asText());
    assertEquals(
        ((PushContent.Ring) push.content()).call().toString(), envelope.path("call").asText());
    assertEquals("Anna", envelope.path("caller").path("name").asText());
    assertEquals(push.deadline().getEpochSecond(), envelope.path("expires").asLong());
  }

  @Test
  void the_end_of_a_call_is_data_only_and_high_too() throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var over = new PushContent.CallOver("7-5", call, "answered", "Answered elsewhere", -1);
    final var push = stage.push(stage.address(), over, Lane.URGENT, Duration.ofSeconds(20));
    final var envelope = sent(push);
    assertEquals("HIGH", arrived(push).priority());
    assertEquals("call-end", envelope.path("class").asText());
    assertEquals("answered", envelope.path("how").asText());
    assertEquals(call.toString(), envelope.path("call").asText());
    assertFalse(arrived(push).message().has("notification"));
  }

  /// L1-01: badge and alert travel for the app to show them.
  @Test
  void a_message_is_high_data_that_says_how_to_show_it() throws Exception {
    final var push = stage.notice(stage.address());
    final var envelope = sent(push);
    assertEquals("HIGH", arrived(push).priority());
    assertEquals("", arrived(push).collapseKey(), "a phone may have four different keys only");
    final var show = envelope.path("show");
    assertEquals("Anna", show.path("title").asText());
    assertEquals("Hello", show.path("body").asText());
    assertEquals("7-2", show.path("tag").asText());
    assertEquals("thread-1", show.path("thread").asText());
    assertEquals(3, show.path("badge").asInt());
    assertEquals("v", envelope.path("content").path("data").path("k").asText());
  }

  @Test
  void a_text_of_the_app_travels_as_its_key() throws Exception {
    final var notice = FcmStage.notice("Anna", "Hello");
    final var style =
        new NotificationStyle(
            new NotificationStyle.Words.Localized("new_message", List.of("Anna")),
            NotificationStyle.Words.NONE,
            new NotificationStyle.Words.Localized("new", List.of()),
            "",
            "",
            "",
            NotificationStyle.Interruption.PASSIVE,
            "chats",
            "");
    final var plain = stage.notice(stage.address());
    final var push =
        new Push(
            plain.work(),
            plain.to(),
            plain.id(),
            notice,
            style,
            Seal.OPEN,
            Lane.NORMAL,
            plain.deadline(),
            1,
            () -> true);
    final var show = sent(push).path("show");
    assertEquals("new_message", show.path("titleKey").asText());
    assertEquals("Anna", show.path("titleArgs").path(0).asText());
    assertEquals("new", show.path("bodyKey").asText());
    assertEquals("chats", show.path("channel").asText());
    assertEquals("NORMAL", arrived(push).priority(), "passive lights no screen");
  }

  @Test
  void a_sealed_message_shows_google_no_word_of_it() throws Exception {
    final var plain = stage.notice(stage.address());
    final var push =
        new Push(
            plain.work(),
            plain.to(),
            plain.id(),
            FcmStage.notice("", ""),
            NotificationStyle.of(FcmStage.notice("Secret", "Words")).withoutContent(),
            new Seal.Closed("c2VhbGVk"),
            Lane.NORMAL,
            plain.deadline(),
            1,
            () -> true);
    final var envelope = sent(push);
    assertEquals("c2VhbGVk", envelope.path("sealed").asText());
    assertFalse(envelope.toString().contains("Words"), envelope.toString());
    assertEquals("New message", envelope.path("show").path("body").asText());
  }

  @Test
  void changes_wait_for_the_phone_and_only_the_newest_is_kept() throws Exception {
    final var content = new PushContent.Wake("7-3", EventClass.CHANGE, "mail", "changes");
    final var push = stage.push(stage.address(), content, Lane.BULK, Duration.ofHours(1));
    final var envelope = sent(push);
    assertEquals("NORMAL", arrived(push).priority());
    assertEquals("changes", arrived(push).collapseKey());
    assertFalse(envelope.has("show"));
  }

  @Test
  void a_silent_event_without_a_word_to_fold_by_has_no_collapse_key() throws Exception {
    final var content = new PushContent.Wake("7-8", EventClass.SILENT, "sync", "7-8");
    final var push = stage.push(stage.address(), content, Lane.NORMAL, Duration.ofHours(1));
    sent(push);
    assertEquals("", arrived(push).collapseKey());
  }

  @Test
  void a_broadcast_wakes_phones_as_a_single_message_does() throws Exception {
    final var push =
        stage.push(stage.address(), FcmStage.notice("All", "News"), Lane.BULK, Duration.ofHours(1));
    sent(push);
    assertEquals("HIGH", arrived(push).priority());
  }

  @Test
  void what_does_not_fit_loses_its_data_first_and_then_the_end_of_its_words() throws Exception {
    final var longData =
        new PushContent.Notice(
            "7-6",
            EventClass.MESSAGE,
            "chat",
            "Anna",
            "Hello",
            Map.of("k", "x".repeat(5_000)),
            "",
            "7-6",
            -1);
    final var first = sent(stage.push(stage.address(), longData, Lane.NORMAL, Duration.ofHours(1)));
    assertEquals("Hello", first.path("show").path("body").asText());
    assertTrue(first.path("partial").asBoolean());
    final var second =
        sent(
            stage.push(
                stage.address(),
                FcmStage.notice("Anna", "\"\\".repeat(3_000)),
                Lane.NORMAL,
                Duration.ofHours(1)));
    assertEquals("Anna", second.path("show").path("title").asText());
    assertTrue(second.path("show").path("body").asText().matches("[\"\\\\]{100,}…"));
    assertTrue(second.path("partial").asBoolean());
    assertEquals("7-2", second.path("id").asText());
  }

  @Test
  void the_time_to_live_is_what_remains_when_the_message_leaves() throws Exception {
    stage.google.tokenFault(dev.reveille.simulators.service.Fault.delay(Duration.ofMillis(1_300)));
    stage.google.endAccessTokens();
    stage.app = java.util.Optional.of(stage.credential(stage.google.makeAccount(FcmStage.PROJECT)));
    stage.sender.forget(FcmStage.APP);
    final var push =
        stage.push(
            stage.address(),
            stage.ring(stage.address()).content(),
            Lane.URGENT,
            Duration.ofSeconds(10));
    sent(push);
    final var ttl = arrived(push).ttl();
    assertTrue(List.of("8s", "7s", "6s", "5s").contains(ttl), ttl);
  }

  @Test
  void what_ends_within_this_second_is_now_or_never() throws Exception {
    final var push =
        stage.push(
            stage.address(),
            stage.ring(stage.address()).content(),
            Lane.URGENT,
            Duration.ofMillis(990));
    sent(push);
    assertEquals("0s", arrived(push).ttl());
  }

  @Test
  void apps_with_the_same_account_share_one_access_token() throws Exception {
    stage.send(stage.notice(stage.address()));
    final long before = stage.google.accessTokens();
    final var group = new java.util.ArrayList<Push>();
    for (int i = 0; i < 50; i++) {
      group.add(stage.notice(stage.address()));
    }
    stage.send(group).forEach(one -> assertInstanceOf(HandedOver.class, one));
    assertEquals(before, stage.google.accessTokens());
  }
}
