package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// One UUID, one call: what a second event with it is told, and what an end that comes before it
/// does.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallUuidTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void people() {
    caller.put("/v1/apps/com.example.phone", "{}");
    for (final var name : List.of("anna", "bob")) {
      caller.put("/v1/users/" + name, "{}");
      api.store()
          .registry()
          .keepInstallation(
              new Installation(
                  new InstallationId(name + "-phone"),
                  ApiUnderTest.ACME,
                  new AppId("com.example.phone"),
                  Platform.IOS,
                  18,
                  "",
                  List.of(new UserId(ApiUnderTest.ACME, name)),
                  List.of(),
                  Map.of(),
                  Instant.now(),
                  Instant.now()),
              "test");
    }
    api.foreground(new InstallationId("anna-phone"));
  }

  @AfterAll
  void close() {
    api.close();
  }

  private static String call(
      final String id, final String to, final String ringFor, final UUID uuid) {
    return "{\"id\":\"%s\",\"source\":\"pbx\",\"class\":\"call\",\"to\":[\"%s\"],\"ringFor\":\"%s\",\"call\":{\"id\":\"%s\"}}"
        .formatted(id, to, ringFor, uuid);
  }

  private void known(final Reply reply, final String first, final String state) {
    assertTrue(ApiUnderTest.is(reply, Reason.CALL_KNOWN), () -> reply.whole().body());
    assertEquals(first, reply.text("/event"));
    assertEquals("pbx", reply.text("/source"));
    assertEquals(state, reply.text("/state"));
  }

  /// W1.
  @Test
  void a_second_event_for_a_ringing_call_is_refused_and_names_the_first() {
    final var uuid = UUID.randomUUID();
    final var first = caller.event(call("a-" + uuid, "anna", "PT60S", uuid));
    final var second = caller.event(call("b-" + uuid, "bob", "PT10M", uuid));
    known(second, first.text("/event"), "ringing");
    assertEquals("a-" + uuid, second.text("/id"));
    known(
        caller.post("/v1/events?dryRun=true", call("b-" + uuid, "bob", "PT10M", uuid)),
        first.text("/event"),
        "ringing");
    final var again = caller.event(call("a-" + uuid, "anna", "PT60S", uuid));
    assertEquals(200, again.status());
    assertEquals("repeat", again.text("/status"));
    assertEquals(
        200,
        caller.post("/v1/events?dryRun=true", call("a-" + uuid, "anna", "PT60S", uuid)).status());
    assertEquals(
        "RV-105", caller.event(call("a-" + uuid, "bob", "PT60S", uuid)).code(), "other content");
    assertEquals("[\"anna\"]", caller.get("/v1/calls/" + uuid).body().path("to").toString());
  }

  /// W2.
  @Test
  void a_second_event_for_a_call_that_is_over_is_refused() {
    final var uuid = UUID.randomUUID();
    final var first = caller.event(call("a-" + uuid, "anna", "PT60S", uuid));
    caller.post("/v1/calls/" + uuid + "/cancel", "");
    known(caller.event(call("b-" + uuid, "bob", "PT60S", uuid)), first.text("/event"), "over");
    known(
        caller.post("/v1/events?dryRun=true", call("b-" + uuid, "bob", "PT60S", uuid)),
        first.text("/event"),
        "over");
  }

  @Test
  void in_one_batch_the_first_is_stored_and_the_others_are_refused() {
    final var uuid = UUID.randomUUID();
    final var answer =
        caller.event(
            "["
                + call("a-" + uuid, "anna", "PT60S", uuid)
                + ","
                + call("b-" + uuid, "bob", "PT60S", uuid)
                + ","
                + call("a-" + uuid, "anna", "PT60S", uuid)
                + "]");
    assertEquals(202, answer.status());
    assertEquals("stored", answer.text("/results/0/status"));
    assertEquals("RV-705", answer.text("/results/1/problem/code"));
    assertEquals(answer.text("/results/0/event"), answer.text("/results/1/problem/event"));
    assertEquals("repeat", answer.text("/results/2/status"));
  }

  @Test
  void of_many_that_race_one_is_stored() throws Exception {
    final var uuid = UUID.randomUUID();
    final var racing = new ArrayList<CompletableFuture<Reply>>();
    for (int i = 0; i < 20; i++) {
      final var body = call(i + "-" + uuid, i % 2 == 0 ? "anna" : "bob", "PT60S", uuid);
      racing.add(CompletableFuture.supplyAsync(() -> caller.event(body)));
    }
    int stored = 0;
    for (final var one : racing) {
      final var reply = one.get();
      stored += reply.status() == 202 ? 1 : 0;
      assertTrue(reply.status() == 202 || reply.code().equals("RV-705"));
    }
    assertEquals(1, stored);
  }

  /// U7.
  @Test
  void an_end_before_its_call_is_stored_and_the_call_is_over_from_its_beginning() {
    final var end =
        "{\"class\":\"call-end\",\"call\":{\"id\":\"%s\"},\"how\":\"answered-elsewhere\",\"where\":\"desk\"}";
    final var uuid = UUID.randomUUID();
    final var early = caller.event(end.formatted(uuid));
    assertEquals(202, early.status(), () -> early.whole().body());
    assertEquals("stored", early.text("/status"));
    assertEquals(early.body(), caller.event(end.formatted(uuid)).body(), "a repeat");
    assertEquals("RV-701", caller.post("/v1/calls/" + uuid + "/cancel", "").code());
    assertEquals("RV-702", caller.get("/v1/calls/" + uuid).code(), "there is no call yet");

    final var rehearsed =
        caller.post("/v1/events?dryRun=true", call("c-" + uuid, "anna", "PT60S", uuid));
    assertEquals("RV-706", rehearsed.text("/devices/0/why/code"));
    final var call = caller.event(call("c-" + uuid, "anna", "PT60S", uuid));
    assertEquals(202, call.status());
    final var view = caller.get("/v1/calls/" + uuid);
    assertEquals("over", view.text("/state"));
    assertEquals("answered-elsewhere", view.text("/end/how"));
    assertEquals("desk", view.text("/end/where"));
    Eventually.holds(
        () ->
            caller
                .get("/v1/events/" + call.text("/event") + "/trail")
                .text("/devices/0/why/code")
                .equals("RV-706"),
        () -> caller.get("/v1/events/" + call.text("/event") + "/trail").whole().body());
    final var trail = caller.get("/v1/events/" + early.text("/event") + "/trail");
    assertTrue(trail.body().path("settled").asBoolean(), () -> trail.whole().body());
  }

  @Test
  void every_way_to_end_a_call_waits_for_it() {
    for (final var way :
        List.of(
            "cancel ",
            "answer-elsewhere ",
            "decline {\"user\":\"anna\"}",
            "answer {\"user\":\"anna\",\"installation\":\"anna-phone\"}")) {
      final var uuid = UUID.randomUUID();
      final int space = way.indexOf(' ');
      final var ended =
          caller.post(
              "/v1/calls/" + uuid + "/" + way.substring(0, space), way.substring(space + 1));
      assertEquals(202, ended.status(), () -> way + ended.whole().body());
      caller.event(call("c-" + uuid, "anna", "PT60S", uuid));
      assertEquals("over", caller.get("/v1/calls/" + uuid).text("/state"), way);
    }
  }

  /// U6.
  @Test
  void a_call_that_is_declined_here_on_every_device_is_declined_at_once() {
    final var uuid = UUID.randomUUID();
    final var call = caller.event(call("c-" + uuid, "anna", "PT60S", uuid));
    final var before = caller.get("/v1/calls/" + uuid);
    final var waiting =
        CompletableFuture.supplyAsync(() ->
            caller.get("/v1/calls/" + uuid + "?wait=30", "If-None-Match", before.header("etag")));
    api.routing()
        .declinedHere(
            new InstallationId("anna-phone"), call.body().path("sequence").asLong(), () -> {});
    final var told = waiting.join();
    assertEquals("over", told.text("/state"), () -> told.whole().body());
    assertEquals("declined", told.text("/end/how"));
    assertEquals("anna", told.text("/end/by"));
  }

  /// W11.
  @Test
  void a_name_that_differs_in_case_only_is_taken_and_finds_its_user() {
    caller.put("/v1/users/zoe", "{\"addresses\":[\"sip:zoe@example.org\"]}");
    final var second = caller.put("/v1/users/Zoe", "{}");
    assertTrue(ApiUnderTest.is(second, Reason.EXISTS), () -> second.whole().body());
    assertEquals("Zoe belongs to the user zoe", second.text("/detail"));
    assertEquals("zoe", caller.get("/v1/users/ZOE").text("/name"));
    assertEquals("zoe", caller.get("/v1/users/sips:Zoe@example.org;lr").text("/name"));
    assertEquals(409, caller.put("/v1/users/ZOE", "{}").status());
    assertEquals("{\"alike\":[]}", caller.get("/v1/users?alike=true").body().toString());
    assertEquals(400, caller.get("/v1/users?alike=maybe").status());
    final var event =
        caller.event(
            "{\"id\":\"w14\",\"source\":\"chat\",\"class\":\"message\",\"conversation\":\"t\","
                + "\"to\":[\"\\\"Zoe\\\" <SIP:zoe@Example.org;transport=tcp>\"]}");
    assertEquals(202, event.status(), () -> event.whole().body());
  }
}
