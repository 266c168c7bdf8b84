package dev.reveille.protocols.rest;

import static java.util.Locale.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Bytes;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// How far a send has come, told over the API.
final class SendsApiTest {
  private static final ApiUnderTest api = new ApiUnderTest();
  private static final ApiUnderTest.Caller caller = api.caller();
  private static int made;

  @AfterAll
  static void stop() {
    api.close();
  }

  /// A send to three addresses, of which this version reaches the last not at all and the others
  /// later; answers its id.
  private static String accept(final Instant notBefore) throws InterruptedException {
    final List<Addressed> to = new ArrayList<>(List.of(Samples.address(1), Samples.address(2)));
    to.add(ofAnotherService());
    final var send =
        new Send(
            new EventKey(ApiUnderTest.ACME, "reveille:hub:news", "s-" + ++made),
            new Life(notBefore.plus(Duration.ofHours(1)), notBefore.plus(Duration.ofHours(1))),
            Lane.BULK,
            notBefore,
            new Audience.Addresses(to),
            new SendContent.Native(
                PushService.APNS, Map.of("apns-priority", "5"), Bytes.of("{\"aps\":{}}")));
    final var told = new ArrayBlockingQueue<Answer>(1);
    api.routing().sends().submit(send, 1, told::add);
    final var stored = assertInstanceOf(Answer.Stored.class, told.poll(10, TimeUnit.SECONDS));
    return api.routing().records().ids().sealed(stored.sequence());
  }

  private static Addressed ofAnotherService() {
    final var apple = (PushAddress.Direct) Samples.address(3).address();
    return new Addressed(
        TargetKey.ofAddress(
            ApiUnderTest.ACME, Samples.HUB_APP, PushService.FCM, apple.token().value()),
        new PushAddress.Direct(
            PushService.FCM,
            apple.channel(),
            apple.app(),
            false,
            apple.token(),
            apple.registeredAt()));
  }

  /// What is told of a send once it has come so far.
  private static JsonNode once(final String send, final String state) {
    Eventually.holds(
        () -> caller.get("/v1/sends/" + send).text("/state").equals(state),
        () -> caller.get("/v1/sends/" + send).body().toString());
    return caller.get("/v1/sends/" + send).body();
  }

  @Test
  void a_send_says_how_far_it_has_come_and_what_became_of_each_target() throws Exception {
    final var send = accept(Instant.now());
    final var told = once(send, "over");
    assertEquals(send, told.path("send").asText());
    assertEquals("bulk", told.path("lane").asText());
    assertEquals(3, told.path("addresses").asInt());
    assertEquals("apns", told.path("service").asText());
    assertEquals(3, told.path("reached").asInt());
    assertEquals(1, told.path("ofAnotherService").asInt());
    assertEquals(0, told.path("settled").asInt(), "no sender is there: they wait");
    final var first = caller.get("/v1/sends/" + send + "/targets?limit=1").body();
    assertEquals(1, first.path("targets").size());
    assertEquals(1, first.path("next").asInt());
    final var second = caller.get("/v1/sends/" + send + "/targets?after=1").body();
    assertEquals(1, second.path("targets").size(), "none of another service");
    assertTrue(second.path("next").isMissingNode());
    final var target = second.path("targets").path(0);
    assertEquals(2, target.path("number").asInt());
    assertEquals(Samples.address(2).key().value(), target.path("target").asText());
    assertEquals("waits", target.path("tries").path(0).path("outcome").asText());
    final var path = "/v1/sends/" + send + "/targets/" + Samples.address(2).key().value();
    assertEquals(target, caller.get(path).body());
    assertTrue(
        ApiUnderTest.is(caller.get("/v1/sends/" + send + "/targets/a-none"), Reason.NOT_FOUND));
  }

  @Test
  void a_send_of_a_hub_is_asked_for_a_handle_and_answers_for_what_it_did_not_name()
      throws Exception {
    final var send = accept(Instant.now());
    once(send, "over");
    final var address = (PushAddress.Direct) Samples.address(2).address();
    final var path = "/v1/sends/" + send + "/registrations";
    final var named = caller.get(path + "?target=" + address.token().value().toUpperCase(ROOT));
    final var one = named.body().path("registrations").path(0);
    assertEquals("told", one.path("standing").asText(), one.toString());
    assertTrue(one.path("matched").asBoolean());
    assertEquals(Samples.address(2).key().value(), one.path("target").asText());
    assertEquals("waits", one.path("tries").path(0).path("outcome").asText());
    final var other = caller.get(path + "?target=" + "ab".repeat(32)).body();
    assertEquals("not-named", other.path("registrations").path(0).path("standing").asText());
    assertTrue(ApiUnderTest.is(caller.get(path), Reason.MALFORMED), "it goes to handles");
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND);
    assertTrue(
        ApiUnderTest.is(sender.get(path + "?target=" + "ab".repeat(32)), Reason.NOT_ALLOWED),
        "who may send only is told of no registration");
    assertTrue(
        ApiUnderTest.is(caller.get(path + "?target=" + "a".repeat(4_097)), Reason.MALFORMED));
  }

  @Test
  void what_is_no_send_of_this_organisation_is_not_found() throws Exception {
    final var send = accept(Instant.now());
    final var others = api.caller(ApiUnderTest.OTHER, Right.values());
    final long sequence = api.routing().records().ids().sequenceOfSealed(send).orElseThrow();
    final var plain = api.routing().records().ids().of(sequence);
    for (final var path :
        List.of("/v1/sends/%s", "/v1/sends/%s/targets", "/v1/sends/%s/registrations?target=a")) {
      assertTrue(ApiUnderTest.is(others.get(path.formatted(send)), Reason.NOT_FOUND));
      assertTrue(ApiUnderTest.is(caller.get(path.formatted(plain)), Reason.NOT_FOUND));
      assertTrue(ApiUnderTest.is(caller.get(path.formatted("x")), Reason.NOT_FOUND));
    }
    assertTrue(ApiUnderTest.is(others.post("/v1/sends/" + send + "/cancel", ""), Reason.NOT_FOUND));
  }

  @Test
  void a_scheduled_send_is_cancelled_by_who_may_send() throws Exception {
    final var send = accept(Instant.now().plus(Duration.ofMinutes(30)));
    once(send, "scheduled");
    final var reader = api.caller(ApiUnderTest.ACME, Right.LISTEN);
    assertEquals(403, reader.post("/v1/sends/" + send + "/cancel", "").status());
    final var cancelled = caller.post("/v1/sends/" + send + "/cancel", "");
    assertEquals(200, cancelled.status());
    assertEquals("cancelled", cancelled.text("/state"));
  }
}
