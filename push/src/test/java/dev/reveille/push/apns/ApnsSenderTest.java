package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What leaves for Apple: forms, headers, payloads, environments, keys.
final class ApnsSenderTest {
  @AutoClose private static final ApnsStage stage = new ApnsStage();
  private static final ObjectMapper JSON = new ObjectMapper();

  @AfterEach
  void putBack() {
    stage.apple.clearFaults();
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, stage.credential(stage.key)));
    stage.sender.forget(ApnsStage.APP);
  }

  private static ArrivedPush arrived(final Push push) {
    final var all = stage.apple.pushes(push.to().token().value());
    assertEquals(1, all.size());
    return all.getFirst();
  }

  private static JsonNode payload(final Push push) throws Exception {
    return JSON.readTree(arrived(push).payload());
  }

  /// C2-40, C2-41: a suspended iPhone rings by a push on the VoIP channel that names the caller.
  @Test
  void a_ringing_call_goes_out_as_voip_with_its_uuid_and_caller() throws Exception {
    final var push = stage.ring(stage.address(PushChannel.VOIP));
    final var outcome = assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals(push.id().toString(), outcome.receipt());
    final var arrived = arrived(push);
    assertEquals("voip", arrived.header("apns-push-type"));
    assertEquals(ApnsStage.BUNDLE + ".voip", arrived.header("apns-topic"));
    assertEquals("10", arrived.header("apns-priority"));
    assertEquals(push.id().toString(), arrived.header("apns-id"));
    assertEquals(
        Long.toString(push.deadline().getEpochSecond()), arrived.header("apns-expiration"));
    assertEquals("", arrived.header("apns-collapse-id"));
    final var envelope = payload(push).path("reveille");
    assertEquals(1, envelope.path("v").asInt());
    assertEquals("call", envelope.path("class").asText());
    assertEquals(
        ((PushContent.Ring) push.content()).call().toString(), envelope.path("call").asText());
    assertEquals("Anna", envelope.path("caller").path("name").asText());
    assertEquals(push.deadline().getEpochSecond(), envelope.path("expires").asLong());
  }

  /// L1-01, L1-02: a push takes the form of a badge or an alert.
  @Test
  void a_message_goes_out_as_an_alert_with_text_badge_and_collapse_id() throws Exception {
    final var push = stage.notice(stage.address(PushChannel.MESSAGE));
    assertInstanceOf(HandedOver.class, stage.send(push));
    final var arrived = arrived(push);
    assertEquals("alert", arrived.header("apns-push-type"));
    assertEquals(ApnsStage.BUNDLE, arrived.header("apns-topic"));
    assertEquals("10", arrived.header("apns-priority"));
    assertEquals("7-2", arrived.header("apns-collapse-id"));
    final var aps = payload(push).path("aps");
    assertEquals("Anna", aps.path("alert").path("title").asText());
    assertEquals("Hello", aps.path("alert").path("body").asText());
    assertEquals(3, aps.path("badge").asInt());
    assertEquals("thread-1", aps.path("thread-id").asText());
    assertEquals(
        "v", payload(push).path("reveille").path("content").path("data").path("k").asText());
  }

  @Test
  void a_wake_up_goes_out_in_the_background_at_priority_5() throws Exception {
    final var content = new PushContent.Wake("7-3", EventClass.CHANGE, "mail", "changes");
    final var push =
        stage.push(stage.address(PushChannel.MESSAGE), content, Lane.BULK, Duration.ofHours(1));
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals("background", arrived(push).header("apns-push-type"));
    assertEquals("5", arrived(push).header("apns-priority"));
    assertEquals("{\"content-available\":1}", payload(push).path("aps").toString());
  }

  @Test
  void a_wake_up_is_no_more_urgent_in_another_lane_and_a_broadcast_no_less() throws Exception {
    final var wake = new PushContent.Wake("7-3", EventClass.SILENT, "sync", "7-3");
    final var urgent =
        stage.push(stage.address(PushChannel.MESSAGE), wake, Lane.URGENT, Duration.ofHours(1));
    assertInstanceOf(HandedOver.class, stage.send(urgent));
    assertEquals("5", arrived(urgent).header("apns-priority"));
    final var bulk =
        stage.push(
            stage.address(PushChannel.MESSAGE),
            ApnsStage.notice("All", "News"),
            Lane.BULK,
            Duration.ofHours(1));
    assertInstanceOf(HandedOver.class, stage.send(bulk));
    assertEquals("10", arrived(bulk).header("apns-priority"));
  }

  @Test
  void the_end_of_a_call_is_an_alert_that_replaces_the_ringing_one() throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var address = stage.address(PushChannel.MESSAGE);
    final var ring = new PushContent.RingAlert("7-4", call, "Anna", "sip:a@example.org", true, -1);
    final var over = new PushContent.CallOver("7-5", call, "cancelled", "Missed call", 1);
    stage.send(stage.push(address, ring, Lane.URGENT, Duration.ofSeconds(30)));
    stage.send(stage.push(address, over, Lane.URGENT, Duration.ofSeconds(30)));
    final var both = stage.apple.pushes(address.token().value());
    assertEquals(call.toString(), both.get(0).header("apns-collapse-id"));
    assertEquals(call.toString(), both.get(1).header("apns-collapse-id"));
    assertEquals("alert", both.get(1).header("apns-push-type"));
    assertEquals(
        "Missed call",
        JSON.readTree(both.get(1).payload()).path("aps").path("alert").path("body").asText());
  }

  @Test
  void nothing_but_a_ring_goes_out_on_the_voip_channel() throws Exception {
    final var push = stage.notice(stage.address(PushChannel.VOIP));
    final var refused = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.BAD_REQUEST, refused.why());
    assertTrue(stage.apple.pushes(push.to().token().value()).isEmpty());
  }

  /// C2-25, C2-34: on iOS 12 calls and messages travel on the same channel.
  @Test
  void on_the_single_channel_of_ios_12_everything_is_voip_and_carries_its_words() throws Exception {
    final var push = stage.notice(stage.address(PushChannel.SINGLE));
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals("voip", arrived(push).header("apns-push-type"));
    assertEquals("Hello", payload(push).path("reveille").path("content").path("text").asText());
  }

  @Test
  void a_sandbox_token_goes_to_the_sandbox_host() throws Exception {
    final var push = stage.notice(stage.address(PushChannel.MESSAGE, true));
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertTrue(arrived(push).sandbox());
  }

  @Test
  void what_does_not_fit_loses_its_data_first_and_then_the_end_of_its_words() throws Exception {
    final var address = stage.address(PushChannel.MESSAGE);
    final var longData =
        new PushContent.Notice(
            "7-6",
            EventClass.MESSAGE,
            "chat",
            "Anna",
            "Hello",
            java.util.Map.of("k", "x".repeat(5_000)),
            "",
            "7-6",
            -1);
    final var longText = ApnsStage.notice("Anna", "y".repeat(5_000));
    stage.send(stage.push(address, longData, Lane.NORMAL, Duration.ofHours(1)));
    stage.send(stage.push(address, longText, Lane.NORMAL, Duration.ofHours(1)));
    final var both = stage.apple.pushes(address.token().value());
    final var first = JSON.readTree(both.get(0).payload());
    assertEquals("Hello", first.path("aps").path("alert").path("body").asText());
    assertTrue(first.path("reveille").path("partial").asBoolean());
    final var second = JSON.readTree(both.get(1).payload());
    assertEquals("Anna", second.path("aps").path("alert").path("title").asText());
    assertTrue(second.path("aps").path("alert").path("body").asText().matches("y{1000,}…"));
    assertTrue(second.path("reveille").path("partial").asBoolean());
    assertEquals("7-2", second.path("reveille").path("id").asText());
    assertEquals(List.of(200, 200), both.stream().map(ArrivedPush::status).toList());
  }

  @Test
  void what_ends_within_this_second_is_now_or_never_for_apple() throws Exception {
    final var address = stage.address(PushChannel.VOIP);
    final var ring = stage.ring(address);
    final var now = stage.clock.instant();
    final var push =
        new Push(
            ring.work(),
            address,
            ring.id(),
            ring.content(),
            Lane.URGENT,
            now.plusMillis(999 - now.toEpochMilli() % 1_000),
            1,
            () -> true);
    final var outcome = stage.send(push);
    if (outcome instanceof HandedOver) {
      assertEquals("0", arrived(push).header("apns-expiration"));
    } else {
      assertEquals(Reason.TOO_LATE_TO_ALERT, assertInstanceOf(Refused.class, outcome).why());
    }
  }

  @Test
  void nothing_leaves_after_its_deadline() throws Exception {
    final var push =
        stage.push(
            stage.address(PushChannel.VOIP),
            stage.ring(stage.address(PushChannel.VOIP)).content(),
            Lane.URGENT,
            Duration.ofMillis(-1));
    assertEquals(Reason.TOO_LATE_TO_ALERT, assertInstanceOf(Refused.class, stage.send(push)).why());
    assertTrue(stage.apple.pushes(push.to().token().value()).isEmpty());
  }

  @Test
  void a_call_that_is_over_when_its_turn_comes_does_not_leave() throws Exception {
    final var ring = stage.ring(stage.address(PushChannel.VOIP));
    final var push =
        new Push(
            ring.work(),
            ring.to(),
            ring.id(),
            ring.content(),
            Lane.URGENT,
            ring.deadline(),
            1,
            () -> false);
    assertEquals(Reason.CALL_OVER, assertInstanceOf(Refused.class, stage.send(push)).why());
    assertTrue(stage.apple.pushes(push.to().token().value()).isEmpty());
  }

  @Test
  void a_burst_starts_with_the_one_stream_that_apple_allows_and_loses_nothing() throws Exception {
    final var address = stage.address(PushChannel.MESSAGE);
    final var group = new ArrayList<Push>();
    for (int i = 0; i < 1_500; i++) {
      group.add(stage.notice(address));
    }
    for (final var outcome : stage.send(group)) {
      assertInstanceOf(HandedOver.class, outcome);
    }
    assertEquals(1_500, stage.apple.pushes(address.token().value()).size());
  }

  @Test
  void an_app_without_credentials_is_told_so() throws Exception {
    stage.app = Optional.empty();
    stage.sender.forget(ApnsStage.APP);
    final var push = stage.notice(stage.address(PushChannel.MESSAGE));
    assertEquals(Reason.NOT_CONFIGURED, assertInstanceOf(Refused.class, stage.send(push)).why());
  }

  @Test
  void a_bundle_id_with_voip_at_its_end_is_the_operators_mistake() throws Exception {
    stage.app =
        Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE + ".voip", stage.credential(stage.key)));
    stage.sender.forget(ApnsStage.APP);
    stage.alerts.clear();
    final var refused =
        assertInstanceOf(Withheld.class, stage.send(stage.ring(stage.address(PushChannel.VOIP))));
    assertEquals(Reason.NO_BUNDLE_ID, refused.why());
    assertTrue(refused.theirWords().contains(".voip"), refused.theirWords());
    assertEquals(List.of(Reason.NO_BUNDLE_ID), stage.alerts);
  }

  @Test
  void a_key_that_is_no_key_is_the_operators_mistake() throws Exception {
    final var credential = stage.credential(stage.key);
    stage.app =
        Optional.of(
            new ApnsApps.ApnsApp(
                ApnsStage.BUNDLE,
                new Credential.Apns(
                    credential.team(),
                    credential.keyId(),
                    "hello",
                    credential.endpoint(),
                    "",
                    credential.trust())));
    stage.sender.forget(ApnsStage.APP);
    final var refused =
        assertInstanceOf(
            Withheld.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE))));
    assertEquals(Reason.CREDENTIALS_REFUSED, refused.why());
    assertTrue(refused.theirWords().contains(".p8"), refused.theirWords());
  }

  @Test
  void an_unknown_key_closes_the_app_for_a_moment_and_a_change_opens_it_again() throws Exception {
    final var stranger = SigningKey.make(stage.key.team(), "STRANGER22");
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, stage.credential(stranger)));
    stage.sender.forget(ApnsStage.APP);
    stage.alerts.clear();
    final var address = stage.address(PushChannel.MESSAGE);
    final var first = assertInstanceOf(Withheld.class, stage.send(stage.notice(address)));
    assertEquals(Reason.CREDENTIALS_REFUSED, first.why());
    assertEquals("403 InvalidProviderToken", first.theirWords());
    final var second = assertInstanceOf(Withheld.class, stage.send(stage.notice(address)));
    assertEquals(Reason.CREDENTIALS_REFUSED, second.why());
    assertEquals(
        1, stage.apple.pushes(address.token().value()).size(), "Apple was not asked again");
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, stage.credential(stage.key)));
    stage.sender.forget(ApnsStage.APP);
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(address)));
  }

  @Test
  void a_token_that_would_leave_the_path_is_not_sent() throws Exception {
    final var address = stage.at("../../etc", PushChannel.MESSAGE, false);
    assertEquals(
        Reason.TOKEN_NOT_USABLE,
        assertInstanceOf(Refused.class, stage.send(stage.notice(address))).why());
  }

  @Test
  void a_closed_sender_gives_every_push_an_outcome() throws Exception {
    try (var other = new ApnsStage()) {
      final var address = other.address(PushChannel.MESSAGE);
      assertInstanceOf(HandedOver.class, other.send(other.notice(address)));
      other.sender.close();
      final var outcome = assertInstanceOf(TryAgain.class, other.send(other.notice(address)));
      assertFalse(outcome.notBefore().isAfter(other.clock.instant().plusSeconds(5)));
    }
  }

  @Test
  void credentials_are_looked_at_before_they_are_used() {
    final var good = stage.credential(stage.key);
    assertEquals(Optional.empty(), ApnsSender.mistake(good, ApnsStage.HERE));
    final var shortTeam = new Credential.Apns("TEAM", good.keyId(), good.key(), "", "", "");
    assertTrue(mistake(shortTeam).contains("ten characters"));
    assertTrue(mistake(with(good, "http://localhost", "", "")).contains("https://"));
    assertTrue(mistake(with(good, "", "", "x")).contains("trust"));
  }

  private static String mistake(final Credential.Apns credential) {
    return ApnsSender.mistake(credential, AllowedHosts.SERVICES).orElseThrow().words();
  }

  private static Credential.Apns with(
      final Credential.Apns good, final String endpoint, final String sandbox, final String trust) {
    return new Credential.Apns(good.team(), good.keyId(), good.key(), endpoint, sandbox, trust);
  }

  @Test
  void a_host_that_the_operator_did_not_allow_is_told_before_and_never_connected_to()
      throws Exception {
    final var good = stage.credential(stage.key);
    final var inside = with(good, good.endpoint(), "https://10.0.0.7:6443", good.trust());
    final var found = ApnsSender.mistake(inside, ApnsStage.HERE).orElseThrow();
    assertEquals(Reason.PUSH_HOST_NOT_ALLOWED, found.why());
    assertTrue(found.words().contains("sandboxEndpoint: 10.0.0.7:6443"), found.words());

    stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, inside)); // kept before
    stage.sender.forget(ApnsStage.APP);
    stage.alerts.clear();
    final var refused =
        assertInstanceOf(
            Withheld.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE))));
    assertEquals(Reason.PUSH_HOST_NOT_ALLOWED, refused.why());
    assertEquals(List.of(Reason.PUSH_HOST_NOT_ALLOWED), stage.alerts);
  }
}
