package dev.reveille.push.wns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.push.SenderStage;
import dev.reveille.push.windows.AnswerRows;
import dev.reveille.push.windows.WindowsStage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each row of the table, played over a socket, and the access tokens behind it.
final class WnsAnswersTest {
  /// What becomes of each row's answer; a row for any word is played with one.
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("200 -", "handed-over M1 X-WNS-Debug-Trace: D1"),
          Map.entry("200 received", "handed-over M1 X-WNS-Debug-Trace: D1"),
          Map.entry(
              "200 dropped",
              "refused NOT_SHOWN Nothing 200 dropped X-WNS-Msg-ID: M1, X-WNS-Debug-Trace: D1"),
          Map.entry(
              "200 channelthrottled",
              "try-again DEVICE_THROTTLED 200 channelthrottled X-WNS-Msg-ID: M1, X-WNS-Debug-Trace:"
                  + " D1"),
          Map.entry("400 *", "refused BAD_REQUEST Nothing 400 dropped" + why()),
          Map.entry(
              "401 *",
              "withheld CREDENTIALS_EXPIRED 401 dropped" + why() + ", then 401 dropped" + why()),
          Map.entry("403 *", "refused TOKEN_WRONG_SENDER Doubted 403 dropped" + why()),
          Map.entry("404 *", "refused TOKEN_RETIRED Gone 404 dropped" + why()),
          Map.entry("405 *", "refused BAD_REQUEST Nothing 405 dropped" + why()),
          Map.entry("406 *", "try-again SERVICE_THROTTLED 406 dropped" + why()),
          Map.entry("410 *", "refused TOKEN_RETIRED Gone 410 dropped" + why()),
          Map.entry(
              "413 *",
              "refused PAYLOAD_TOO_LARGE Nothing 413 dropped"
                  + why()
                  + ", then 413 dropped"
                  + why()),
          Map.entry("500 *", "try-again SERVICE_UNAVAILABLE 500 dropped" + why()),
          Map.entry("503 *", "try-again SERVICE_UNAVAILABLE 503 dropped" + why()));

  @AutoClose private static final WindowsStage stage = WnsStage.open();

  private static String why() {
    return " X-WNS-Error-Description: it says why, X-WNS-Msg-ID: M1, X-WNS-Debug-Trace: D1";
  }

  @BeforeEach
  void fresh() {
    stage.channels.says(WnsStage.TAKEN);
    stage.tokens.asked.clear();
    stage.fresh(WnsStage.store(stage));
  }

  static List<String> rows() throws Exception {
    return AnswerRows.of(WnsService.class);
  }

  @Test
  void every_row_is_played() throws Exception {
    assertEquals(new TreeSet<>(EXPECTED.keySet()), new TreeSet<>(rows()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void every_answer_has_its_meaning(final String row) throws Exception {
    final int status = Integer.parseInt(row.substring(0, 3));
    final var word = row.substring(4).replace("*", "dropped");
    stage.channels.says(
        WindowsStage.answer(
            status,
            (word.equals("-") ? "" : "X-WNS-NotificationStatus: " + word + "\r\n")
                + (status == 200 ? "" : "X-WNS-Error-Description: it says why\r\n")
                + "X-WNS-Debug-Trace: D1\r\nX-WNS-Msg-ID: M1\r\n"));
    assertEquals(
        EXPECTED.get(row),
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
  }

  @Test
  void what_the_service_says_of_the_device_is_in_the_trail_word_for_word() throws Exception {
    assertEquals(
        "handed-over 5C5A1D0E2F X-WNS-DeviceConnectionStatus: connected, X-WNS-Debug-Trace:"
            + " DB5SCH101, MS-CV: a.b.0",
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
  }

  @Test
  void the_older_header_and_other_letters_say_the_same() throws Exception {
    stage.channels.says(WindowsStage.answer(200, "X-WNS-Status: Dropped\r\n"));
    assertEquals(
        "refused NOT_SHOWN Nothing 200 dropped",
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
  }

  @Test
  void endless_words_and_foreign_letters_do_not_reach_the_trail() throws Exception {
    stage.channels.says(
        WindowsStage.answer(
            400, "X-WNS-Error-Description: a\tb\u00E9" + "c".repeat(3_000) + "\r\n"));
    final var told = SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello"))));
    assertTrue(told.contains("X-WNS-Error-Description: a?b?ccc"), told);
    assertTrue(told.length() < 250, told);
  }

  @Test
  void a_moment_that_the_service_names_is_kept() throws Exception {
    stage.channels.says(WindowsStage.answer(406, "Retry-After: 120\r\n"));
    final var before = stage.clock.instant();
    final var again =
        assertInstanceOf(
            TryAgain.class, stage.send(stage.push(WindowsStage.notice("Anna", "Hello"))));
    assertEquals(ServiceReply.MOMENT, again.reply());
    assertTrue(!again.notBefore().isBefore(before.plusSeconds(120)), again.toString());
    assertEquals(List.of(Reason.SERVICE_THROTTLED), stage.alerts);
  }

  // ---- access tokens ----

  @Test
  void a_stale_token_is_replaced_once_and_the_push_goes_out_again() throws Exception {
    stage.sent(stage.push(WindowsStage.notice("Anna", "Hello")));
    stage.channels.says(WindowsStage.answer(401, ""), WnsStage.TAKEN);
    final var request = stage.sent(stage.push(WindowsStage.notice("Anna", "again")));
    assertEquals("Bearer token-2", WindowsStage.header(request, "authorization"));
    assertEquals(2, stage.tokens.asked.size());
    assertEquals(3, stage.channels.requests.size());
  }

  @Test
  void a_new_token_that_is_refused_too_is_the_end() throws Exception {
    stage.channels.says(WindowsStage.answer(401, ""));
    assertEquals(
        "withheld CREDENTIALS_EXPIRED 401, then 401",
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
    assertEquals(2, stage.channels.requests.size());
    assertEquals(2, stage.tokens.asked.size());
  }

  @Test
  void the_store_is_asked_in_its_words() throws Exception {
    stage.sent(stage.push(WindowsStage.notice("Anna", "Hello")));
    final var asked = stage.tokens.asked.getFirst();
    assertEquals("/accesstoken.srf", asked.path());
    assertTrue(
        asked
            .body()
            .matches(
                "grant_type=client_credentials&client_id=ms-app%3A%2F%2Fs-1-15-2-\\d+"
                    + "&client_secret=sec%2Bret%2F%3D&scope=notify\\.windows\\.com"),
        asked.body());
  }

  @Test
  void entra_is_asked_in_its_words() throws Exception {
    final var store = WnsStage.store(stage);
    stage.fresh(
        new dev.reveille.model.Credential.Wns(
            "example.onmicrosoft.com",
            "9a2f4c6e-0000-4000-8000-1234567890ab",
            "~sec.ret",
            "",
            store.endpoint(),
            store.trust()));
    stage.sent(stage.push(WindowsStage.notice("Anna", "Hello")));
    final var asked = stage.tokens.asked.getFirst();
    assertEquals("/example.onmicrosoft.com/oauth2/v2.0/token", asked.path());
    assertEquals(
        "grant_type=client_credentials&client_id=9a2f4c6e-0000-4000-8000-1234567890ab"
            + "&client_secret=%7Esec.ret&scope=https%3A%2F%2Fwns.windows.com%2F.default",
        asked.body());
  }

  @Test
  void a_refused_identity_withholds_the_push_and_alerts() throws Exception {
    final var usual = stage.tokens.answer;
    stage.tokens.answer = _ -> "400 {\"error\":\"invalid_client\",\"error_description\":\"no\"}";
    try {
      assertEquals(
          "withheld CREDENTIALS_REFUSED no access token: 400 invalid_client no",
          SenderStage.told(
              stage.send(
                  stage.push(
                      stage.address(),
                      WindowsStage.notice("Anna", "Hello"),
                      Lane.NORMAL,
                      Duration.ofHours(1)))));
      assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
      assertEquals(List.of(), stage.channels.requests);
    } finally {
      stage.tokens.answer = usual;
    }
  }
}
