package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.simulators.apple.ArrivedPush;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A push that its caller wrote reaches Apple as it was written.
final class NativePushTest {
  @AutoClose private static final ApnsStage stage = new ApnsStage();
  private static final String ALERT = "{ \"aps\" : {\"alert\":\"Grüß Gott\"}, \"own\":[1, 2.50] }";

  private static Push push(
      final PushAddress.Direct to, final String body, final Map<String, String> headers) {
    final var content = new PushContent.Native("sealed-id", headers, Bytes.of(body));
    return stage.push(to, content, Lane.BULK, Duration.ofHours(1));
  }

  private static ArrivedPush arrived(final Push push) throws InterruptedException {
    final var outcome = assertInstanceOf(HandedOver.class, stage.send(push));
    final var all = stage.apple.pushes(push.to().token().value());
    assertEquals(1, all.size());
    assertEquals(outcome.receipt(), all.getFirst().header("apns-id"));
    return all.getFirst();
  }

  @Test
  void the_body_arrives_byte_by_byte_and_what_was_left_out_is_added() throws Exception {
    final var push = push(stage.address(PushChannel.MESSAGE), ALERT, Map.of());
    final var arrived = arrived(push);
    assertArrayEquals(ALERT.getBytes(StandardCharsets.UTF_8), bytes(arrived));
    assertEquals("alert", arrived.header("apns-push-type"));
    assertEquals(ApnsStage.BUNDLE, arrived.header("apns-topic"));
    assertEquals("", arrived.header("apns-priority"), "Apple's own");
    assertEquals(push.id().toString(), arrived.header("apns-id"));
    assertEquals(
        Long.toString(push.deadline().getEpochSecond()), arrived.header("apns-expiration"));
    assertEquals(
        "sealed-id", arrived.header("apns-collapse-id"), "a repeat replaces the earlier copy");
  }

  private static byte[] bytes(final ArrivedPush arrived) {
    return arrived.payload().getBytes(StandardCharsets.UTF_8);
  }

  /// What was read is what arrives: a body that is no JSON by now would be refused if it were read
  /// again.
  @Test
  void what_was_prepared_is_not_read_again() throws Exception {
    final var to = stage.address(PushChannel.MESSAGE);
    final var given = new PushContent.Native("sealed-id", Map.of(), Bytes.of(ALERT));
    final var prepared = stage.sender.prepare(given, PushChannel.MESSAGE).prepared();
    final var changed = new PushContent.Native("sealed-id", Map.of(), Bytes.of("{")).with(prepared);
    final var arrived = arrived(stage.push(to, changed, Lane.BULK, Duration.ofHours(1)));
    assertArrayEquals(ALERT.getBytes(StandardCharsets.UTF_8), bytes(arrived));
    final var wrong = new PushContent.Native("sealed-id", Map.of(), Bytes.of("{"));
    final var refused =
        assertInstanceOf(
            Refused.class,
            stage.send(
                stage.push(
                    to,
                    stage.sender.prepare(wrong, PushChannel.MESSAGE),
                    Lane.BULK,
                    Duration.ofHours(1))));
    assertEquals(Reason.BAD_REQUEST, refused.why());
    final var call =
        arrived(
            stage.push(
                stage.address(PushChannel.VOIP), // made ready for another channel
                given.with(prepared),
                Lane.URGENT,
                Duration.ofHours(1)));
    assertEquals("voip", call.header("apns-push-type"));
  }

  @Test
  void no_header_of_the_caller_is_replaced() throws Exception {
    final var given =
        Map.of(
            "apns-push-type", "alert",
            "apns-topic", ApnsStage.BUNDLE,
            "apns-priority", "5",
            "apns-expiration", "0",
            "apns-collapse-id", "game-7",
            "apns-id", "0b54e8e4-7b3a-4f5c-9d4c-111122223333");
    final var arrived = arrived(push(stage.address(PushChannel.MESSAGE), ALERT, given));
    given.forEach((name, value) -> assertEquals(value, arrived.header(name), name));
  }

  @Test
  void what_only_wakes_the_app_goes_out_in_the_background() throws Exception {
    final var body = "{\"aps\":{\"content-available\":1},\"data\":{}}";
    final var arrived = arrived(push(stage.address(PushChannel.MESSAGE), body, Map.of()));
    assertEquals("background", arrived.header("apns-push-type"));
    assertEquals("5", arrived.header("apns-priority"), "Apple refuses it otherwise");
    assertEquals("", arrived.header("apns-collapse-id"));
  }

  @Test
  void the_voip_channel_and_a_voip_topic_make_it_a_call() throws Exception {
    final var body = "{\"aps\":{},\"callId\":\"1\",\"filler\":\"" + "x".repeat(4_500) + "\"}";
    final var byChannel = arrived(push(stage.address(PushChannel.VOIP), body, Map.of()));
    assertEquals("voip", byChannel.header("apns-push-type"));
    assertEquals(ApnsStage.BUNDLE + ".voip", byChannel.header("apns-topic"));
    final var topic = stage.apple.newToken(ApnsStage.BUNDLE + ".voip", false);
    final var byTopic =
        arrived(
            push(
                stage.at(topic, PushChannel.MESSAGE, false),
                body,
                Map.of("apns-topic", ApnsStage.BUNDLE + ".voip")));
    assertEquals("voip", byTopic.header("apns-push-type"));
  }

  @Test
  void the_topic_of_the_caller_is_not_replaced_by_that_of_the_app() throws Exception {
    final var topic = "com.example.other";
    final var to = stage.at(stage.apple.newToken(topic, false), PushChannel.MESSAGE, false);
    final var arrived = arrived(push(to, ALERT, Map.of("apns-topic", topic)));
    assertEquals(topic, arrived.header("apns-topic"));
  }

  @Test
  void a_type_of_its_own_has_its_topic() throws Exception {
    final var token = stage.apple.newToken(ApnsStage.BUNDLE + ".push-type.liveactivity", false);
    final var arrived =
        arrived(
            push(
                stage.at(token, PushChannel.MESSAGE, false),
                "{\"aps\":{\"event\":\"update\"}}",
                Map.of("apns-push-type", "liveactivity", "apns-priority", "5")));
    assertEquals(ApnsStage.BUNDLE + ".push-type.liveactivity", arrived.header("apns-topic"));
    assertEquals("5", arrived.header("apns-priority"));
  }

  @Test
  void what_cannot_go_out_is_refused_with_the_reason_and_reaches_no_other_service()
      throws Exception {
    final var to = stage.address(PushChannel.MESSAGE);
    for (final var wrong :
        List.of(
            push(to, "not JSON", Map.of()),
            push(to, "[1]", Map.of()),
            push(to, ALERT, Map.of("authorization", "bearer stolen")),
            push(to, ALERT, manyHeaders()))) {
      final var refused = assertInstanceOf(Refused.class, stage.send(wrong));
      assertEquals(Reason.BAD_REQUEST, refused.why());
      assertTrue(refused.byUs());
    }
    final var large = push(to, "{\"aps\":{\"alert\":\"" + "x".repeat(4_096) + "\"}}", Map.of());
    assertEquals(
        Reason.PAYLOAD_TOO_LARGE, assertInstanceOf(Refused.class, stage.send(large)).why());
    assertEquals(List.of(), stage.apple.pushes(to.token().value()));
  }

  /// More than one request carries.
  private static Map<String, String> manyHeaders() {
    final var headers = new HashMap<String, String>();
    for (int i = 0; i < 20; i++) {
      headers.put("apns-own-" + i, "x".repeat(1_000));
    }
    return headers;
  }
}
