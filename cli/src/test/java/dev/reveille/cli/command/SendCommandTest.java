package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SendCommandTest {
  private static final String CALL = "0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10";

  @AutoClose
  private final StubServer server =
      new StubServer().on("POST /v1/events", 202, "{'event':'e-1','sequence':1,'status':'stored'}");

  @Test
  void a_call_is_handed_in_with_its_caller_and_its_ring_time() {
    final var ran =
        server.run(
            "send",
            "call",
            "--to",
            "anna",
            "--to",
            "sip:bob@example.com",
            "--from",
            "Carol",
            "--address",
            "sip:carol@example.org",
            "--rings",
            "45s",
            "--call",
            CALL,
            "--id",
            "c-1",
            "--source",
            "pbx",
            "--video");
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("e-1\n", ran.out());
    assertHandedIn(
        """
        {"id":"c-1","source":"pbx","class":"call","to":["anna","sip:bob@example.com"],
         "call":{"id":"%s","caller":{"name":"Carol","address":"sip:carol@example.org"},"video":true},
         "ringFor":"PT45S"}\
        """
            .formatted(CALL));
  }

  @Test
  void a_dry_run_tells_what_would_happen_and_hands_nothing_in() {
    server.on(
        "POST /v1/events?dryRun=true",
        200,
        "{'status':'dry-run','devices':[{'user':'anna','installation':'i-7f',"
            + "'app':'com.example.phone','known':{'channelOpen':false,'state':'suspended',"
            + "'platform':'ios','osMajor':18},'decision':'push','why':{'code':'RV-303',"
            + "'sentence':'The app is suspended: a push tells of it.'},"
            + "'push':{'service':'apns','channel':'message'}}],'withoutDevice':[{'user':'bob'}]}");
    final var ran =
        server.run("send", "message", "--to", "anna", "--to", "bob", "--text", "x", "--dry-run");
    assertEquals(
        """
        anna, i-7f (com.example.phone, iOS 18)
                    The app was suspended; it had no live channel.
                    Decided: a push. The app is suspended: a push tells of it. (RV-303)

        bob has no device.

        A dry run: nothing was stored, and no device was told.
        """,
        ran.out());
    assertEquals(0, ran.exitCode());
  }

  @Test
  void the_key_goes_into_the_header_and_nowhere_else() {
    final var ran = server.run("send", "silent", "--to", "anna");
    assertEquals("Bearer rk_test", server.lastAsked().authorization());
    assertTrue(!ran.out().contains("rk_test") && !ran.err().contains("rk_test"));
  }

  @Test
  void a_message_carries_its_words_and_its_conversation() {
    server.run(
        "send",
        "message",
        "--to",
        "anna",
        "--from",
        "Bob",
        "--text",
        "Lunch?",
        "--with",
        "room=4",
        "--conversation",
        "team-red",
        "--id",
        "m-1",
        "--alert-for",
        "2h",
        "--keep-for",
        "7d");
    assertHandedIn(
        """
        {"id":"m-1","source":"cli","class":"message","to":["anna"],"alertFor":"PT2H",
         "content":{"text":"Lunch?","data":{"room":"4"},"title":"Bob"},"keepFor":"PT168H",
         "conversation":"team-red"}\
        """);
  }

  @Test
  void a_message_without_a_sender_has_a_conversation_nevertheless() {
    server.run("send", "message", "--to", "anna", "--text", "Hello", "--id", "m-2");
    assertHandedIn(
        """
        {"id":"m-2","source":"cli","class":"message","to":["anna"],
         "content":{"text":"Hello"},"conversation":"cli"}\
        """);
  }

  @Test
  void voicemail_and_missed_calls_are_alerts_with_a_type_of_their_own() {
    server.run("send", "voicemail", "--to", "anna", "--text", "0:42", "--id", "v-1");
    assertHandedIn(
        """
        {"id":"v-1","source":"cli","class":"alert","type":"voicemail","to":["anna"],
         "content":{"text":"0:42"}}\
        """);
    server.run("send", "missed-call", "--to", "anna", "--id", "v-2");
    assertHandedIn(
        """
        {"id":"v-2","source":"cli","class":"alert","type":"missed-call","to":["anna"]}\
        """);
  }

  @Test
  void alerts_changes_and_silent_events_have_what_is_their_own() {
    server.run("send", "alert", "--to", "anna", "--title", "Fire", "--collapse", "f", "--id", "1");
    assertHandedIn(
        """
        {"id":"1","source":"cli","class":"alert","to":["anna"],"content":{"title":"Fire"},
         "collapse":"f"}\
        """);
    server.run("send", "change", "--to", "anna", "--folder", "INBOX", "--id", "2");
    assertHandedIn(
        """
        {"id":"2","source":"cli","class":"change","to":["anna"],"folders":["INBOX"]}\
        """);
    server.run("send", "silent", "--to", "anna", "--type", "config", "--id", "3");
    assertHandedIn(
        """
        {"id":"3","source":"cli","class":"silent","type":"config","to":["anna"]}\
        """);
  }

  @Test
  void without_an_id_each_event_gets_one_of_its_own() {
    server.run("send", "silent", "--to", "anna");
    server.run("send", "silent", "--to", "anna");
    assertEquals(
        2, server.asked().stream().map(it -> it.body().path("id").asText()).distinct().count());
  }

  @Test
  void with_json_the_answer_is_printed_as_it_came() {
    final var ran = server.run("send", "silent", "--to", "anna", "--json");
    assertEquals("stored", Json.read(ran.out()).path("status").asText());
  }

  @Test
  void a_call_is_cancelled_by_its_uuid() {
    server.on(
        "POST /v1/calls/" + CALL + "/cancel",
        200,
        "{'call':'" + CALL + "','event':'e-1','state':'over','end':{'how':'cancelled'}}");
    final var ran = server.run("send", "cancel", CALL);
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("e-1: the caller gave up\n", ran.out());
  }

  @Test
  void a_call_is_ended_by_its_event_saying_where_it_was_answered() {
    server
        .on(
            "GET /v1/events/e-1",
            200,
            "{'event':'e-1','class':'call','call':{'id':'" + CALL + "'}}")
        .on(
            "POST /v1/calls/" + CALL + "/answer-elsewhere",
            200,
            "{'event':'e-1','end':{'how':'answered-elsewhere','where':'desk phone'}}");
    final var ran = server.run("send", "cancel", "e-1", "--answered-elsewhere", "desk phone");
    assertEquals("e-1: answered elsewhere (desk phone)\n", ran.out());
    assertEquals("desk phone", server.lastAsked().body().path("where").asText());
  }

  @Test
  void an_end_before_its_call_is_said_to_wait_and_not_to_ring() {
    for (final String how : List.of("cancel", "answer-elsewhere")) {
      server.on(
          "POST /v1/calls/" + CALL + "/" + how,
          202,
          "{'event':'e-9','sequence':9,'status':'stored'}");
    }
    final var expected =
        "e-9: no call with this UUID is known yet; its end waits ten minutes for it\n";
    assertEquals(expected, server.run("send", "cancel", CALL).out());
    assertEquals(
        expected, server.run("send", "cancel", CALL, "--answered-elsewhere", "desk phone").out());
  }

  @Test
  void what_is_no_call_cannot_be_cancelled() {
    server.on("GET /v1/events/e-2", 200, "{'event':'e-2','class':'message'}");
    final var ran = server.run("send", "cancel", "e-2");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("not a call"), ran.err());
  }

  @Test
  void a_wrong_duration_is_refused_before_anything_is_sent() {
    final var ran = server.run("send", "call", "--to", "anna", "--rings", "soon");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("\"soon\" is no duration"), ran.err());
    assertTrue(server.asked().isEmpty());
  }

  private void assertHandedIn(final String expected) {
    final JsonNode body = server.lastAsked().body();
    assertEquals("POST /v1/events", server.lastAsked().what());
    assertEquals(Json.read(expected), body);
  }
}
