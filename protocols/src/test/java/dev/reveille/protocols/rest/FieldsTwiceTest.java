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

/// A field that is given twice is refused with its path in every body; one that says `null` is as
/// good as left out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldsTwiceTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void people() {
    caller.put("/v1/users/anna", "{}");
    caller.put("/v1/apps/com.example.phone", "{}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST  | /v1/keys                                  | {"note":"a","note":"b"}                  | note
          PUT   | /v1/users/anna                            | {"site":"a","site":null}                 | site
          PATCH | /v1/settings/push-notification/global     | {"values":{"apple":true,"apple":false}}  | values.apple
          PUT   | /v1/users/anna/protection                 | {"ringLimit":{"rings":1,"rings":2}}      | ringLimit.rings
          PUT   | /v1/apps/com.example.phone/presentation   | {"styles":{"message":{"words":{"en":{"body":"a","body":"b"}}}}} | styles.message.words.en.body
          PUT   | /v1/apps/com.example.phone/presentation   | {"styles":{"message":{"titleArgs":[{"a":1,"a":2}]}}} | styles.message.titleArgs[0].a
          """)
  void in_a_small_body(
      final String method, final String path, final String body, final String twice) {
    final var reply = caller.send(method, path, body);
    assertTrue(ApiUnderTest.is(reply, Reason.MALFORMED), () -> reply.whole().body());
    assertEquals(twice + ": is there twice", reply.text("/detail"));
  }

  @Test
  void a_value_for_the_app_that_is_null_is_left_out() {
    final var reply =
        caller.event(
            """
            {"id":"nulls","source":"chat","class":"message","to":["anna"],"conversation":"c",
             "content":{"title":"t","data":{"k":null,"l":"1","m":null}}}\
            """);
    assertEquals(202, reply.status(), () -> reply.whole().body());
    final var event = caller.get("/v1/events?source=chat&id=nulls");
    assertEquals("{\"l\":\"1\"}", event.body().at("/content/data").toString());
  }

  @Test
  void texts_of_a_message_may_hold_any_character() {
    final var reply =
        caller.event(
            """
            {"id":"controls","source":"chat","class":"message","to":["anna"],"conversation":"c",
             "content":{"title":"a\\u001b[2J","text":"two\\nlines \\u202e","data":{"k":"\\u0007"}}}\
            """);
    assertEquals(202, reply.status(), () -> reply.whole().body());
  }
}
