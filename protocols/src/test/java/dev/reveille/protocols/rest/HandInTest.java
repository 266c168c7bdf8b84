package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandInTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();
  private int names;

  @BeforeAll
  void people() {
    caller.put("/v1/users/anna", "{\"addresses\":[\"sip:anna@example.com\",\"anna@example.com\"]}");
    caller.put("/v1/users/ben", "{\"addresses\":[\"EXAMPLE\\\\ben\"]}");
    caller.put("/v1/users/carla", "{}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private String fresh() {
    return "evt-" + ++names;
  }

  private static String message(final String id, final String text) {
    return """
    {"id":"%s","source":"chat","class":"message","to":["anna"],"conversation":"team-red",
     "content":{"title":"Bob","text":"%s"}}\
    """
        .formatted(id, text);
  }

  private static String call(final String id, final UUID uuid, final String to) {
    return """
    {"id":"%s","source":"pbx","class":"call","to":%s,"ringFor":"PT45S",
     "call":{"id":"%s","caller":{"name":"Carol","address":"sip:carol@example.org"}}}\
    """
        .formatted(id, to, uuid);
  }

  private static String end(final UUID uuid, final String how) {
    return "{\"class\":\"call-end\",\"call\":{\"id\":\"" + uuid + "\"},\"how\":\"" + how + "\"}";
  }

  private Event kept(final Reply reply) {
    return api.store().journal().find(reply.body().path("sequence").asLong()).orElseThrow().event();
  }

  @ParameterizedTest
  @EnumSource
  void an_event_is_kept_when_the_answer_says_so(final Version version) {
    final var reply = caller.over(version).event(message(fresh(), "Lunch?"));

    assertEquals(202, reply.status(), () -> reply.whole().body());
    assertEquals("stored", reply.text("/status"));
    assertEquals(version, reply.whole().version());
    final var event = assertInstanceOf(Event.Message.class, kept(reply));
    assertEquals("Lunch?", event.content().text());
    assertEquals("team-red", event.in().value());
    assertEquals("acme", event.key().organisation().value());
    assertEquals(
        reply.text("/event"),
        api.routing().records().ids().of(reply.body().path("sequence").asLong()));
  }

  @ParameterizedTest
  @EnumSource
  void the_same_words_again_are_a_repeat_and_other_words_a_conflict(final Version version) {
    final var id = fresh();
    final var first = caller.over(version).event(message(id, "Lunch?"));

    final var again = caller.over(version).event(message(id, "Lunch?"));
    final var other = caller.over(version).event(message(id, "Dinner?"));

    assertEquals(200, again.status());
    assertEquals("repeat", again.text("/status"));
    assertEquals(first.text("/event"), again.text("/event"));
    assertTrue(ApiUnderTest.is(other, Reason.OTHER_BODY), () -> other.whole().body());
    assertEquals(first.text("/event"), other.text("/event"));
    assertEquals("Lunch?", assertInstanceOf(Event.Message.class, kept(other)).content().text());
  }

  @Test
  void a_dry_run_says_what_would_happen_and_stores_nothing() {
    api.store()
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId("carlas"),
                ApiUnderTest.ACME,
                new AppId("com.example.phone"),
                Platform.IOS,
                18,
                "",
                List.of(new UserId(ApiUnderTest.ACME, "carla")),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                Instant.EPOCH),
            "test");
    final var id = fresh();
    final var call = call(id, UUID.randomUUID(), "[\"carla\",\"ben\"]");

    final var reply = caller.post("/v1/events?dryRun=true", call);

    assertEquals(200, reply.status(), () -> reply.whole().body());
    assertEquals("dry-run", reply.text("/status"));
    assertEquals("carlas", reply.text("/devices/0/installation"));
    assertEquals("suppress", reply.text("/devices/0/decision"));
    assertEquals("NO_PUSH_ADDRESS", reply.text("/devices/0/why/name"));
    assertEquals("suspended", reply.text("/devices/0/known/state"));
    assertEquals("[{\"user\":\"ben\"}]", reply.body().path("withoutDevice").toString());
    assertEquals(404, caller.get("/v1/events?source=pbx&id=" + id).status());
    assertEquals(202, caller.post("/v1/events?dryRun=false", call).status(), "it was not kept");
    assertTrue(
        ApiUnderTest.is(
            caller.post("/v1/events?dryRun=true", call(id, UUID.randomUUID(), "[\"unknown\"]")),
            Reason.UNKNOWN_USER));
    for (final var wrong : List.of("[" + call + "]", end(UUID.randomUUID(), "cancelled"))) {
      final var refused = caller.post("/v1/events?dryRun=true", wrong);
      assertTrue(ApiUnderTest.is(refused, Reason.MALFORMED), () -> refused.whole().body());
    }
    assertTrue(ApiUnderTest.is(caller.post("/v1/events?dryRun=yes", call), Reason.MALFORMED));
  }

  @Test
  void a_misspelt_dry_run_is_refused_also_with_a_key_that_memory_knows() {
    final var id = fresh();
    final var call = call(id, UUID.randomUUID(), "[\"carla\"]");
    assertEquals(202, caller.event(call(fresh(), UUID.randomUUID(), "[\"carla\"]")).status());

    for (final var query : List.of("dryrun=true", "dryRun=false&dryRun=true", "dryRun=%FF")) {
      final var reply = caller.post("/v1/events?" + query, call);
      assertEquals(400, reply.status(), query);
      assertTrue(reply.text("/detail").contains("dry"), () -> reply.whole().body());
    }

    assertEquals(404, caller.get("/v1/events?source=pbx&id=" + id).status());
  }

  @Test
  void what_is_compared_is_what_was_said_not_how() {
    final var id = fresh();
    final var first =
        caller.event(
            """
            {"id":"%s","source":"chat","class":"alert","type":"voicemail","to":["anna","ben"],"alertFor":"PT1H",
             "content":{"title":"T","data":{"a":"1","b":"2"}}}\
            """
                .formatted(id));
    final var again =
        caller.event(
            """
            {"to":["EXAMPLE\\\\ben","sip:anna@example.com","anna"],"content":{"data":{"b":"2","a":"1"},"title":"T"},
             "alertFor":"PT60M","type":"voicemail","class":"alert","source":"chat","id":"%s"}\
            """
                .formatted(id));

    assertEquals(202, first.status());
    assertEquals(200, again.status(), () -> again.whole().body());
  }

  /// C2-03: voice calls, video calls and messages; L0-08, L1-03: the list of types is open, and a
  /// missed invitation is a type of its own; A4-05: content goes to the user's device.
  @Test
  void each_class_and_type_of_event_is_kept_as_what_it_is() {
    final var voice = kept(caller.event(call(fresh(), UUID.randomUUID(), "[\"anna\"]")));
    final var video =
        kept(
            caller.event(
                """
                {"id":"%s","source":"pbx","type":"video-call","to":["anna"],"call":{"id":"%s"}}\
                """
                    .formatted(fresh(), UUID.randomUUID())));
    final var invitation = kept(caller.event(typed("im-invitation", ",\"conversation\":\"c\"")));
    final var missed = kept(caller.event(typed("missed-im-invitation", "")));
    final var voicemail = kept(caller.event(typed("voicemail", "")));
    final var missedCall = kept(caller.event(typed("missed-call", "")));
    final var own = kept(caller.event(typed("door.bell", ",\"class\":\"alert\"")));
    final var change =
        kept(caller.event(typed("mail", ",\"class\":\"change\",\"folders\":[\"INBOX\"]")));
    final var silent = kept(caller.event(typed("refresh", ",\"class\":\"silent\"")));

    assertFalse(assertInstanceOf(Event.IncomingCall.class, voice).video());
    assertTrue(assertInstanceOf(Event.IncomingCall.class, video).video());
    assertEquals(EventClass.MESSAGE, invitation.eventClass());
    assertEquals("im-invitation", invitation.type());
    assertEquals(
        "Missed invitation", assertInstanceOf(Event.Other.class, missed).content().title());
    assertEquals("Voicemail", assertInstanceOf(Event.Other.class, voicemail).content().title());
    assertEquals(EventClass.ALERT, missedCall.eventClass());
    assertEquals("door.bell", own.type());
    assertEquals(1, assertInstanceOf(Event.ChangeHint.class, change).folders().size());
    assertEquals(EventClass.SILENT, silent.eventClass());
  }

  private String typed(final String type, final String more) {
    return "{\"id\":\""
        + fresh()
        + "\",\"source\":\"s\",\"type\":\""
        + type
        + "\",\"to\":[\"anna\"]"
        + more
        + "}";
  }

  @Test
  void lives_are_as_wished_and_have_defaults() {
    final var usual = kept(caller.event(message(fresh(), "x"))).life();
    final var wished =
        kept(caller.event(
                """
                {"id":"%s","source":"s","class":"alert","to":["anna"],"alertFor":"PT30S","keepFor":"PT1H"}\
                """
                    .formatted(fresh())))
            .life();
    final var ringing = kept(caller.event(call(fresh(), UUID.randomUUID(), "[\"anna\"]"))).life();
    final var shortlyKept =
        kept(caller.event(
                "{\"id\":\"%s\",\"source\":\"s\",\"class\":\"alert\",\"to\":[\"anna\"],\"keepFor\":\"PT1H\"}"
                    .formatted(fresh())))
            .life();

    assertEquals(Duration.ofDays(29), Duration.between(usual.alertBefore(), usual.keepUntil()));
    assertEquals(
        Duration.ofSeconds(3570), Duration.between(wished.alertBefore(), wished.keepUntil()));
    assertEquals(ringing.alertBefore(), ringing.keepUntil());
    assertEquals(shortlyKept.alertBefore(), shortlyKept.keepUntil());
  }

  @ParameterizedTest
  @EnumSource
  void several_events_are_judged_each_by_itself(final Version version) {
    final var known = fresh();
    caller.event(message(known, "first"));
    final var batch =
        List.of(
            message(fresh(), "a"),
            message(known, "first"),
            message(known, "second"),
            "{\"id\":\"x\",\"source\":\"s\",\"class\":\"message\",\"to\":[\"unknown\"],\"conversation\":\"c\"}",
            "{\"id\":\"x\",\"sorce\":{\"deep\":[{}]},\"class\":\"message\"}",
            "17",
            message(fresh(), "b"));

    final var reply = caller.over(version).event("[" + String.join(",", batch) + "]");

    assertEquals(202, reply.status());
    assertEquals(
        List.of("stored", "repeat", "refused", "refused", "refused", "refused", "stored"),
        reply.body().path("results").findValuesAsText("status").stream()
            .filter(word -> !word.matches("\\d+"))
            .toList());
    assertEquals("RV-105", reply.text("/results/2/problem/code"));
    assertEquals("RV-104", reply.text("/results/3/problem/code"));
    assertEquals("RV-102", reply.text("/results/4/problem/code"));
    assertEquals("sorce: did you mean source?", reply.text("/results/4/problem/detail"));
    assertEquals("RV-101", reply.text("/results/5/problem/code"));
    assertEquals(
        reply.body().at("/results/0/sequence").asLong() + 1,
        reply.body().at("/results/6/sequence").asLong());
  }

  @Test
  void a_broken_line_spoils_only_itself() {
    final var lines =
        message(fresh(), "a").replace('\n', ' ')
            + "\r\n\n{\"id\":\n"
            + message(fresh(), "b").replace('\n', ' ');

    final var reply = caller.post("/v1/events", lines, "Content-Type", "application/x-ndjson");

    assertEquals(202, reply.status());
    assertEquals("stored", reply.text("/results/0/status"));
    assertEquals("RV-101", reply.text("/results/1/problem/code"));
    assertEquals("stored", reply.text("/results/2/status"));
  }

  @Test
  void five_hundred_events_fit_into_one_request_and_one_more_does_not() {
    final var events = new ArrayList<String>();
    for (int i = 0; i < 500; i++) {
      events.add(message(fresh(), "n" + i));
    }
    final var full = caller.event("[" + String.join(",", events) + "]");
    events.set(0, message(fresh(), "new"));
    events.add(message(fresh(), "one more"));
    final var tooMany = caller.event("[" + String.join(",", events) + "]");

    assertEquals(500, full.body().path("results").size());
    assertTrue(ApiUnderTest.is(tooMany, Reason.TOO_LARGE), () -> tooMany.whole().body());
    assertEquals("stored", full.text("/results/499/status"));
    assertEquals(404, caller.get("/v1/events?source=chat&id=evt-" + names).status());
  }

  @Test
  void a_call_and_its_end_may_come_in_one_request() {
    final var uuid = UUID.randomUUID();
    final var reply =
        caller.event(
            "["
                + String.join(
                    ",",
                    call(fresh(), uuid, "[\"anna\"]"),
                    end(uuid, "cancelled"),
                    message(fresh(), "after"))
                + "]");

    assertEquals("stored", reply.text("/results/0/status"), () -> reply.whole().body());
    assertEquals("stored", reply.text("/results/1/status"));
    assertEquals("stored", reply.text("/results/2/status"));
    final var end =
        api.store()
            .journal()
            .find(reply.body().at("/results/1/sequence").asLong())
            .orElseThrow()
            .event();
    assertEquals(new CallEnd.Cancelled(), assertInstanceOf(Event.CallEnded.class, end).how());
  }

  @ParameterizedTest
  @EnumSource
  void the_first_end_of_a_call_wins(final Version version) {
    final var uuid = UUID.randomUUID();
    final var over = caller.over(version);
    over.event(call(fresh(), uuid, "[\"anna\",\"ben\"]"));

    final var first = over.event(end(uuid, "cancelled"));
    final var same = over.event(end(uuid, "cancelled"));
    final var late =
        over.event(
            "{\"class\":\"call-end\",\"call\":{\"id\":\""
                + uuid
                + "\"},\"how\":\"answered-elsewhere\",\"where\":\"desk\"}");
    final var unknown = over.event(end(UUID.randomUUID(), "cancelled"));

    assertEquals(202, first.status(), () -> first.whole().body());
    assertEquals(202, same.status());
    assertEquals(first.text("/event"), same.text("/event"));
    assertTrue(ApiUnderTest.is(late, Reason.CALL_OVER), () -> late.whole().body());
    assertEquals("it was cancelled", late.text("/detail"));
    assertEquals("cancelled", late.text("/call/end/how"));
    assertEquals(202, unknown.status(), "it waits for its call");
  }

  @Test
  void a_thousand_recipients_are_one_event() {
    final var to = new ArrayList<String>();
    for (int i = 0; i < 1_000; i++) {
      to.add(i % 3 == 0 ? "\"anna\"" : i % 3 == 1 ? "\"ben\"" : "\"carla\"");
    }
    final var uuid = UUID.randomUUID();
    final var all = caller.event(call(fresh(), uuid, "[" + String.join(",", to) + "]"));
    to.add("\"anna\"");
    final var tooMany = caller.event(call(fresh(), uuid, "[" + String.join(",", to) + "]"));

    assertEquals(3, kept(all).recipients().size());
    assertTrue(ApiUnderTest.is(tooMany, Reason.MALFORMED), () -> tooMany.whole().body());
  }

  @Test
  void every_answer_ends_with_a_lines_end() {
    final var event =
        "{\"id\":\"line\",\"source\":\"test\",\"class\":\"silent\",\"to\":[\"anna\"]}";
    for (final var reply :
        List.of(
            caller.event(event),
            caller.event(event),
            caller.event("[" + event + "]"),
            caller.event("{}"),
            caller.get("/v1/users"),
            caller.get("/v1/nothing"))) {
      final var body = reply.whole().body();
      assertTrue(body.endsWith("}\n") && !body.endsWith("\n\n"), body);
    }
  }
}
