package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.push.SenderStage;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each row of the table, played over a socket, and what a request looks like.
final class WebPushAnswersTest {
  @AutoClose private static final WebPushStage stage = new WebPushStage();

  @BeforeEach
  void fresh() {
    stage.service.says(WebPushStage.CREATED);
    stage.alerts.clear();
    stage.credential = VapidKeys.fresh("mailto:push@example.org", false);
    stage.sender.forget(WebPushStage.APP);
  }

  private static String answer(final int status, final String more) {
    return "HTTP/1.1 " + status + " X\r\n" + more + "Content-Length: 4\r\n\r\nwhy?";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | handed-over",
        "201 | handed-over",
        "202 | handed-over",
        "204 | handed-over",
        "400 | refused BAD_REQUEST Nothing 400 why?",
        "401 | refused TOKEN_WRONG_SENDER Doubted 401 why?",
        "403 | refused TOKEN_WRONG_SENDER Doubted 403 why?",
        "404 | refused TOKEN_RETIRED Gone 404 why?",
        "405 | refused BAD_REQUEST Nothing 405 why?",
        "410 | refused TOKEN_RETIRED Gone 410 why?",
        "413 | refused PAYLOAD_TOO_LARGE Nothing 413 why?, then 413 why?",
        "414 | refused BAD_REQUEST Nothing 414 why?",
        "429 | try-again DEVICE_THROTTLED 429 why?",
        "500 | try-again SERVICE_UNAVAILABLE 500 why?",
        "502 | try-again SERVICE_UNAVAILABLE 502 why?",
        "503 | try-again SERVICE_UNAVAILABLE 503 why?",
        "504 | try-again SERVICE_UNAVAILABLE 504 why?",
        "599 | try-again SERVICE_UNAVAILABLE 599 why?",
        "302 | try-again REDIRECTED 302 why?",
        "418 | try-again CREDENTIALS_REFUSED 418 why?",
      })
  void every_answer_has_its_meaning(final int status, final String expected) throws Exception {
    stage.service.says(
        status == 204
            ? "HTTP/1.1 204 No Content\r\n\r\n"
            : answer(status, status == 302 ? "Location: http://127.0.0.1:1/\r\n" : ""));
    final var told = SenderStage.told(stage.send(stage.notice(stage.address(), "Hello", "c")));
    assertEquals(expected, told.strip());
  }

  @Test
  void a_moment_that_the_service_names_is_kept() throws Exception {
    stage.service.says(answer(429, "Retry-After: 120\r\n"));
    final var before = stage.clock.instant();
    final var again =
        assertInstanceOf(TryAgain.class, stage.send(stage.notice(stage.address(), "Hello", "c")));
    assertEquals(DeliveryOutcome.ServiceReply.MOMENT, again.reply());
    assertTrue(!again.notBefore().isBefore(before.plusSeconds(120)), again.toString());
    assertTrue(again.notBefore().isBefore(before.plusSeconds(130)), again.toString());
  }

  @Test
  void an_address_that_was_registered_after_the_try_left_is_kept() throws Exception {
    stage.service.says(answer(410, ""));
    final var address = stage.address();
    final var newer =
        new PushAddress.Direct(
                address.service(),
                address.channel(),
                address.app(),
                false,
                address.token(),
                stage.clock.instant().plusSeconds(60))
            .withKeys(WebPushStage.BROWSER);
    final var refused =
        assertInstanceOf(Refused.class, stage.send(stage.notice(newer, "Hello", "c")));
    assertEquals(Reason.TOKEN_KEPT_NEWER, refused.why());
    assertEquals(Verdict.NOTHING, refused.address());
  }

  @Test
  void a_subscription_of_another_key_stops_no_other_one() throws Exception {
    stage.service.says(answer(401, ""));
    assertInstanceOf(Refused.class, stage.send(stage.notice(stage.address(), "Hello", "c")));
    stage.service.says(WebPushStage.CREATED);
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address(), "Hello", "c")));
  }

  @Test
  void a_request_is_what_the_standards_ask_for() throws Exception {
    final var taken = assertInstanceOf(HandedOver.class, stage.send(stage.ring(stage.address())));
    assertEquals("/m/12345678", taken.receipt());
    assertEquals("high", stage.header("urgency"));
    assertEquals("aes128gcm", stage.header("content-encoding"));
    assertTrue(Integer.parseInt(stage.header("ttl")) <= 30, stage.header("ttl"));
    assertTrue(Integer.parseInt(stage.header("ttl")) >= 28, stage.header("ttl"));
    assertTrue(stage.header("topic").matches("[A-Za-z0-9_-]{32}"), stage.header("topic"));
    assertEquals("", stage.header("prefer"));
    assertTrue(Integer.parseInt(stage.header("content-length")) <= 4_096);
    final var parts = stage.header("authorization").split("[ ,=]+");
    assertEquals("vapid", parts[0]);
    assertEquals(stage.credential.publicKey(), parts[4]);
    final var jwt = parts[2].split("\\.");
    final var verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(P256.publicKey(Base64.getUrlDecoder().decode(parts[4])));
    verifier.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
    assertTrue(verifier.verify(Base64.getUrlDecoder().decode(jwt[2])));
    final var claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jwt[1]));
    assertEquals(stage.service.origin(), claims.path("aud").asText());
    assertEquals("mailto:push@example.org", claims.path("sub").asText());
    final long left = claims.path("exp").asLong() - Instant.now().getEpochSecond();
    assertTrue(left > 0 && left <= 86_400, "exp in " + left + " s");
  }

  @Test
  void a_call_and_its_end_replace_one_another() throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var ring = new PushContent.Ring("7-1", call, "Anna", "sip:anna@example.org", false);
    stage.send(stage.push(stage.address(), ring, Lane.URGENT, Duration.ofSeconds(30)));
    final var topic = stage.header("topic");
    final var over = new PushContent.CallOver("7-9", call, "cancelled", "Missed call", -1);
    stage.send(stage.push(stage.address(), over, Lane.URGENT, Duration.ofSeconds(30)));
    assertEquals(topic, stage.header("topic"));
  }

  @Test
  void a_collapse_id_that_is_no_topic_becomes_one() throws Exception {
    stage.send(stage.notice(stage.address(), "Hello", "room-1"));
    assertEquals("room-1", stage.header("topic"));
    assertEquals("normal", stage.header("urgency"));
    stage.send(stage.notice(stage.address(), "Hello", "chat:room/1"));
    final var hashed = stage.header("topic");
    assertTrue(hashed.matches("[A-Za-z0-9_-]{32}"), hashed);
    stage.send(stage.notice(stage.address(), "Hello", "chat:room/2"));
    assertTrue(!hashed.equals(stage.header("topic")));
  }

  @Test
  void a_push_that_shows_nothing_goes_out_only_where_users_allow_it() throws Exception {
    final var wake = new PushContent.Wake("7-3", EventClass.CHANGE, "mail", "mail");
    final var push = stage.push(stage.address(), wake, Lane.NORMAL, Duration.ofMinutes(5));
    final var refused = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.SILENT_WEB_PUSH, refused.why());
    stage.credential = VapidKeys.fresh("mailto:push@example.org", true);
    stage.sender.forget(WebPushStage.APP);
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals("very-low", stage.header("urgency"));
  }

  @Test
  void a_long_text_is_cut_so_that_the_body_fits() throws Exception {
    stage.send(stage.notice(stage.address(), "word ".repeat(4_000), "c"));
    assertTrue(Integer.parseInt(stage.header("content-length")) <= 4_096);
    assertTrue(Integer.parseInt(stage.header("content-length")) > 3_000);
  }

  @Test
  void a_subscription_without_keys_is_not_sent_to() throws Exception {
    final var address = stage.address();
    final var bare =
        new PushAddress.Direct(
            address.service(),
            address.channel(),
            address.app(),
            false,
            address.token(),
            address.registeredAt());
    final var refused =
        assertInstanceOf(Refused.class, stage.send(stage.notice(bare, "Hello", "c")));
    assertEquals(Reason.TOKEN_NOT_USABLE, refused.why());
  }

  @Test
  void a_place_that_a_stranger_chose_gets_nothing() throws Exception {
    try (var guarded = new WebPushStage(List.of())) {
      for (final var place :
          List.of("https://127.0.0.1:" + guarded.service.port() + "/x", "https://10.0.0.1/")) {
        final var refused =
            assertInstanceOf(
                Refused.class, guarded.send(guarded.notice(guarded.at(place), "Hello", "c")));
        assertEquals(Reason.ADDRESS_FORBIDDEN, refused.why());
      }
      assertEquals(0, guarded.service.connections());
    }
  }

  @Test
  void keys_that_do_not_belong_together_are_a_mistake() {
    final var one = VapidKeys.fresh("mailto:push@example.org", false);
    final var other = VapidKeys.fresh("mailto:push@example.org", false);
    final var mixed =
        new Credential.WebPush(one.publicKey(), other.privateKey(), one.subject(), false);
    assertTrue(stage.sender.mistake(mixed).orElseThrow().words().startsWith("privateKey: "));
    assertTrue(stage.sender.mistake(one).isEmpty());
    final var withoutContact =
        new Credential.WebPush(one.publicKey(), one.privateKey(), "push@example.org", false);
    assertTrue(stage.sender.mistake(withoutContact).orElseThrow().words().startsWith("subject: "));
  }
}
