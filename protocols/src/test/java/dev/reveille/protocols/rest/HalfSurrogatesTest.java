package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An unpaired surrogate, which JSON can write and no encoding can carry.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HalfSurrogatesTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void anna() {
    caller.put("/v1/users/anna", "{}");
    caller.put("/v1/apps/phone", "{}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  @Test
  void in_free_text_it_becomes_the_replacement_character_when_it_is_read() {
    final var stored =
        caller.event(
            "{\"source\":\"s\",\"id\":\"1\",\"class\":\"message\",\"conversation\":\"c\","
                + "\"to\":[\"anna\"],\"content\":{\"title\":\"a\\ud800b\",\"text\":\"\\udc00\\ud83d\\ude00\","
                + "\"data\":{\"k\":\"v\\ud800\"}}}");
    assertEquals(202, stored.status(), () -> stored.whole().body());

    final var content = caller.get("/v1/events/" + stored.text("/event")).body().path("content");
    assertEquals("a\uFFFDb", content.path("title").asText());
    assertEquals("\uFFFD\uD83D\uDE00", content.path("text").asText());
    assertEquals("v\uFFFD", content.path("data").path("k").asText());
    final var call =
        caller.event(
            "{\"source\":\"s\",\"id\":\"2\",\"class\":\"call\",\"to\":[\"anna\"],\"call\":{\"id\":"
                + "\"00000000-0000-0000-0000-00000000aa01\",\"caller\":{\"name\":\"\\ud800\","
                + "\"address\":\"sip:\\udfff\"}}}");
    final var caller1 = caller.get("/v1/events/" + call.text("/event")).body().at("/call/caller");
    assertEquals("\uFFFD", caller1.path("name").asText());
    assertEquals("sip:\uFFFD", caller1.path("address").asText());
    final var key = caller.post("/v1/keys", "{\"rights\":[\"send\"],\"note\":\"x\\ud800\"}");
    assertEquals("x\uFFFD", key.text("/note"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT /v1/users/half|{'addresses':['\\ud800']}",
        "PUT /v1/users/half|{'site':'\\udc00x'}",
        "PUT /v1/apps/phone|{'organisations':['\\ud800']}",
        "POST /v1/users/anna/codes|{'app':'\\ud800'}",
        "POST /v1/events|{'source':'\\ud800','id':'1','class':'silent','to':['anna']}",
        "POST /v1/events|{'source':'s','id':'\\ud800','class':'silent','to':['anna']}",
        "POST /v1/events|{'source':'s','id':'3','type':'\\ud800','class':'silent','to':['anna']}",
        "POST /v1/events|{'source':'s','id':'3','collapse':'\\ud800','class':'silent','to':['anna']}",
        "POST /v1/events|{'source':'s','id':'3','class':'message','conversation':'\\ud800','to':['anna']}",
        "PUT /v1/settings/push-notification/global|{'values':{'apple':['\\ud800']}}",
      })
  void as_a_name_it_is_refused(final String to, final String body) {
    final var words = to.split(" ", 2);
    final var reply = caller.send(words[0], words[1], body.replace('\'', '"'));
    assertTrue(ApiUnderTest.is(reply, Reason.MALFORMED), () -> reply.whole().body());
  }
}
