package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What users are to be spared, over the API.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtectionApiTest {
  private static final String WHERE = "/v1/users/anna/protection";
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeEach
  void anna() {
    caller.put("/v1/users/anna", "{\"addresses\":[\"sip:anna@example.com\"]}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private static String json(final String text) {
    return text.replace('\'', '"');
  }

  private Reply patch(final String text) {
    return caller.patch(WHERE, json(text));
  }

  @Test
  void everything_is_kept_and_an_answer_can_be_sent_back() {
    final var kept =
        patch(
            "{'doNotDisturbUntil':'2036-01-01T00:00:00Z','quietHours':{'zone':'Europe/Berlin',"
                + "'periods':[{'days':['sun','Mon'],'from':'22:00','to':'07:00'},"
                + "{'from':'13:00','to':'24:00'}]},"
                + "'muted':[{'conversation':'red'},{'conversation':'blue','until':'2036-02-01T00:00:00Z'}],"
                + "'ringLimit':{'rings':3},'letThrough':['sip:Boss@example.com']}");
    assertEquals(200, kept.status(), () -> kept.whole().body());
    assertEquals(
        json(
            "{'doNotDisturb':true,'doNotDisturbUntil':'2036-01-01T00:00:00Z',"
                + "'quietHours':{'zone':'Europe/Berlin','periods':["
                + "{'days':['mon','sun'],'from':'22:00','to':'07:00'},"
                + "{'days':['mon','tue','wed','thu','fri','sat','sun'],'from':'13:00','to':'00:00'}]},"
                + "'muted':[{'conversation':'blue','until':'2036-02-01T00:00:00Z'},"
                + "{'conversation':'red'}],"
                + "'ringLimit':{'rings':3,'window':'PT15M'},'letThrough':['sip:Boss@example.com'],'now':{'silent':true,'code':'RV-316','why':'The"
                + " user does not want to be disturbed now.','until':'2036-01-01T00:00:00Z'}}\n"),
        kept.whole().body());
    final var again = caller.put(WHERE, kept.whole().body());
    assertEquals(kept.body(), again.body());
    assertEquals(kept.body(), caller.get("/v1/users/sip%3Aanna%40example.com/protection").body());
    assertEquals(
        "2036-01-01T00:00:00Z",
        caller.get("/v1/users/anna").text("/preferences/doNotDisturbUntil"),
        "the user shows the same");
  }

  @Test
  void a_patch_leaves_alone_what_it_does_not_name_and_null_takes_away() {
    patch("{'ringLimit':{'rings':2,'window':'PT1H'},'letThrough':['sip:a@b.c']}");
    patch("{'doNotDisturb':true}");
    final var both = caller.get(WHERE);
    assertTrue(both.body().at("/doNotDisturb").asBoolean());
    assertEquals("PT1H", both.text("/ringLimit/window"));
    patch("{'doNotDisturb':false,'ringLimit':null}");
    final var one = caller.get(WHERE);
    assertFalse(one.body().at("/doNotDisturb").asBoolean());
    assertFalse(one.body().has("ringLimit"));
    assertEquals("[\"sip:a@b.c\"]", one.body().path("letThrough").toString());
    caller.put(WHERE, "{}");
    assertEquals("[]", caller.get(WHERE).body().path("letThrough").toString());
  }

  @Test
  void do_not_disturb_for_good_has_no_end_to_show() {
    patch("{'doNotDisturb':true}");
    assertFalse(caller.get(WHERE).body().has("doNotDisturbUntil"));
    final var user = caller.get("/v1/users/anna");
    assertTrue(user.body().at("/preferences/doNotDisturb").asBoolean());
    final var same = caller.put("/v1/users/anna", user.whole().body());
    assertEquals(user.body(), same.body());
  }

  @Test
  void a_user_who_is_put_again_keeps_what_the_body_cannot_say() {
    patch(
        "{'ringLimit':{'rings':2,'window':'PT1H'},'letThrough':['sip:a@b.c'],"
            + "'quietHours':{'zone':'Europe/Berlin','periods':[{'from':'22:00','to':'07:00'}]},"
            + "'muted':[{'conversation':'red','until':'2036-02-01T00:00:00Z'}]}");
    final var before = caller.get(WHERE).body();
    caller.put("/v1/users/anna", caller.get("/v1/users/anna").whole().body());
    assertEquals(before, caller.get(WHERE).body());
    caller.put("/v1/users/anna", "{\"addresses\":[\"sip:anna@example.com\"]}");
    final var after = caller.get(WHERE).body();
    assertEquals(before.path("quietHours"), after.path("quietHours"));
    assertEquals(before.path("ringLimit"), after.path("ringLimit"));
    assertEquals(before.path("letThrough"), after.path("letThrough"));
    assertEquals("[]", after.path("muted").toString(), "what the body could have said is replaced");
  }

  @Test
  void one_conversation_is_muted_and_unmuted_without_the_others() {
    caller.put("/v1/users/anna/muted/red", "{\"for\":\"PT8H\"}");
    caller.put("/v1/users/anna/muted/blue", "");
    final var both = caller.get(WHERE).body().path("muted");
    assertEquals("blue", both.at("/0/conversation").asText());
    assertFalse(both.at("/0").has("until"));
    assertTrue(both.at("/1").has("until"));
    final var left = caller.delete("/v1/users/anna/muted/red");
    assertEquals(1, caller.get(WHERE).body().path("muted").size(), () -> left.whole().body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'quietHours':{'zone':'+02:00','periods':[{'from':'22:00','to':'07:00'}]}} |"
            + " quietHours.zone: must be an IANA time zone like Europe/Berlin",
        "{'quietHours':{'zone':'Mars/Base','periods':[{'from':'22:00','to':'07:00'}]}} | not"
            + " \"Mars/Base\"",
        "{'quietHours':{'zone':'Europe/Berlin','periods':[]}} | 1 to 16 periods",
        "{'quietHours':{'zone':'Europe/Berlin','periods':[{'from':'10pm','to':'07:00'}]}} | from"
            + " must be a time of day like 22:00, not \"10pm\"",
        "{'quietHours':{'zone':'Europe/Berlin','periods':[{'days':['caturday'],'from':'22:00','to':'07:00'}]}}"
            + " | not \"caturday\"",
        "{'quietHours':{'zone':'Europe/Berlin','periods':[{'days':[],'from':'22:00','to':'07:00'}]}}"
            + " | at least one day",
        "{'quietHours':{'zone':'Europe/Berlin','periods':[{'form':'22:00','to':'07:00'}]}} | from",
        "{'ringLimit':{'rings':0}} | ringLimit.rings: must be a whole number from 1 to 100",
        "{'ringLimit':{'window':'PT1H'}} | ringLimit.rings: is missing",
        "{'ringLimit':{'rings':3,'window':'P30D'}} | window must be PT1S to PT24H",
        "{'muted':['red']} | must be an object",
        "{'letThrough':['']} | letThrough[0]",
        "{'doNotDisturb':'yes'} | doNotDisturb: must be true or false, not a text",
        "{'doNotDisturbUntill':true} | doNotDisturbUntil"
      })
  void what_cannot_be_is_refused_with_its_place(final String body, final String words) {
    final var before = caller.get(WHERE).body();
    final var answer = patch(body);
    assertEquals(400, answer.status(), () -> answer.whole().body());
    final var detail = answer.text("/detail");
    assertTrue(detail.contains(words), () -> detail + " should say " + words);
    assertEquals(before, caller.get(WHERE).body());
  }

  @Test
  void a_key_that_only_sends_may_not_look_nor_change() {
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND);
    assertTrue(ApiUnderTest.is(sender.get(WHERE), Reason.NOT_ALLOWED));
    assertTrue(ApiUnderTest.is(sender.patch(WHERE, "{}"), Reason.NOT_ALLOWED));
    assertTrue(ApiUnderTest.is(caller.get("/v1/users/unknown/protection"), Reason.NOT_FOUND));
  }
}
