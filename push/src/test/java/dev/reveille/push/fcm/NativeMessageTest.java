package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Lane;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.simulators.google.GoogleReason;
import dev.reveille.simulators.service.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A message that its caller wrote reaches Google as it was written, with each phone's token in it.
final class NativeMessageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @AutoClose private static final FcmStage stage = new FcmStage();
  private static final byte[] TOKEN = "\"to:ken\"".getBytes(StandardCharsets.US_ASCII);

  private static PushContent.Native content(final String body) {
    return new PushContent.Native("sealed-id", Map.of(), Bytes.of(body));
  }

  private static Push push(final String body) {
    return stage.push(stage.address(), content(body), Lane.BULK, Duration.ofHours(1));
  }

  private static String whole(final String body) {
    final var shared = NativeMessage.of(content(body));
    return new String(FcmPayload.message(TOKEN, shared, 60), StandardCharsets.UTF_8);
  }

  /// A body that is no JSON by now would be refused if it were read again.
  @Test
  void what_was_prepared_is_not_read_again() throws InterruptedException {
    final var given =
        stage.sender.prepare(
            content("{\"message\":{\"data\":{\"a\":\"b\"}}}"), PushChannel.MESSAGE);
    final var changed = content("{").with(given.prepared());
    final var outcome =
        stage.send(stage.push(stage.address(), changed, Lane.BULK, Duration.ofHours(1)));
    assertInstanceOf(HandedOver.class, outcome);
    final var wrong = stage.sender.prepare(content("{"), PushChannel.MESSAGE);
    final var refused =
        stage.send(stage.push(stage.address(), wrong, Lane.BULK, Duration.ofHours(1)));
    assertEquals(Reason.BAD_REQUEST, assertInstanceOf(Refused.class, refused).why());
  }

  @Test
  void the_token_and_the_time_to_live_are_put_in_and_every_other_byte_stays() {
    assertEquals(
        "{\"message\":{\"token\":\"to:ken\",\"android\":{\"ttl\":\"60s\"}}}",
        whole("{\"message\":{}}"));
    assertEquals(
        " { \"validate_only\": true, \"message\" :"
            + " {\"token\":\"to:ken\",\"android\":{\"ttl\":\"60s\"}, \"data\":{\"a\":\"\\u00e4 ö\"}"
            + " } }\n",
        whole(" { \"validate_only\": true, \"message\" : { \"data\":{\"a\":\"\\u00e4 ö\"} } }\n"));
    assertEquals(
        "{\"message\":{\"token\":\"to:ken\",\"data\":{\"android\":\"{\"},"
            + "\"android\":{\"ttl\":\"60s\",\"priority\":\"HIGH\"},\"x\":[{\"ttl\":1}]}}",
        whole(
            "{\"message\":{\"data\":{\"android\":\"{\"},"
                + "\"android\":{\"priority\":\"HIGH\"},\"x\":[{\"ttl\":1}]}}"));
    assertEquals(
        "{\"message\":{\"token\":\"to:ken\",\"android\":{\"ttl\":\"60s\"}}}",
        whole("{\"message\":{\"android\":{}}}"));
    assertEquals(
        "{\"message\":{\"token\":\"to:ken\",\"android\":{\"ttl\":\"5s\"}}}",
        whole("{\"message\":{\"android\":{\"ttl\":\"5s\"}}}"));
  }

  @Test
  void it_is_told_what_is_wrong_with_a_message() {
    for (final var wrong :
        List.of(
            "",
            "no JSON",
            "[]",
            "{}",
            "{\"message\":1}",
            "{\"message\":{}} {}",
            "{\"message\":{},\"message\":{}}",
            "{\"message\":{\"android\":null}}",
            "{\"message\":{\"token\":\"mine\"}}",
            "{\"message\":{\"topic\":\"news\"}}",
            "{\"message\":{\"condition\":\"'a' in topics\"}}")) {
      assertThrows(IllegalArgumentException.class, () -> whole(wrong), wrong);
    }
    final var latin = new byte[] {'{', '"', (byte) 0xE4, '"', ':', '1', '}'};
    assertThrows(
        IllegalArgumentException.class,
        () -> NativeMessage.of(new PushContent.Native("id", Map.of(), Bytes.of(latin))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            NativeMessage.of(
                new PushContent.Native("id", Map.of("x-own", "1"), Bytes.of("{\"message\":{}}"))));
  }

  @Test
  void it_arrives_with_nothing_of_ours_in_it() throws Exception {
    final var body =
        "{\"message\":{\"notification\":{\"title\":\"Hello\"},\"data\":{\"k\":\"v\"},"
            + "\"android\":{\"priority\":\"NORMAL\",\"collapse_key\":\"game\"}}}";
    final var push = push(body);
    assertInstanceOf(HandedOver.class, stage.send(push));
    final var all = stage.google.messages(push.to().token().value());
    assertEquals(1, all.size());
    final var message = (ObjectNode) all.getFirst().message().deepCopy();
    message.remove("token");
    assertTrue(List.of("3599s", "3600s").contains(all.getFirst().ttl()), all.getFirst().ttl());
    ((ObjectNode) message.path("android")).remove("ttl");
    assertEquals(JSON.readTree(body).path("message"), message);
  }

  @Test
  void what_google_dislikes_says_nothing_about_the_phone() throws Exception {
    final var push = push("{\"message\":{\"data\":{\"k\":1}}}"); // Google takes strings only
    final var refused = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.BAD_REQUEST, refused.why());
    assertEquals(Verdict.NOTHING, refused.address());
    final var ours = push("{\"message\":{\"topic\":\"news\"}}");
    assertTrue(assertInstanceOf(Refused.class, stage.send(ours)).byUs());
    assertFalse(refused.byUs());
  }

  @Test
  void a_refusal_that_may_mean_token_or_message_says_nothing_about_the_phone() throws Exception {
    final var push = push("{\"message\":{\"data\":{}}}");
    stage.google.fault(
        Fault.answer(GoogleReason.INVALID_ARGUMENT).always().to(push.to().token().value()));
    final var refused = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.BAD_REQUEST, refused.why());
    assertEquals(Verdict.NOTHING, refused.address());
  }

  @Test
  void one_that_no_request_can_carry_is_refused_and_the_next_one_leaves() throws Exception {
    final var large = push("{\"message\":{\"data\":{\"k\":\"" + "x".repeat(20_000) + "\"}}}");
    final var refused = assertInstanceOf(Refused.class, stage.send(large));
    assertEquals(Reason.PAYLOAD_TOO_LARGE, refused.why());
    assertInstanceOf(HandedOver.class, stage.send(push("{\"message\":{\"data\":{}}}")));
  }
}
