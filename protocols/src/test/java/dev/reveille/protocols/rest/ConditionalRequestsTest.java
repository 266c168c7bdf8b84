package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Entity tags as RFC 9110 §13.1 has them: weak ones, lists and `*`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConditionalRequestsTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void people() {
    caller.put("/v1/users/anna", "{}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  private String ring() {
    final var uuid = UUID.randomUUID();
    final var rung =
        caller.event(
            """
            {"id":"%s","source":"pbx","class":"call","to":["anna"],"call":{"id":"%s"}}\
            """
                .formatted(uuid, uuid));
    assertEquals(202, rung.status(), () -> rung.whole().body());
    return "/v1/calls/" + uuid;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ringing-0\"",
        "W/\"ringing-0\"",
        "\"foo\", \"ringing-0\"",
        "\"foo,bar\",,W/\"ringing-0\" , \"x\"",
        "*"
      })
  void what_the_asker_knows_of_a_call_is_not_told_again(final String known) {
    final var call = ring();
    assertEquals(304, caller.get(call, "If-None-Match", known).status());
    assertEquals(304, caller.get(call + "?wait=1", "If-None-Match", known).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"over\"", "W/\"over\"", "\"ringing-1\", \"over\"", "\"W/ringing-0\""})
  void what_the_asker_does_not_know_is_told_at_once(final String known) {
    final var call = ring();
    assertEquals(200, caller.get(call + "?wait=60", "If-None-Match", known).status());
  }

  @Test
  void several_fields_are_one_list() {
    final var call = ring();
    assertEquals(
        304,
        caller.get(call, "If-None-Match", "\"foo\"", "If-None-Match", "W/\"ringing-0\"").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ringing-0", "\"ringing-0", "\"a\" \"b\"", "w/\"ringing-0\"", "*, \"a\""})
  void what_is_no_entity_tag_is_refused_by_its_name(final String known) {
    final var reply = caller.get(ring() + "?wait=60", "If-None-Match", known);
    assertTrue(ApiUnderTest.is(reply, Reason.MALFORMED), () -> reply.whole().body());
    assertTrue(reply.text("/detail").startsWith("If-None-Match: "), reply.text("/detail"));
  }

  @Test
  void a_setting_is_changed_from_a_version_that_a_proxy_made_weak() {
    final var setting = "/v1/settings/push-notification/site:weak";
    final var first = caller.put(setting, "{\"values\":{\"apple\":true}}");
    final var one = first.header("etag");
    final var two =
        caller
            .put(setting, "{\"values\":{\"apple\":false}}", "If-Match", "W/" + one)
            .header("etag");

    assertEquals(412, caller.put(setting, "{\"values\":{}}", "If-Match", "W/" + one).status());
    assertEquals(
        412, caller.put(setting, "{\"values\":{}}", "If-Match", "\"98\", " + one).status());
    assertEquals(
        200, caller.put(setting, "{\"values\":{}}", "If-Match", one + ", W/" + two).status());
  }

  @Test
  void who_wants_to_create_only_replaces_nothing() {
    caller.put("/v1/users/dora", "{}");
    final var reply = caller.put("/v1/users/dora", "{}", "If-None-Match", " * ");
    assertEquals("RV-111", reply.code());
  }
}
