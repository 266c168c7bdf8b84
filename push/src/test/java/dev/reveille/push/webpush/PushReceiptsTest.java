package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.Until;
import dev.reveille.model.Lane;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.browser.ReceiptMode;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Receipts of Web Push over real connections: asked for where they are, told once, and bounded
/// whatever the service does.
final class PushReceiptsTest {
  private static final Duration PAST_LIFE = Duration.ofMinutes(62);

  private static ReceiptStage stage(final ReceiptMode mode) {
    return new ReceiptStage(mode, ReceiptStage.LIMITS);
  }

  @Test
  void what_the_browser_acknowledges_is_told_of_its_push() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD)) {
      assertTrue(stage.push().endsWith(" (receipt promised)"));
      assertEquals("respond-async", stage.newest().header("prefer"));
      assertEquals("", stage.newest().header("push-receipt"));
      stage.push();
      assertEquals("respond-async", stage.newest().header("prefer"));
      assertTrue(stage.newest().header("push-receipt").startsWith(stage.service.origin() + "/r/"));
      stage.waiting(2);
      try (var _ = stage.online()) {
        assertEquals("1 1 true", stage.next());
        assertEquals("2 1 true", stage.next());
        stage.push();
        assertEquals("3 1 true", stage.next());
      }
      assertEquals(0, stage.receipts.waiting());
      assertEquals(1, stage.receipts.connections());
      assertEquals(3, stage.count("delivered"));
    }
  }

  @Test
  void what_no_browser_took_in_time_is_told_so() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD)) {
      stage.push();
      stage.service.acknowledge(stage.newest().message(), false);
      assertEquals("1 1 false", stage.next());
      assertEquals(1, stage.count("undelivered"));
    }
  }

  @Test
  void a_service_without_receipts_is_asked_once_a_day() throws Exception {
    try (var stage = stage(ReceiptMode.NONE)) {
      assertFalse(stage.push().contains("receipt"));
      assertEquals("respond-async", stage.newest().header("prefer"));
      stage.push();
      assertEquals("", stage.newest().header("prefer"));
      stage.pass(Duration.ofHours(25));
      stage.push();
      assertEquals("respond-async", stage.newest().header("prefer"));
      assertEquals(0, stage.receipts.waiting());
      assertEquals(0, stage.receipts.connections());
    }
  }

  @Test
  void a_push_that_was_not_taken_says_nothing_and_the_next_one_asks() throws Exception {
    try (var stage = stage(ReceiptMode.NONE)) {
      stage.service.fault(Fault.answer(503, "UNAVAILABLE"));
      final var refused = assertThrows(AssertionError.class, stage::push);
      assertTrue(String.valueOf(refused.getMessage()).contains("503"), refused.getMessage());
      stage.push();
      assertEquals("respond-async", stage.newest().header("prefer"));
    }
  }

  @Test
  void a_receipt_that_never_comes_is_not_waited_for_longer_than_the_push_lives() throws Exception {
    try (var stage = stage(ReceiptMode.NEVER)) {
      stage.push();
      stage.waiting(1);
      stage.pass(Duration.ofMinutes(60));
      stage.push();
      stage.waiting(2);
      stage.pass(Duration.ofMinutes(2));
      stage.waiting(1);
      stage.pass(PAST_LIFE);
      stage.waiting(0);
      assertEquals(2, stage.count("missing"));
      Until.holds(() -> stage.receipts.connections() == 0, "its connection is closed");
      assertNull(stage.told.poll());
    }
  }

  @Test
  void receipts_of_foreign_messages_say_nothing() throws Exception {
    try (var stage = stage(ReceiptMode.FOREIGN)) {
      stage.push();
      stage.online().close();
      assertEquals("1 1 true", stage.next());
      assertEquals(0, stage.count("unexpected"), "its answer may still come");
      stage.pass(Duration.ofSeconds(11));
      stage.counts("unexpected", 1);
      assertNull(stage.told.poll());
    }
  }

  @Test
  void a_service_that_floods_loses_the_connection() throws Exception {
    try (var stage = stage(ReceiptMode.FLOOD)) {
      stage.push();
      final long connections = stage.serviceConnections();
      stage.counts("unexpected", 2_000);
      Until.holds(
          () -> stage.serviceConnections() >= connections + 2, "it was cut off and asked again");
      assertEquals(1, stage.receipts.waiting());
      stage.pass(PAST_LIFE);
      stage.waiting(0);
      Until.holds(() -> stage.receipts.connections() == 0, "none is opened any more");
      assertEquals(0, stage.count("delivered"));
    }
  }

  @Test
  void a_receipt_that_comes_before_the_answer_counts() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD);
        var _ = stage.online()) {
      for (int i = 1; i <= 200; i++) { // the browser has it before the sender has the answer
        stage.push();
        assertEquals(i + " 1 true", stage.next());
      }
      assertEquals(0, stage.receipts.waiting());
    }
  }

  @Test
  void a_few_receipts_are_remembered_until_their_answer_comes() {
    try (var stage = stage(ReceiptMode.NONE)) {
      final var origin = new ReceiptOrigin(stage.receipts);
      final var at = PublicUrl.of("https://push.example.org/r/1");
      for (int i = 0; i <= 256; i++) {
        origin.answered("/m/" + i, i == 1 ? 410 : 204);
      }
      origin.waitFor(at, "/m/0", message(1));
      origin.waitFor(at, "/m/1", message(2));
      origin.waitFor(at, "/m/256", message(3));
      assertEquals(List.of("2 1 false", "3 1 true"), List.copyOf(stage.told));
      assertEquals(1, stage.receipts.waiting(), "the oldest was forgotten");
      origin.close();
    }
  }

  private static PushReceipts.Waiting message(final long event) {
    final long now = System.nanoTime();
    return new PushReceipts.Waiting(
        new WorkKey(event, new TargetKey("i-1")), Lane.NORMAL, 1, now, now + 1_000_000_000L);
  }

  @Test
  void no_more_messages_wait_than_may() throws Exception {
    final var two =
        new PushReceipts.Limits(
            2,
            16,
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(10),
            Duration.ofMillis(100));
    try (var stage = new ReceiptStage(ReceiptMode.TOLD, two)) {
      stage.push();
      stage.push();
      stage.push();
      stage.counts("missing", 1); // the oldest is forgotten
      Until.holds(() -> stage.receipts.waiting() == 2, "the newest took its room");
      stage.online().close();
      assertEquals("2 1 true", stage.next());
      assertEquals("3 1 true", stage.next());
    }
  }

  @Test
  void a_connection_that_breaks_is_opened_anew_while_something_waits() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD)) {
      stage.push();
      Until.holds(() -> stage.receipts.connections() == 1, "receipts are awaited");
      stage.service.cutConnections();
      stage.online().close();
      assertEquals("1 1 true", stage.next());
    }
  }

  @Test
  void a_subscription_that_the_service_forgot_is_replaced() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD)) {
      stage.push();
      stage.online().close();
      assertEquals("1 1 true", stage.next()); // so its GET stands
      stage.service.forgetReceiptSubscriptions();
      final var words = stage.push();
      assertTrue(words.startsWith("400 ") && words.contains(", then /m/"), words);
      assertEquals("", stage.newest().header("prefer"), "it went out once more without");
      stage.pass(Duration.ofSeconds(11));
      stage.push();
      assertEquals("respond-async", stage.newest().header("prefer"));
      assertEquals("", stage.newest().header("push-receipt"));
      stage.online().close();
      assertEquals("3 1 true", stage.next());
    }
  }

  @Test
  void what_goes_out_once_more_never_asks_again() throws Exception {
    final var usual = ReceiptStage.LIMITS;
    final var atOnce =
        new PushReceipts.Limits(
            usual.mostWaiting(),
            usual.mostConnections(),
            usual.grace(),
            usual.askedAgain(),
            Duration.ZERO, // another push may ask as soon as this one was disliked
            usual.linger(),
            usual.pingEvery(),
            usual.firstRetry(),
            usual.longestRetry());
    try (var stage = new ReceiptStage(ReceiptMode.TOLD, atOnce)) {
      stage.push();
      stage.online().close();
      assertEquals("1 1 true", stage.next()); // so its GET stands
      stage.service.forgetReceiptSubscriptions();
      final var words = stage.push();
      assertTrue(words.startsWith("400 "), words);
      assertEquals("", stage.newest().header("prefer"));
    }
  }

  @Test
  void a_receipt_subscription_at_another_origin_is_not_asked() throws Exception {
    try (var stage = stage(ReceiptMode.ELSEWHERE)) {
      stage.push();
      stage.counts("misplaced", 1);
      assertEquals(0, stage.receipts.waiting());
      assertEquals(0, stage.receipts.connections());
      stage.push();
      assertEquals("", stage.newest().header("prefer"));
    }
  }

  @Test
  void what_waits_when_it_closes_was_taken() throws Exception {
    try (var stage = stage(ReceiptMode.TOLD)) {
      stage.push();
      stage.waiting(1);
      stage.receipts.close();
      assertEquals(0, stage.receipts.waiting());
      stage.online().close();
      stage.push();
      assertEquals("", stage.newest().header("prefer"));
      assertNull(stage.told.poll());
    }
  }
}
