package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.port.SecretStore.Right;
import java.net.http.HttpClient.Version;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Each kind of bad request gets its precise answer, and nothing of it is kept.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestsTest {
  private static final String UUID = "0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10";

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void people() {
    caller.put("/v1/users/anna", "{\"addresses\":[\"sip:anna@example.com\"]}");
    api.caller(ApiUnderTest.OTHER, Right.MANAGE)
        .put("/v1/users/olga", "{\"addresses\":[\"sip:olga@other.example\"]}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private void refused(final Reason why, final String detail, final Reply reply) {
    assertTrue(ApiUnderTest.is(reply, why), () -> why + " expected, came " + reply.whole().body());
    assertTrue(
        reply.text("/detail").contains(detail),
        () -> detail + " expected in " + reply.text("/detail"));
  }

  private static String message(final String more) {
    return "{\"id\":\"1\",\"source\":\"s\",\"class\":\"message\",\"to\":[\"anna\"],\"conversation\":\"c\""
        + more
        + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id":"1"                        | RV-101 | not JSON
          {"id":"1"}}                      | RV-101 | class: is missing
          ``                               | RV-101 | needs an event
          17                               | RV-101 | not a number
          "text"                           | RV-101 | not a text
          []                               | RV-101 | empty
          [{"id":"1",                      | RV-101 | not JSON
          {"id":7}                         | RV-101 | id: must be a text, not a number
          {"id":""}                        | RV-101 | id: must not be empty
          {"id":"1","id":"2"}              | RV-101 | id: is there twice
          {"id":null,"id":"2"}             | RV-101 | id: is there twice
          {"content":{"title":"1","title":"2"}} | RV-101 | content.title: is there twice
          {"content":{"title":null,"title":"2"}} | RV-101 | content.title: is there twice
          {"content":{"text":"1","text":"1"}} | RV-101 | content.text: is there twice
          {"content":{"data":{},"data":{}}} | RV-101 | content.data: is there twice
          {"content":{"data":{"k":null,"k":"1"}}} | RV-101 | content.data.k: is there twice
          {"content":{"data":{"k":"1","k":null}}} | RV-101 | content.data.k: is there twice
          {"call":{"video":true,"video":true}} | RV-101 | call.video: is there twice
          {"call":{"caller":{},"caller":{}}} | RV-101 | call.caller: is there twice
          {"call":{"caller":{"name":"a","name":"b"}}} | RV-101 | call.caller.name: is there twice
          {"call":{"caller":{"name":"a\\u001b[2J"}}} | RV-101 | call.caller.name: must not hold control
          {"call":{"caller":{"name":"a\\u202ePBX"}}} | RV-101 | call.caller.name: must not hold control
          {"call":{"caller":{"name":"a\\u2028b"}}} | RV-101 | call.caller.name: must not hold control
          {"call":{"caller":{"address":"sip:\\r\\nx"}}} | RV-101 | call.caller.address: must not hold control
          {"type":"a\\u0007"}             | RV-101 | type: must not hold control
          {"where":"a\\u0085"}            | RV-101 | where: must not hold control
          {"class":"ring"}                 | RV-101 | class: must be call, call-end
          {"Class":"call"}                 | RV-102 | Class: did you mean class?
          {"recipients":["anna"]}          | RV-102 | recipients: known are
          {"to":"anna"}                    | RV-101 | to: must be a list of texts, not a text
          {"to":[]}                        | RV-101 | to: must name 1 to 1000, not 0
          {"to":["anna",7]}                | RV-101 | to: must be a text, not a number
          {"call":{"id":"1-1-1-1-1"}}      | RV-101 | call.id: must be a UUID
          {"call":{"video":"yes"}}         | RV-101 | call.video: must be true or false
          {"call":{"caller":{"tel":"1"}}}  | RV-102 | call.caller.tel
          {"content":"text"}               | RV-101 | content: must be an object
          {"content":{"body":"text"}}      | RV-102 | content.body
          {"content":{"data":{"a":1}}}     | RV-101 | content.data.a: must be a text
          {"ringFor":"45 seconds"}         | RV-101 | ringFor: must be a duration
          {"ringFor":"-PT5S"}              | RV-101 | ringFor: must be a duration above zero
          {"alertBefore":"tomorrow"}       | RV-101 | alertBefore: must be a moment
          {"keepUntil":1767225600}         | RV-101 | keepUntil: must be a text, not a number
          """)
  void a_field_that_is_wrong_is_named(final String body, final String code, final String detail) {
    final var before = api.kept();

    final var reply = caller.event(body);

    assertEquals(code, reply.code(), () -> reply.whole().body());
    assertEquals(400, reply.status());
    assertTrue(reply.text("/detail").contains(detail), () -> reply.text("/detail"));
    assertEquals(before, api.kept());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ,"ringFor":"PT5S"                                     | ringFor: is no field of an event of class message
          ,"collapse":"x"                                       | collapse: is no field
          ,"alertFor":"PT5S","alertBefore":"2026-01-01T00:00:00Z" | alertFor: give either this or alertBefore
          ,"keepFor":"PT2562047788015215H"                      | keepFor: must be a duration
          ,"alertBefore":"-1000000000-01-01T00:00:00Z"          | alertBefore: must be a moment
          ,"keepFor":"P31D"                                     | keepFor: nothing is kept longer than
          ,"keepUntil":"2199-01-01T00:00:00Z"                   | keepUntil: nothing is kept longer than
          ,"alertFor":"P2D","keepFor":"P1D"                     | keepUntil
          ,"type":"`                                             | not JSON
          """)
  void fields_that_do_not_go_together_are_named(final String more, final String detail) {
    final var before = api.kept();

    refused(Reason.MALFORMED, detail, caller.event(message(more)));

    assertEquals(before, api.kept());
  }

  @Test
  void what_a_class_needs_must_be_there() {
    final var before = api.kept();

    refused(
        Reason.MALFORMED,
        "conversation: is missing",
        caller.event("{\"id\":\"1\",\"source\":\"s\",\"class\":\"message\",\"to\":[\"anna\"]}"));
    refused(
        Reason.MALFORMED,
        "id: is missing",
        caller.event("{\"source\":\"s\",\"class\":\"alert\",\"to\":[\"anna\"]}"));
    refused(
        Reason.MALFORMED,
        "folders: is missing",
        caller.event("{\"id\":\"1\",\"source\":\"s\",\"class\":\"change\",\"to\":[\"anna\"]}"));
    refused(
        Reason.MALFORMED,
        "call: is missing",
        caller.event("{\"id\":\"1\",\"source\":\"s\",\"class\":\"call\",\"to\":[\"anna\"]}"));
    refused(
        Reason.MALFORMED,
        "how: is missing",
        caller.event("{\"class\":\"call-end\",\"call\":{\"id\":\"" + UUID + "\"}}"));
    refused(
        Reason.MALFORMED,
        "how: must be cancelled",
        caller.event(
            "{\"class\":\"call-end\",\"call\":{\"id\":\"" + UUID + "\"},\"how\":\"answered\"}"));
    refused(
        Reason.MALFORMED,
        "a call rings for at most PT10M",
        caller.event(
            "{\"id\":\"1\",\"source\":\"s\",\"class\":\"call\",\"to\":[\"anna\"],\"ringFor\":\"PT11M\",\"call\":{\"id\":\""
                + UUID
                + "\"}}"));
    refused(
        Reason.MALFORMED,
        "source: must not begin with reveille:",
        caller.event(message("").replace("\"s\"", "\"reveille:call\"")));
    refused(
        Reason.MALFORMED,
        "id must have 1 to 256 characters",
        caller.event(message("").replace("\"1\"", "\"" + "x".repeat(257) + "\"")));

    assertEquals(before, api.kept());
  }

  @ParameterizedTest
  @EnumSource
  void what_is_too_large_is_refused(final Version version) {
    final var before = api.kept();
    final var over = caller.over(version);

    refused(
        Reason.TOO_LARGE,
        "65537 bytes",
        over.event(message(",\"content\":{\"text\":\"" + "é".repeat(32 * 1024) + "x\"}")));
    refused(
        Reason.TOO_LARGE,
        "",
        over.event(message(",\"content\":{\"text\":\"" + "x".repeat(300 * 1024) + "\"}")));
    refused(Reason.TOO_LARGE, "nesting", over.put("/v1/users/anna", "[".repeat(50)));
    refused(Reason.TOO_LARGE, "nesting", over.event("[{\"x\":" + "[".repeat(50)));
    refused(
        Reason.TOO_LARGE,
        "",
        over.put("/v1/users/anna", "{\"site\":\"" + "x".repeat(257 * 1024) + "\"}"));
    refused(Reason.TOO_LARGE, "", over.event(" ".repeat(4 * 1024 * 1024) + message("")));
    final var justRight =
        over.event(
            message(",\"content\":{\"text\":\"" + "x".repeat(64 * 1024) + "\"}")
                .replace("\"1\"", "\"full-" + version + "\""));

    assertEquals(202, justRight.status(), () -> justRight.whole().body());
    assertEquals(before.size() + 1, api.kept().size(), () -> api.kept().toString());
  }

  @Test
  void a_user_who_does_not_exist_here_is_named() {
    final var before = api.kept();

    refused(
        Reason.UNKNOWN_USER,
        "to[0]: unknown",
        caller.event(message("").replace("anna", "unknown")));
    refused(
        Reason.UNKNOWN_USER,
        "to[1]: olga",
        caller.event(message("").replace("\"anna\"", "\"anna\",\"olga\"")));
    refused(
        Reason.UNKNOWN_USER,
        "to[0]: sip:olga@other.example",
        caller.event(message("").replace("anna", "sip:olga@other.example")));

    assertEquals(before, api.kept());
  }

  @Test
  void a_life_that_is_over_is_refused() {
    final var before = api.kept();

    refused(
        Reason.LIFE_OVER,
        "2001-01-01T00:00:00Z",
        caller.event(
            message(
                ",\"alertBefore\":\"2001-01-01T00:00:00Z\",\"keepUntil\":\"2001-01-01T00:00:00Z\"")));
    refused(
        Reason.LIFE_OVER,
        "2001-01-01",
        caller.event(
            "{\"id\":\"1\",\"source\":\"s\",\"class\":\"call\",\"to\":[\"anna\"],\"alertBefore\":\"2001-01-01T01:00:00+01:00\",\"call\":{\"id\":\""
                + UUID
                + "\"}}"));

    assertEquals(before, api.kept());
  }

  @Test
  void bytes_that_are_no_text_are_refused() {
    final var before = api.kept();
    final var body = message(",\"type\":\"?\"").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '?') {
        body[i] = (byte) 0xC3;
      }
    }

    refused(Reason.MALFORMED, "not JSON", caller.send("POST", "/v1/events", body));

    assertEquals(before, api.kept());
  }

  @ParameterizedTest
  @EnumSource
  void without_a_valid_key_nothing_is_told(final Version version) {
    final var before = api.kept();
    final var stranger = api.caller("").over(version);
    final var liar = api.caller("rk_" + "x".repeat(43)).over(version);

    refused(Reason.NO_KEY, "there is no Authorization header", stranger.event(message("")));
    refused(Reason.NO_KEY, "this key is not known here", liar.event(message("")));
    refused(Reason.NO_KEY, "", liar.get("/v1/users/anna"));
    refused(Reason.NO_KEY, "", api.caller("").get("/v1/users", "Authorization", "Basic YTpi"));
    assertEquals("Bearer", stranger.get("/v1").header("www-authenticate"));

    assertEquals(before, api.kept());
  }

  @Test
  void a_key_does_only_what_it_may() {
    final var before = api.kept();
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND);
    final var listener = api.caller(ApiUnderTest.ACME, Right.LISTEN);
    final var manager = api.caller(ApiUnderTest.ACME, Right.MANAGE);

    for (final var who : List.of(listener, manager)) {
      refused(Reason.NOT_ALLOWED, "needs the right send", who.event(message("")));
      refused(Reason.NOT_ALLOWED, "send", who.post("/v1/calls/" + UUID + "/cancel", ""));
    }
    for (final var who : List.of(sender, listener)) {
      refused(Reason.NOT_ALLOWED, "needs the right manage", who.put("/v1/users/anna", "{}"));
      refused(Reason.NOT_ALLOWED, "manage", who.get("/v1/installations"));
      refused(Reason.NOT_ALLOWED, "manage", who.get("/v1/apps"));
      refused(Reason.NOT_ALLOWED, "manage", who.get("/v1/settings/push-notification"));
      refused(Reason.NOT_ALLOWED, "manage", who.get("/v1/keys"));
      refused(Reason.NOT_ALLOWED, "manage", who.get("/v1/audit"));
      refused(Reason.NOT_ALLOWED, "manage", who.post("/v1/users/anna/codes", "{\"app\":\"a\"}"));
    }
    refused(
        Reason.NOT_ALLOWED, "needs the right listen or manage", sender.get("/v1/users/anna/inbox"));
    assertEquals(before, api.kept());
  }

  @Test
  void another_organisation_sees_and_changes_nothing_of_ours() {
    final var other = api.caller(ApiUnderTest.OTHER, Right.values());
    final var event = caller.event(message("").replace("\"1\"", "\"ours\"")).text("/event");
    caller.put("/v1/apps/ours", "{}");

    refused(Reason.NOT_FOUND, event, other.get("/v1/events/" + event));
    refused(Reason.NOT_FOUND, event, other.get("/v1/events/" + event + "/trail"));
    refused(Reason.NOT_FOUND, "s/ours", other.get("/v1/events?source=s&id=ours"));
    refused(Reason.NOT_FOUND, "anna", other.get("/v1/users/anna"));
    refused(Reason.NOT_FOUND, "anna", other.delete("/v1/users/anna"));
    refused(Reason.NOT_FOUND, "ours", other.get("/v1/apps/ours"));
    refused(Reason.EXISTS, "ours", other.put("/v1/apps/ours", "{}"));
    refused(
        Reason.NOT_FOUND,
        "ours",
        other.put("/v1/apps/ours/statement-keys/k", "{\"publicKey\":\"x\"}"));
    assertEquals(200, caller.get("/v1/users/anna").status());
  }

  @Test
  void an_address_that_does_not_exist_and_a_method_that_does_not_fit_are_told_apart() {
    refused(Reason.NOT_FOUND, "/v1/evnets", caller.get("/v1/evnets"));
    refused(Reason.NOT_FOUND, "", caller.get("/"));
    refused(Reason.NOT_FOUND, "", caller.get("/v1/users//presence"));
    final var wrong = caller.delete("/v1/events");
    refused(Reason.METHOD_NOT_ALLOWED, "DELETE", wrong);
    assertEquals("GET, HEAD, OPTIONS, POST", wrong.header("allow"));
    final var options = caller.send("OPTIONS", "/v1/users/anna", "");
    assertEquals(204, options.status());
    assertEquals("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", options.header("allow"));
    final var head = caller.send("HEAD", "/v1/users/anna", "");
    assertEquals(200, head.status());
    assertEquals("", head.whole().body());
    refused(Reason.NOT_FOUND, "event", caller.get("/v1/events/no-event"));
    refused(Reason.NOT_FOUND, "event", caller.get("/v1/events/zzz-1"));
    refused(Reason.CALL_UNKNOWN, "no-call", caller.get("/v1/calls/no-call"));
  }

  @Test
  void who_asks_too_often_is_told_when_to_come_back() {
    try (var small =
        new ApiUnderTest(
            RestLimits.DEFAULT.withPerKey(1, 5).withStrangers(1, 3).withAtOnce(8, 8),
            RoutingOptions.DEFAULT)) {
      final var sender = small.caller();
      sender.put("/v1/users/anna", "{}");
      int refused = 0;
      for (int i = 0; i < 10; i++) {
        final var reply = sender.event(message("").replace("\"1\"", "\"" + i + "\""));
        if (reply.status() != 202) {
          refused++;
          refused(Reason.RATE_LIMITED, "too many requests with this key", reply);
          assertTrue(Integer.parseInt(reply.header("retry-after")) >= 1);
          assertTrue(reply.body().path("retryAfter").asInt() >= 1);
        }
      }
      assertTrue(refused >= 3, "refused " + refused);
      assertEquals(10 - refused, small.kept().size());

      final var stranger = small.caller("rk_guess");
      Reply last = stranger.get("/v1");
      for (int i = 0; i < 5; i++) {
        last = stranger.get("/v1");
      }
      refused(Reason.RATE_LIMITED, "without a valid key", last);
      assertFalse(sender.get("/v1").status() == 401);
    }
  }

  @Test
  void a_full_backlog_refuses_before_anything_is_stored_but_takes_calls() {
    final var none = RoutingOptions.DEFAULT.withInHeap(0, 5).withInFlight(100).withWaiting(100);
    try (var full = new ApiUnderTest(RestLimits.DEFAULT, none)) {
      final var sender = full.caller();
      sender.put("/v1/users/anna", "{}");

      final var single = sender.event(message(""));
      final var batch = sender.event("[" + message("") + "]");

      refused(Reason.BACKLOG_FULL, "", single);
      assertEquals("1", single.header("retry-after"));
      assertEquals(202, batch.status());
      assertEquals("RV-120", batch.text("/results/0/problem/code"));
      assertEquals(1, batch.body().at("/results/0/problem/retryAfter").asInt());
      assertEquals("1", batch.header("retry-after"));
      assertEquals(List.of(), full.kept());
      final var call =
          sender.event(
              "{\"id\":\"c\",\"source\":\"s\",\"class\":\"call\",\"to\":[\"anna\"],\"call\":{\"id\":\""
                  + UUID
                  + "\"}}");
      assertEquals(202, call.status());
    }
  }

  @Test
  void more_requests_that_wait_for_a_call_than_are_taken_are_told_that_the_server_is_busy() {
    try (var small =
        new ApiUnderTest(RestLimits.DEFAULT.withAtOnce(8, 1), RoutingOptions.DEFAULT)) {
      final var sender = small.caller();
      sender.put("/v1/users/anna", "{}");
      sender.event(
          "{\"id\":\"c\",\"source\":\"s\",\"class\":\"call\",\"to\":[\"anna\"],\"call\":{\"id\":\""
              + UUID
              + "\"}}");
      final var call = "/v1/calls/" + UUID;
      final var waiting =
          List.of(
              CompletableFuture.supplyAsync(() -> sender.get(call + "?wait=20")),
              CompletableFuture.supplyAsync(() -> sender.get(call + "?wait=20")));

      final var first =
          (Reply)
              CompletableFuture.anyOf(waiting.get(0), waiting.get(1))
                  .orTimeout(15, TimeUnit.SECONDS)
                  .join();

      refused(Reason.SERVER_BUSY, "too many requests wait for calls", first);
      assertEquals(503, first.status());
      assertEquals("1", first.header("retry-after"));
      sender.post(call + "/cancel", "");
      final var answers = waiting.stream().map(CompletableFuture::join).map(Reply::status);
      assertEquals(List.of(200, 503), answers.sorted().toList());
    }
  }

  @Test
  void a_key_has_its_own_number_of_requests_that_wait_and_leaves_the_others_theirs() {
    final var limits = new RestLimits(1, 1, 1, 1, 8, 4, 2);
    final var places = new WaitingPlaces(limits, InstantSource.system());
    final var acme = new OrganisationId("acme");
    final var other = new OrganisationId("other");
    assertTrue(places.take(acme, "a"));
    assertTrue(places.take(acme, "a"));
    assertFalse(places.take(acme, "a"));
    assertTrue(places.take(acme, "b"));
    assertTrue(places.take(acme, "c"));
    assertFalse(places.take(other, "a"));
    places.giveBack(acme, "b");
    places.giveBack(acme, "c");
    assertFalse(places.take(acme, "b")); // half is what it has while another one waits
    assertTrue(places.take(other, "a"));
    places.giveBack(other, "a");
    places.giveBack(acme, "a");
    places.giveBack(acme, "a");
    assertEquals(0, places.taken());
  }
}
