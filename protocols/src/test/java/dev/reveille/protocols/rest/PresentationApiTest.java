package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.SecretStore.Right;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How an app's events are shown, over the API.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PresentationApiTest {
  private static final String WHERE = "/v1/apps/com.example.phone/presentation";
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeEach
  void app() {
    caller.put("/v1/apps/com.example.phone", "{\"bundleId\":\"com.example.phone\"}");
    caller.delete(WHERE);
  }

  @AfterAll
  void close() {
    api.close();
  }

  private static String json(final String text) {
    return text.replace('\'', '"');
  }

  @Test
  void languages_are_kept_in_one_spelling_and_given_once() {
    final var kept =
        caller.put(
            WHERE,
            json(
                "{'defaultLocale':'pt_br','styles':{'alert':{'words':{'PT-BR':{'body':'Oi'},"
                    + "'zh_hant':{'body':'x'}}}}}"));
    assertEquals(200, kept.status(), () -> kept.whole().body());
    assertEquals("pt-BR", kept.text("/defaultLocale"));
    assertEquals("Oi", kept.text("/styles/alert/words/pt-BR/body"));
    assertEquals("x", kept.text("/styles/alert/words/zh-Hant/body"));

    final var twice =
        caller.put(
            WHERE,
            json(
                "{'defaultLocale':'en','styles':{'alert':{'words':{'en':{'body':'a'},"
                    + "'EN':{'body':'b'}}}}}"));
    assertTrue(ApiUnderTest.is(twice, Reason.MALFORMED), () -> twice.whole().body());
    assertEquals("styles.alert.words.EN: is given twice", twice.text("/detail"));
  }

  @Test
  void it_is_kept_versioned_and_comes_back_as_it_was() {
    final var wanted =
        json(
            "{'defaultLocale':'en','styles':{'alert/voicemail':{'sound':'','badge':false,"
                + "'titleKey':'VM','titleArgs':['{text}'],'bodyKey':'VM_BODY'},"
                + "'message':{'sound':'ping.caf','category':'MSG','interruption':'time-sensitive',"
                + "'channel':'chat','thread':'{conversation}','image':'{data.image}','words':{"
                + "'de':{'body':'{text}','placeholder':'Neue Nachricht'},"
                + "'en':{'title':'{title}','body':'{text}'}}}},");
    final var first = caller.put(WHERE, wanted.substring(0, wanted.length() - 1) + "}");
    assertEquals(200, first.status(), () -> first.whole().body());
    assertTrue(first.whole().body().startsWith(wanted), () -> first.whole().body());
    assertEquals(first.body(), caller.get(WHERE).body());
    assertEquals(
        200,
        caller.put(WHERE, first.whole().body(), "If-Match", first.header("etag")).status(),
        "an answer can be sent back");
    assertTrue(
        ApiUnderTest.is(
            caller.put(WHERE, first.whole().body(), "If-Match", first.header("etag")),
            Reason.CHANGED_MEANWHILE),
        "but not over another client's change");
    assertEquals(204, caller.delete(WHERE).status());
    assertTrue(ApiUnderTest.is(caller.get(WHERE), Reason.NOT_FOUND));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'styles':{'message':{'words':{'en':{'body':'{txet}'}}}},'defaultLocale':'en'} |"
            + " styles.message.words.en.body: there is no {txet} here",
        "{'styles':{'message':{'words':{'en':{'body':'x'}}}}} | defaultLocale: is missing",
        "{'styles':{'message':{'words':{'de':{'body':'x'}}}},'defaultLocale':'en'} | lack the"
            + " default locale en",
        "{'styles':{'message':{'sounds':'x'}}} | sound",
        "{'styles':{'message':{'titleArgs':['x']}}} | styles.message.titleArgs: go with titleKey",
        "{'styles':{'massage':{'sound':'x'}}} | styles.massage: there are call, call-end, message"
            + " and alert",
        "{'styles':{'message':{'thread':'{type}{type}{type}{type}{type}{type}{type}{type}{type}'}}}"
            + " | styles.message.thread: has 9 places to be filled, at most 8 are possible",
        "{'styles':{'alert':{'words':{'en':{'body':"
            + "'{type}{type}{type}{type}{type}{type}{type}{type}{type}'}}}},'defaultLocale':'en'}"
            + " | styles.alert.words.en.body: has 9 places to be filled, at most 8 are possible",
        "{'defaultLocale':'en'} | styles: is missing"
      })
  void mistakes_are_refused_with_their_place(final String body, final String words) {
    final var answer = caller.put(WHERE, json(body));
    assertEquals(400, answer.status(), () -> answer.whole().body());
    assertTrue(
        answer.text("/detail").contains(words), () -> answer.text("/detail") + " said " + words);
    assertTrue(ApiUnderTest.is(caller.get(WHERE), Reason.NOT_FOUND), "nothing was kept");
  }

  @Test
  void words_that_can_never_fit_a_push_are_refused_with_their_sum() {
    final var types = "{type} ".repeat(8);
    final var long1000 = "ä".repeat(900);
    final var chinese = "中".repeat(900);
    for (final var one :
        new String[][] {
          {
            "'words':{'en':{'body':'x','placeholder':'" + types + "'}}",
            "styles.message.words.en.placeholder: has up to 3080 bytes"
          },
          {
            "'words':{'en':{'body':'x','placeholder':'" + "{type} ".repeat(9) + "'}}",
            "styles.message.words.en.placeholder: has 9 places to be filled"
          },
          {
            "'words':{'en':{'title':'" + long1000 + "','body':'" + chinese + "'}}",
            "styles.message.words.en: title and body have 1800 + 2700 = 4500 bytes"
          },
          {
            "'bodyKey':'B','bodyArgs':['" + chinese + "','" + chinese + "']",
            "styles.message.bodyArgs: title and body have 0 + 5401 = 5401 bytes"
          },
          {
            "'bodyKey':'B','placeholderKey':'P','placeholderArgs':['" + chinese + "']",
            "styles.message.placeholderArgs: has up to 2701 bytes"
          }
        }) {
      final var answer =
          caller.put(WHERE, json("{'defaultLocale':'en','styles':{'message':{" + one[0] + "}}}"));
      assertEquals(400, answer.status(), () -> answer.whole().body());
      assertTrue(answer.text("/detail").startsWith(one[1]), () -> answer.text("/detail"));
      assertTrue(ApiUnderTest.is(caller.get(WHERE), Reason.NOT_FOUND), "nothing was kept");
    }
    assertEquals(
        200,
        caller
            .put(
                WHERE,
                json(
                    "{'defaultLocale':'en','styles':{'message':{'words':{'en':{'title':'{text}',"
                        + "'body':'{title} {text} {text}','placeholder':'{type} {unread}'}}}}}"))
            .status(),
        "what fills them is shortened");
  }

  @Test
  void only_the_publisher_may_say_how_an_app_looks() {
    final var stranger = api.caller(ApiUnderTest.OTHER, Right.values());
    assertTrue(ApiUnderTest.is(stranger.put(WHERE, "{\"styles\":{}}"), Reason.NOT_FOUND));
    assertTrue(ApiUnderTest.is(stranger.get(WHERE), Reason.NOT_FOUND));
  }
}
