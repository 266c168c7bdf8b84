package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Platform;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsAndTrailTest {
  private static final InstallationId PHONE = new InstallationId("anna-phone");
  private static final UserId ANNA = new UserId(ApiUnderTest.ACME, "anna");

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void people() {
    caller.put("/v1/apps/com.example.phone", "{}");
    caller.put("/v1/users/anna", "{}");
    caller.put("/v1/users/ben", "{}");
    phone(PHONE, ANNA);
  }

  private void phone(final InstallationId id, final UserId user) {
    api.store()
        .registry()
        .keepInstallation(
            new Installation(
                id,
                ApiUnderTest.ACME,
                new AppId("com.example.phone"),
                Platform.IOS,
                18,
                "",
                List.of(user),
                List.of(),
                Map.of(),
                Instant.now(),
                Instant.now()),
            "test");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private UUID ring(final String to) {
    final var uuid = UUID.randomUUID();
    final var rung =
        caller.event(
            """
            {"id":"%s","source":"pbx","class":"call","to":%s,
             "call":{"id":"%s","caller":{"name":"Carol","address":"sip:carol@example.org"}}}\
            """
                .formatted(uuid, to, uuid));
    assertEquals(202, rung.status(), () -> rung.whole().body());
    return uuid;
  }

  private static Reply eventually(final Supplier<Reply> asked, final Predicate<Reply> enough) {
    final var asks =
        new Object() {
          Reply last = asked.get();
        };
    Eventually.holds(
        () -> {
          asks.last = asked.get();
          return enough.test(asks.last);
        },
        () -> asks.last.whole().body());
    return asks.last;
  }

  private static void refused(final Reason why, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
  }

  // ---- calls --------------------------------------------------------------------------------

  @Test
  void a_call_is_answered_for_a_phone_and_is_over_for_all_others() {
    final var call = "/v1/calls/" + ring("[\"anna\",\"ben\"]");

    final var ringing = caller.get(call);
    final var wrongPhone =
        caller.post(call + "/answer", "{\"user\":\"ben\",\"installation\":\"anna-phone\"}");
    final var answered =
        caller.post(call + "/answer", "{\"user\":\"anna\",\"installation\":\"anna-phone\"}");
    final var again =
        caller.post(call + "/answer", "{\"user\":\"anna\",\"installation\":\"anna-phone\"}");
    final var late = caller.post(call + "/cancel", "");

    assertEquals("ringing", ringing.text("/state"));
    assertEquals("[\"anna\",\"ben\"]", ringing.body().path("to").toString());
    refused(Reason.NOT_FOUND, wrongPhone);
    assertEquals(200, answered.status(), () -> answered.whole().body());
    assertEquals("answered", answered.text("/end/how"));
    assertEquals("anna-phone", answered.text("/end/on"));
    assertEquals(answered.body(), again.body());
    refused(Reason.CALL_OVER, late);
    assertEquals("it was answered by anna", late.text("/detail"));
    assertEquals(answered.body(), late.body().path("call"));
    assertEquals(answered.body(), caller.get(call).body());
  }

  @Test
  void the_last_decline_ends_a_call_to_several() {
    final var call = "/v1/calls/" + ring("[\"anna\",\"ben\"]");

    final var one = caller.post(call + "/decline", "{\"user\":\"anna\"}");
    caller.post(call + "/decline", "{\"user\":\"ben\"}");
    final var over =
        eventually(() -> caller.get(call), reply -> reply.text("/state").equals("over"));

    assertEquals("ringing", one.text("/state"));
    assertEquals("[\"anna\"]", one.body().path("declinedBy").toString());
    assertEquals("declined", over.text("/end/how"));
    refused(Reason.UNKNOWN_USER, caller.post(call + "/decline", "{\"user\":\"unknown\"}"));
    final var other = "/v1/calls/" + ring("[\"ben\"]");
    refused(Reason.NOT_RUNG, caller.post(other + "/decline", "{\"user\":\"anna\"}"));
  }

  @Test
  void a_call_answered_elsewhere_says_where() {
    final var call = "/v1/calls/" + ring("[\"anna\"]");

    final var over = caller.post(call + "/answer-elsewhere", "{\"where\":\"desk phone\"}");

    assertEquals("desk phone", over.text("/end/where"));
    refused(Reason.UNKNOWN_FIELD, caller.post(call + "/cancel", "{\"why\":\"x\"}"));
    refused(Reason.CALL_UNKNOWN, caller.get("/v1/calls/" + UUID.randomUUID()));
  }

  @Test
  void one_who_waits_hears_of_a_change_at_once() {
    final var call = "/v1/calls/" + ring("[\"anna\"]");
    final var seen = caller.get(call).header("etag");
    final var waiting =
        CompletableFuture.supplyAsync(() -> caller.get(call + "?wait=20", "If-None-Match", seen));

    caller.post(call + "/cancel", "");

    final var heard = waiting.orTimeout(15, TimeUnit.SECONDS).join();
    assertEquals(200, heard.status());
    assertEquals("cancelled", heard.text("/end/how"));
    assertFalse(heard.header("etag").equals(seen));
    // Nothing is missed between two requests: what changed meanwhile is told at once.
    assertEquals("over", caller.get(call + "?wait=20", "If-None-Match", seen).text("/state"));
    assertEquals(
        304, caller.get(call + "?wait=20", "If-None-Match", heard.header("etag")).status());
  }

  @RepeatedTest(5) // the key may go before the request waits, which is refused in another way
  void one_whose_key_is_removed_waits_no_longer() {
    final var call = "/v1/calls/" + ring("[\"anna\"]");
    final var made = caller.post("/v1/keys", "{\"rights\":[\"listen\"],\"note\":\"waits\"}");
    final var listener = api.caller(made.text("/secret"));
    final var seen = listener.get(call).header("etag");
    final var waiting =
        CompletableFuture.supplyAsync(() -> listener.get(call + "?wait=60", "If-None-Match", seen));
    for (int i = 0; i < 100; i++) {
      assertEquals("ringing", caller.get(call).text("/state")); // so long the other one may take
    }

    assertEquals(204, caller.delete("/v1/keys/" + made.text("/id")).status());

    refused(Reason.NO_KEY, waiting.orTimeout(20, TimeUnit.SECONDS).join());
  }

  @Test
  void one_who_waits_in_vain_is_told_so() {
    final var call = "/v1/calls/" + ring("[\"anna\"]");
    final var seen = caller.get(call).header("etag");

    assertEquals(304, caller.get(call + "?wait=1", "If-None-Match", seen).status());
    assertEquals("ringing", caller.get(call + "?wait=1").text("/state"));
    refused(Reason.MALFORMED, caller.get(call + "?wait=61"));
  }

  // ---- trail --------------------------------------------------------------------------------

  @Test
  void the_trail_says_what_was_known_decided_and_acknowledged() {
    caller.put("/v1/users/zoe", "{}");
    final var id = "msg-" + UUID.randomUUID();
    final var event =
        caller.event(
            """
            {"id":"%s","source":"chat","class":"message","to":["anna","zoe"],"conversation":"c",
             "content":{"title":"T","text":"hush"}}\
            """
                .formatted(id));
    final var path = "/v1/events/" + event.text("/event") + "/trail";

    final var trail =
        eventually(
            () -> caller.get(path),
            reply ->
                reply.body().path("devices").size() + reply.body().path("notNotified").size() == 2);

    assertEquals(id, trail.text("/event/id"));
    assertEquals("hush", trail.text("/event/content/text"));
    assertEquals("anna-phone", trail.text("/devices/0/installation"));
    assertEquals("com.example.phone", trail.text("/devices/0/app"));
    assertEquals("suppress", trail.text("/devices/0/decision"));
    assertFalse(trail.text("/devices/0/why/sentence").isEmpty());
    assertEquals("suspended", trail.text("/devices/0/known/state"));
    assertEquals("zoe", trail.text("/notNotified/0/user"));
    assertEquals("RV-319", trail.text("/notNotified/0/why/code"));
    assertTrue(trail.body().path("settled").asBoolean());
    assertEquals(trail.body(), caller.get("/v1/events/trail?source=chat&id=" + id).body());
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND).get(path);
    assertFalse(sender.whole().body().contains("hush"));
    assertTrue(sender.body().at("/event/content").isMissingNode());
  }

  @Test
  void the_trail_of_a_call_shows_the_call_but_the_caller_only_to_listeners() {
    final var uuid = ring("[\"anna\"]");
    caller.post("/v1/calls/" + uuid + "/cancel", "");
    final var path = "/v1/events/trail?source=pbx&id=" + uuid;

    final var all = caller.get(path);
    final var little = api.caller(ApiUnderTest.ACME, Right.SEND).get(path);

    assertEquals("cancelled", all.text("/call/end/how"), () -> all.whole().body());
    assertEquals("Carol", all.text("/event/call/caller/name"));
    assertTrue(little.body().at("/event/call/caller").isMissingNode());
    assertFalse(little.whole().body().contains("Carol"));
  }

  @Test
  void an_inbox_is_read_page_by_page_with_its_marks() {
    caller.put("/v1/users/ines", "{}");
    final var ines = new UserId(ApiUnderTest.ACME, "ines");
    final var hers = new InstallationId("ines-phone");
    phone(hers, ines);
    for (int i = 0; i < 3; i++) {
      caller.event(
          """
          {"id":"in-%d","source":"chat","class":"message","to":["ines"],"conversation":"c","content":{"text":"t%d"}}\
          """
              .formatted(i, i));
    }

    final var first = caller.get("/v1/users/ines/inbox?limit=2");
    final var second = caller.get("/v1/users/ines/inbox?after=" + first.text("/upTo"));
    final var closed = api.caller(ApiUnderTest.ACME, Right.MANAGE).get("/v1/users/ines/inbox");

    assertEquals("t0", first.text("/entries/0/event/content/text"), () -> first.whole().body());
    assertTrue(first.body().path("more").asBoolean());
    assertEquals(3, first.body().path("unread").asInt());
    assertEquals("in-2", second.text("/entries/0/event/id"));
    assertFalse(second.body().path("more").asBoolean());
    assertTrue(closed.body().at("/entries/0/event/content").isMissingNode());
    assertTrue(caller.get("/v1/users/ines/inbox?after=zzz-5").body().path("gap").asBoolean());
    refused(Reason.MALFORMED, caller.get("/v1/users/ines/inbox?after=nonsense"));
    api.routing()
        .inboxes()
        .mark(
            ines, hers, Mark.READ, List.of(first.body().at("/entries/0/event/sequence").asLong()));
    eventually(
        () -> caller.get("/v1/users/ines/inbox"),
        reply -> reply.body().at("/entries/0/marks").toString().contains("\"read\""));
    final var newest =
        eventually(
            () -> caller.get("/v1/users/ines/events?limit=2"),
            reply -> reply.body().path("events").size() == 2);
    assertEquals("in-2", newest.text("/events/0/id"));
  }
}
