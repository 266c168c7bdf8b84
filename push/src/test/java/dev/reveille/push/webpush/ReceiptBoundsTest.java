package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.Until;
import dev.reveille.model.Lane;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.browser.ReceiptMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What one origin, or many that devices name, can take of the receipts of others.
final class ReceiptBoundsTest {
  private static final PublicUrl STRANGER = PublicUrl.of("https://stranger.example.org/r/1");
  private static final PublicUrl OTHER = PublicUrl.of("https://push.example.org/r/1");

  private static PushReceipts.Limits limits(final int messages, final int connections) {
    final var usual = ReceiptStage.LIMITS;
    return new PushReceipts.Limits(
        messages,
        connections,
        usual.grace(),
        usual.askedAgain(),
        usual.probe(),
        usual.linger(),
        usual.pingEvery(),
        usual.firstRetry(),
        usual.longestRetry());
  }

  private static PushReceipts.Waiting message(final long event, final Duration life) {
    final long now = System.nanoTime();
    return new PushReceipts.Waiting(
        new WorkKey(event, new TargetKey("i-1")), Lane.NORMAL, 1, now, now + life.toNanos());
  }

  @Test
  void a_forgotten_origin_takes_nothing_more() {
    try (var stage = new ReceiptStage(ReceiptMode.NONE, ReceiptStage.LIMITS)) {
      final var origin = new ReceiptOrigin(stage.receipts);
      final var hour = message(1, Duration.ofHours(1));
      assertTrue(origin.retiresIfIdle());
      assertEquals(ReceiptOrigin.Wait.RETIRED, origin.waitFor(OTHER, "/m/1", hour));
      assertEquals(0, stage.receipts.waiting());
      assertEquals(0, stage.receipts.connections());
      final var used = new ReceiptOrigin(stage.receipts);
      assertEquals(ReceiptOrigin.Wait.DONE, used.waitFor(OTHER, "/m/1", hour));
      assertFalse(used.retiresIfIdle(), "something waits there");
      used.close();
    }
  }

  @Test
  void receipts_that_came_early_and_are_claimed_are_no_flood() {
    try (var stage = new ReceiptStage(ReceiptMode.NONE, ReceiptStage.LIMITS)) {
      final var origin = new ReceiptOrigin(stage.receipts);
      for (int i = 0; i < 1_200; i++) {
        origin.answered("/m/" + i, 204);
        origin.waitFor(OTHER, "/m/" + i, message(i, Duration.ofHours(1)));
      }
      assertEquals(1_200, stage.told.size(), "each was remembered until its answer came");
      assertEquals(0, stage.count("unexpected"));
      assertEquals(0, stage.receipts.waiting());
      origin.answered("/m/never", 204);
      stage.pass(Duration.ofSeconds(11));
      origin.sweep();
      assertEquals(1, stage.count("unexpected"));
      origin.close();
    }
  }

  @Test
  void an_origin_that_has_all_places_gives_some_to_another() {
    try (var stage = new ReceiptStage(ReceiptMode.NONE, limits(4, 16))) {
      for (int i = 0; i < 6; i++) {
        stage.receipts.waitFor(STRANGER, STRANGER, "/m/" + i, message(i, Duration.ofMinutes(5)));
      }
      assertEquals(4, stage.receipts.waiting());
      for (int i = 0; i < 2; i++) {
        stage.receipts.waitFor(OTHER, OTHER, "/m/" + i, message(9, Duration.ofHours(1)));
      }
      assertEquals(4, stage.receipts.waiting());
      assertEquals(4, stage.count("missing"));
      stage.pass(Duration.ofMinutes(6)); // the life of the stranger's
      stage.waiting(2);
    }
  }

  @Test
  void a_receipt_is_awaited_for_as_long_as_the_caller_lets_its_message_live() {
    assertEquals(7_200, WebPushMessage.seconds("7200", 60));
    assertEquals(Duration.ofDays(28).toSeconds(), WebPushMessage.seconds("99999999", 60));
    assertEquals(60, WebPushMessage.seconds("soon", 60));
  }

  @Test
  void a_quiet_connection_gives_its_place_to_an_origin_that_has_none() throws Exception {
    try (var stage = new ReceiptStage(ReceiptMode.NEVER, limits(10_000, 1))) {
      stage.push();
      Until.holds(() -> stage.receipts.connections() == 1, "receipts are awaited");
      stage.receipts.waitFor(OTHER, OTHER, "/m/1", message(2, Duration.ofHours(1)));
      stage.waiting(2);
      assertEquals(1, stage.receipts.connections(), "it was used a moment ago");
      stage.pass(Duration.ofMinutes(2));
      Until.holds(() -> stage.receipts.connections() == 0, "its place is given away");
      stage.waiting(2);
    }
  }
}
