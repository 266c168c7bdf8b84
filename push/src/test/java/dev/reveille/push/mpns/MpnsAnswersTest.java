package dev.reveille.push.mpns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.TryAgain;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each row of the table, played over a socket.
final class MpnsAnswersTest {
  private static final String ID = "00000000-0000-0000-0000-00000000beef";
  private static final String STATE =
      " X-DeviceConnectionStatus: Connected, X-SubscriptionStatus: Active";

  /// What becomes of each row's answer; a row for any word is played with one.
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("200 -", "handed-over " + ID + STATE),
          Map.entry("200 Received", "handed-over " + ID + STATE),
          Map.entry("200 QueueFull", "try-again DEVICE_THROTTLED 200 QueueFull" + STATE),
          Map.entry("200 Suppressed", "refused NOT_SHOWN Nothing 200 Suppressed" + STATE),
          Map.entry("400 *", "refused BAD_REQUEST Nothing 400 Dropped" + STATE),
          Map.entry("401 *", "refused TOKEN_WRONG_SENDER Doubted 401 Dropped" + STATE),
          Map.entry("404 *", "refused TOKEN_RETIRED Gone 404 Dropped" + STATE),
          Map.entry("405 *", "refused BAD_REQUEST Nothing 405 Dropped" + STATE),
          Map.entry("406 *", "try-again DEVICE_THROTTLED 406 Dropped" + STATE),
          Map.entry("412 *", "try-again DEVICE_THROTTLED 412 Dropped" + STATE),
          Map.entry("503 *", "try-again SERVICE_UNAVAILABLE 503 Dropped" + STATE));

  @AutoClose private static final WindowsStage stage = MpnsStage.open();

  @BeforeEach
  void fresh() {
    stage.channels.says(MpnsStage.TAKEN);
    stage.fresh(MpnsStage.NOTHING);
  }

  static List<String> rows() throws Exception {
    return AnswerRows.of(MpnsService.class);
  }

  private static void says(final int status, final String word) {
    stage.channels.says(
        WindowsStage.answer(
            status,
            (word.equals("-") ? "" : "X-NotificationStatus: " + word + "\r\n")
                + "X-DeviceConnectionStatus: Connected\r\nX-SubscriptionStatus: Active\r\n"
                + "X-MessageID: "
                + ID
                + "\r\n"));
  }

  @Test
  void every_row_is_played() throws Exception {
    assertEquals(new TreeSet<>(EXPECTED.keySet()), new TreeSet<>(rows()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void every_answer_has_its_meaning(final String row) throws Exception {
    says(Integer.parseInt(row.substring(0, 3)), row.substring(4).replace("*", "Dropped"));
    assertEquals(
        EXPECTED.get(row),
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
  }

  @ParameterizedTest
  @CsvSource({"200, QueueFull, PT2M", "406, Dropped, PT1H", "412, Dropped, PT1H"})
  void what_may_be_repeated_seldom_waits(final int status, final String word, final Duration least)
      throws Exception {
    says(status, word);
    final var before = stage.clock.instant();
    final var again =
        assertInstanceOf(
            TryAgain.class, stage.send(stage.push(WindowsStage.notice("Anna", "Hello"))));
    assertTrue(!again.notBefore().isBefore(before.plus(least)), again.toString());
    assertTrue(again.notBefore().isBefore(before.plus(least).plusSeconds(20)), again.toString());
  }

  @Test
  void a_phone_that_is_away_for_a_while_is_noted_with_the_push() throws Exception {
    assertEquals(
        "handed-over "
            + ID
            + " X-DeviceConnectionStatus: TempDisconnected, X-SubscriptionStatus: Active",
        SenderStage.told(stage.send(stage.push(WindowsStage.notice("Anna", "Hello")))));
  }

  @Test
  void a_channel_that_is_not_the_certificates_does_not_hold_up_others() throws Exception {
    says(401, "-");
    stage.send(stage.push(WindowsStage.notice("Anna", "Hello")));
    assertEquals(List.of(Reason.TOKEN_WRONG_SENDER), stage.alerts);
    stage.channels.says(MpnsStage.TAKEN);
    stage.sent(stage.push(WindowsStage.notice("Anna", "Hello")));
  }
}
