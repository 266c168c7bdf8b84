package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an acknowledgement does to what still waits for the device, and what a push says. See
/// [Heart].
class AcknowledgementTest {
  private final Heart heart = new Heart();

  @BeforeEach
  void everythingIsSwitchedOn() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
  }

  @AfterEach
  void nothingIsLeft() {
    heart.nothingIsLeft();
  }

  // ---- acknowledgements and rows --------------------------------------------------------------

  @Test
  void a_receipt_for_a_push_that_waits_takes_the_row_away_and_settles_once() {
    final long event = heart.accept(message("m"));
    heart.apns().answer(heart.apns().take(), new Uncertain(Reason.NO_ANSWER));
    heart.turn();
    heart.acknowledge(ANNA, "phone", event);
    heart.acknowledge(ANNA, "phone", event);
    heart.pass(Duration.ofSeconds(12));
    assertEquals(List.of(), heart.apns().taken);
    assertEquals(1, heart.settledLines(event).get(new InstallationId("phone")));
  }

  @Test
  void what_an_app_repeats_is_not_written_again() {
    final long event = heart.accept(message("m"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.acknowledge(ANNA, "phone", event);
    final var lines = heart.trail(event);
    assertEquals("push handed-over HANDED_TO_PLATFORM", heart.story(event, "phone").get(1));
    heart.acknowledge(ANNA, "phone", event);
    heart.acknowledge(ANNA, "phone", event, event);
    assertEquals(lines, heart.trail(event));
    heart.acknowledge(ANNA, "tablet", event); // another device's acknowledgement is news
    assertNotEquals(lines, heart.trail(event));
  }

  @Test
  void two_receipts_before_the_next_commit_settle_once() {
    final long event = heart.accept(message("m"));
    heart.apns().answer(heart.apns().take(), new Uncertain(Reason.NO_ANSWER));
    heart.turn();
    final var dispatcher = heart.routing.dispatcher();
    final var phone = new InstallationId("phone");
    dispatcher.acknowledged(ANNA, phone, Mark.RECEIVED, List.of(event));
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event));
    heart.clock.advance(
        Duration.ofSeconds(12)); // the row is due, and it is not committed that it is over
    dispatcher.turn();
    heart.turn();
    assertEquals(List.of(), heart.apns().taken);
    assertEquals(1, heart.settledLines(event).get(phone));
  }

  @Test
  void an_app_is_answered_when_the_row_of_which_memory_did_not_know_is_gone() {
    heart.accept(message("other"));
    final long event = heart.accept(message("m"));
    final var later = NOW.plusSeconds(30);
    heart
        .apns()
        .taken
        .forEach(
            push -> heart.apns().answer(push, Heart.tryAgain(Reason.SERVICE_THROTTLED, later)));
    heart.apns().taken.clear();
    heart.turn();
    heart.crashAndStartAgain(); // memory knows nothing of the rows
    final var told = new ArrayList<String>();
    final var dispatcher = heart.routing.dispatcher();
    final var phone = new InstallationId("phone");
    heart.looks = false;
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event), () -> told.add("first"));
    heart.turn();
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event), () -> told.add("again"));
    heart.turn();
    assertEquals(List.of(), told, "the row is still there");
    heart.look();
    dispatcher.turn();
    assertEquals(List.of(), told, "that it is over is not on disk");
    heart.looks = true;
    heart.turn();
    assertEquals(List.of("first", "again"), told);
    assertEquals(1, heart.store.rows().size(), "the other one's");
    heart.apns().always = _ -> new HandedOver("");
    heart.pass(Duration.ofSeconds(35));
  }

  @Test
  void an_error_while_a_row_is_looked_for_keeps_no_app_waiting() {
    final long event = heart.accept(message("m"));
    final var later = NOW.plusSeconds(30);
    heart.apns().answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, later));
    heart.turn();
    heart.crashAndStartAgain();
    final var told = new ArrayList<String>();
    heart.looks = false;
    heart
        .routing
        .dispatcher()
        .declinedHere(new InstallationId("phone"), event, () -> told.add("told"));
    heart.turn();
    heart.store.dispatcher = Thread.currentThread(); // so that the store throws an Error
    assertThrows(AssertionError.class, heart::look);
    heart.store.dispatcher = null;
    heart.looks = true;
    heart.turn();
    assertEquals(List.of("told"), told);
    heart.apns().always = _ -> new HandedOver("");
    heart.pass(Duration.ofSeconds(35));
  }

  @Test
  void a_call_whose_push_waits_is_settled_by_the_acknowledgement_of_its_frame() {
    heart.live.foreground("phone");
    final long event = heart.accept(incomingCall("c"));
    heart.live.take();
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusMillis(900)));
    heart.turn();
    assertEquals(1, heart.routing.dispatcher().inFlight(), "the frame is still out");
    heart.acknowledge(ANNA, "phone", event);
    assertEquals(1, heart.settledLines(event).get(new InstallationId("phone")));
    heart.pass(Heart.OPTIONS.patience());
    assertEquals(List.of(), heart.apns().taken, "the phone has it");
    heart.endTheCall();
  }

  @Test
  void a_row_that_comes_back_while_the_frame_is_out_does_not_send_a_second_frame() {
    heart.live.foreground("phone");
    final long event = heart.accept(incomingCall("c"));
    heart.live.take();
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusMillis(900)));
    heart.turn();
    heart.pass(Duration.ofMillis(1_500));
    assertEquals(List.of(), heart.live.frames);
    final var again = heart.apns().take();
    assertEquals(2, again.attempt());
    heart.acknowledge(ANNA, "phone", event);
    assertFalse(again.wanted().getAsBoolean());
    heart.apns().answer(again, new Refused(Reason.CALL_OVER, "", Verdict.NOTHING));
    heart.turn();
    assertEquals(1, heart.settledLines(event).get(new InstallationId("phone")));
    assertTrue(
        heart.story(event, "phone").contains("push not-sent LIVE_ACKNOWLEDGED"),
        () -> heart.story(event, "phone").toString());
    heart.endTheCall();
  }

  @Test
  void a_message_that_waits_at_its_sender_is_not_sent_once_the_app_has_it() {
    final long event = heart.accept(message("m"));
    final var waiting = heart.apns().take();
    assertTrue(waiting.wanted().getAsBoolean());
    heart.acknowledge(ANNA, "phone", event);
    assertFalse(waiting.wanted().getAsBoolean());
    heart.apns().answer(waiting, new Refused(Reason.CALL_OVER, "", Verdict.NOTHING));
    heart.turn();
    assertTrue(
        heart.story(event, "phone").contains("push not-sent LIVE_ACKNOWLEDGED"),
        () -> heart.story(event, "phone").toString());
  }

  @Test
  void the_first_push_of_a_call_is_sent_though_the_app_acknowledged_its_frame() {
    heart.live.foreground("phone");
    final long event = heart.accept(incomingCall("c"));
    heart.live.take();
    final var ring = heart.apns().take();
    heart.acknowledge(ANNA, "phone", event);
    assertTrue(ring.wanted().getAsBoolean(), "the app may fall asleep ringing");
    heart.apns().handOver(ring);
    heart.endTheCall();
  }

  @Test
  void a_row_that_comes_back_does_not_put_off_the_deadlines_of_others() {
    heart.person(BEN, android("bens", BEN));
    heart.live.foreground("bens");
    heart.live.foreground("phone");
    heart.accept(message("m", BEN)); // its deadline is at 2 s
    heart.live.take();
    heart.advance(Duration.ofMillis(500));
    heart.accept(incomingCall("c")); // its frame's deadline is at 2.5 s
    heart.live.take();
    final var soon = heart.clock.instant().plusMillis(100);
    heart.apns().answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, soon));
    heart.pass(Duration.ofMillis(1_450)); // after 1 to 1.5 s its row took over its frame
    heart.apns().handOver(heart.apns().take());
    assertEquals(List.of(), heart.fcm().taken);
    heart.advance(Duration.ofMillis(50));
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.pass(Duration.ofSeconds(1));
    heart.endTheCall();
  }

  @Test
  void a_push_that_failed_is_not_tried_again_when_the_app_has_it_meanwhile() {
    final long event = heart.accept(message("m"));
    final var push = heart.apns().take();
    heart.acknowledge(ANNA, "phone", event);
    heart.apns().answer(push, Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    heart.turn();
    assertEquals(List.of(), heart.store.rows());
    assertEquals("settled", heart.story(event, "phone").getLast());
  }

  @Test
  void a_receipt_after_the_end_is_one_more_line() {
    final long event = heart.accept(message("m"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.acknowledge(ANNA, "phone", event);
    assertEquals(
        List.of("settled", "receipt acknowledged LIVE_ACKNOWLEDGED"),
        heart.story(event, "phone").subList(2, 4));
  }

  @Test
  void a_mark_is_told_as_kept_after_the_commit_also_when_it_was_said_before() {
    final long event = heart.accept(message("m"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    final var told = new ArrayList<String>();
    final var dispatcher = heart.routing.dispatcher();
    final var phone = new InstallationId("phone");
    dispatcher.acknowledged(ANNA, phone, Mark.READ, List.of(event), () -> told.add("first"));
    dispatcher.turn();
    dispatcher.acknowledged(ANNA, phone, Mark.READ, List.of(event), () -> told.add("again"));
    dispatcher.turn();
    assertEquals(List.of(), told, "nothing is committed yet");
    heart.store.commitsFail = true;
    heart.store.commit();
    assertEquals(List.of(), told, "the commit failed");
    heart.store.commitsFail = false;
    heart.turn();
    assertEquals(List.of("first", "again"), told);
  }

  @Test
  void a_ring_declined_here_is_not_tried_again_here() {
    heart.person(ANNA, android("other", ANNA));
    final long event = heart.accept(incomingCall("c"));
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(2)));
    final var other = heart.fcm().take();
    heart.turn();
    heart.routing.dispatcher().declinedHere(new InstallationId("phone"), event, () -> {});
    heart.pass(Duration.ofSeconds(5));
    assertEquals(List.of(), heart.apns().taken);
    assertTrue(other.wanted().getAsBoolean(), "it rings on elsewhere");
    assertTrue(heart.story(event, "phone").contains("receipt declined DECLINED_HERE"));
    heart.fcm().handOver(other);
    heart.turn();
    heart.endTheCall();
  }

  // ---- what a push says -----------------------------------------------------------------------

  @Test
  void the_badge_is_the_number_of_unread_entries_L1_01() {
    heart.accept(message("one"));
    assertEquals(1, badge());
    final long second = heart.accept(message("two"));
    assertEquals(2, badge());
    heart.store.journal().note(List.of(new Note.ReadUpTo(ANNA, TEAM, second, NOW)));
    heart.accept(message("three"));
    assertEquals(1, badge());
  }

  private int badge() {
    final var push = heart.apns().take();
    heart.apns().handOver(push);
    heart.turn();
    return assertInstanceOf(PushContent.Notice.class, push.content()).badge();
  }

  @Test
  void a_badge_that_cannot_be_counted_holds_nothing_up() {
    heart.store.readsFail = true;
    heart.accept(message("m"));
    heart.store.readsFail = false;
    assertEquals(-1, badge());
    assertEquals(1L, heart.routing.counters().faults.sumThenReset());
  }

  @Test
  void each_device_and_each_event_has_an_id_of_its_own() {
    heart.person(ANNA, android("other", ANNA));
    heart.accept(message("m"));
    heart.accept(message("n"));
    final var ids = new HashSet<>();
    heart.apns().taken.forEach(push -> ids.add(push.id()));
    heart.fcm().taken.forEach(push -> ids.add(push.id()));
    assertEquals(4, ids.size());
    assertNotEquals(heart.apns().taken.getFirst().id(), heart.fcm().taken.getFirst().id());
    assertEquals(8, heart.apns().taken.getFirst().id().version());
    assertEquals(2, heart.apns().taken.getFirst().id().variant());
    heart.endTheCall();
  }
}
