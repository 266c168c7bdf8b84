package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What callers and senders wrote, on the operator's screen.
class TerminalEscapingTest {
  /// Clears the screen, sets the window's title, forges a line of a story, turns an order round.
  private static final String EVIL =
      "X\u001b[2J\u001b]0;owned\u0007\r\n"
          + "   +1 ms  The app says that it has it.\u202e\u2066\u0085\u2028";

  private static final String SHOWN =
      "X\\u001b[2J\\u001b]0;owned\\u0007\\r\\n   +1 ms  The app says that it has"
          + " it.\\u202e\\u2066\\u0085\\u2028";

  @AutoClose private final StubServer server = new StubServer();

  private static String json(final String text) {
    return Json.object().put("x", text).path("x").toString();
  }

  private void answers(final String what, final String body) {
    server.on(what, 200, body.replace("EVIL", json(EVIL).replace("\"", "'")));
  }

  private static void assertTame(final String printed) {
    final var wild =
        printed
            .chars()
            .filter(c ->
                c != '\n'
                    && (Character.isISOControl(c)
                        || c >= 0x2028 && c <= 0x202E
                        || c >= 0x2066 && c <= 0x2069))
            .count();
    assertEquals(0, wild, printed);
  }

  @Test
  void a_story_tells_names_and_texts_on_its_own_lines() {
    answers(
        "GET /v1/events/e-1/trail",
        """
        {'event':{'event':'e-1','acceptedAt':'2026-03-01T12:00:00Z','source':EVIL,'id':'1',
        'class':'message','type':EVIL,'to':['anna'],'call':{'caller':{'name':EVIL,'address':EVIL}},
        'content':{'title':EVIL,'text':EVIL},'folders':[EVIL]},'settled':true,'notNotified':[],
        'devices':[{'user':'anna','installation':'i-1','at':'2026-03-01T12:00:00Z','known':{},
        'decision':'live'}]}\
        """);

    final var ran = server.run("explain", "e-1");

    assertEquals(0, ran.exitCode(), ran.err());
    assertTame(ran.out());
    assertTrue(ran.out().contains("The caller: " + SHOWN + " <" + SHOWN + ">"), ran.out());
    assertTrue(ran.out().contains("It says: " + SHOWN + " | " + SHOWN), ran.out());
    assertFalse(ran.out().lines().anyMatch(line -> line.startsWith("   +1 ms")), ran.out());
  }

  @Test
  void a_table_keeps_its_rows() {
    answers(
        "GET /v1/keys",
        "{'keys':[{'id':'k_1','rights':['send'],'madeAt':'2026-03-01T12:00:00Z','note':EVIL}]}");
    final var ran = server.run("keys");
    assertTame(ran.out());
    assertEquals(2, ran.out().lines().count(), ran.out());
  }

  @Test
  void an_inbox_shows_each_entry_on_its_own_line() {
    answers(
        "GET /v1/users/anna/inbox",
        """
        {'entries':[{'event':{'event':'e-1','type':EVIL,'content':{'title':EVIL,'text':EVIL}},
        'marks':[]}]}\
        """);
    final var ran = server.run("users", "inbox", "anna");
    assertTame(ran.out() + ran.err());
    assertEquals(3, ran.out().split("owned", -1).length - 1, ran.out());
  }

  @Test
  void an_error_says_it_in_two_lines() {
    server.on(
        "GET /v1/users/x",
        400,
        "{'title':EVIL,'detail':EVIL,'remedy':EVIL,'code':'RV-101'}"
            .replace("EVIL", json(EVIL).replace("\"", "'")));
    final var ran = server.run("users", "show", "x");
    assertEquals(1, ran.exitCode());
    assertTame(ran.err());
    assertEquals(2, ran.err().lines().count(), ran.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "devices", "apps", "keys"})
  void lists_are_tame(final String list) {
    final var device =
        "{'id':EVIL,'app':EVIL,'platform':EVIL,'users':[EVIL],'addresses':[],'attributes':{EVIL:EVIL},"
            + "'live':{'channelOpen':false,'state':EVIL},'name':EVIL,'site':EVIL,'bundleId':EVIL,"
            + "'credentials':[EVIL],'note':EVIL,'rights':[EVIL]}";
    for (final var address :
        List.of("/v1/users?limit=1000", "/v1/installations?limit=1000", "/v1/apps", "/v1/keys")) {
      answers(
          "GET " + address,
          ("{'users':[D],'installations':[D],'apps':[D],'keys':[D]}").replace("D", device));
    }
    final var ran = server.run(list);
    assertTame(ran.out() + ran.err());
    assertTrue(ran.out().contains(SHOWN), ran.out() + ran.err());
  }

  @Test
  void json_is_as_it_came() {
    answers("GET /v1/keys", "{'keys':[{'id':'k_1','note':EVIL}]}");
    final JsonNode printed = Json.read(server.run("keys", "--json").out());
    assertEquals(EVIL, printed.at("/keys/0/note").asText());
  }

  @Test
  void a_presentation_can_be_handed_in_again_as_it_was_shown() {
    answers("GET /v1/apps/a/presentation", "{'styles':{'message':{'sound':EVIL}}}");
    final var ran = server.run("apps", "presentation", "a");
    assertTame(ran.out());
    assertEquals(EVIL, Json.read(ran.out()).at("/styles/message/sound").asText());
  }

  @Test
  void what_was_typed_is_shown_tamely_too() {
    final var ran = server.run(Path.of("nowhere"), "users", "remove", EVIL);
    assertTame(ran.out() + ran.err());
  }
}
