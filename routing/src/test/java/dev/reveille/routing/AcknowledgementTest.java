package dev.reveille.routing;

import static dev.reveille.routing.People.android;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What an acknowledgement does to what still waits for the device, and what a push says. See
/// [RoutingFixture].
class AcknowledgementTest {
  @AutoClose private final RoutingFixture fixture = RoutingFixture.ofAnna();

  // ---- acknowledgements and rows --------------------------------------------------------------

  @Test
  void a_receipt_for_a_push_that_waits_takes_the_row_away_and_settles_once() {
    final long event = fixture.accept(message("m"));
    fixture.apns().answer(fixture.apns().take(), new Uncertain(Reason.NO_ANSWER));
    fixture.turn();
    fixture.acknowledge(ANNA, "phone", event);
    fixture.acknowledge(ANNA, "phone", event);
    fixture.pass(Duration.ofSeconds(12));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(1, fixture.settledLines(event).get(new InstallationId("phone")));
  }

  @Test
  void what_an_app_repeats_is_not_written_again() {
    final long event = fixture.accept(message("m"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.acknowledge(ANNA, "phone", event);
    final var lines = fixture.trail(event);
    assertEquals("push handed-over HANDED_TO_PLATFORM", fixture.story(event, "phone").get(1));
    fixture.acknowledge(ANNA, "phone", event);
    fixture.acknowledge(ANNA, "phone", event, event);
    assertEquals(lines, fixture.trail(event));
    fixture.acknowledge(ANNA, "tablet", event); // another device's acknowledgement is news
    assertNotEquals(lines, fixture.trail(event));
  }

  @Test
  void two_receipts_before_the_next_commit_settle_once() {
    final long event = fixture.accept(message("m"));
    fixture.apns().answer(fixture.apns().take(), new Uncertain(Reason.NO_ANSWER));
    fixture.turn();
    final var dispatcher = fixture.routing.dispatcher();
    final var phone = new InstallationId("phone");
    dispatcher.acknowledged(ANNA, phone, Mark.RECEIVED, List.of(event));
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event));
    fixture.clock.advance(
        Duration.ofSeconds(12)); // the row is due, and it is not committed that it is over
    dispatcher.turn();
    fixture.turn();
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(1, fixture.settledLines(event).get(phone));
  }

  @Test
  void an_app_is_answered_when_the_row_of_which_memory_did_not_know_is_gone() {
    fixture.accept(message("other"));
    final long event = fixture.accept(message("m"));
    final var later = NOW.plusSeconds(30);
    fixture
        .apns()
        .taken
        .forEach(push ->
            fixture.apns().answer(push, RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, later)));
    fixture.apns().taken.clear();
    fixture.turn();
    fixture.crashAndStartAgain(); // memory knows nothing of the rows
    final var told = new ArrayList<String>();
    final var dispatcher = fixture.routing.dispatcher();
    final var phone = new InstallationId("phone");
    fixture.looks = false;
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event), () -> told.add("first"));
    fixture.turn();
    dispatcher.acknowledged(ANNA, phone, Mark.SHOWN, List.of(event), () -> told.add("again"));
    fixture.turn();
    assertEquals(List.of(), told, "the row is still there");
    fixture.look();
    dispatcher.turn();
    assertEquals(List.of(), told, "that it is over is not on disk");
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of("first", "again"), told);
    assertEquals(1, fixture.store.rows().size(), "the other one's");
    fixture.apns().always = _ -> new HandedOver("");
    fixture.pass(Duration.ofSeconds(35));
  }

  @Test
  void an_error_while_a_row_is_looked_for_keeps_no_app_waiting() {
    final long event = fixture.accept(message("m"));
    final var later = NOW.plusSeconds(30);
    fixture
        .apns()
        .answer(fixture.apns().take(), RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, later));
    fixture.turn();
    fixture.crashAndStartAgain();
    final var told = new ArrayList<String>();
    fixture.looks = false;
    fixture
        .routing
        .dispatcher()
        .declinedHere(new InstallationId("phone"), event, () -> told.add("told"));
    fixture.turn();
    fixture.store.dispatcher = Thread.currentThread(); // so that the store throws an Error
    assertThrows(AssertionError.class, fixture::look);
    fixture.store.dispatcher = null;
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of("told"), told);
    fixture.apns().always = _ -> new HandedOver("");
    fixture.pass(Duration.ofSeconds(35));
  }

  @Test
  void a_call_whose_push_waits_is_settled_by_the_acknowledgement_of_its_frame() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(incomingCall("c"));
    fixture.live.take();
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusMillis(900)));
    fixture.turn();
    assertEquals(1, fixture.routing.dispatcher().inFlight(), "the frame is still out");
    fixture.acknowledge(ANNA, "phone", event);
    assertEquals(1, fixture.settledLines(event).get(new InstallationId("phone")));
    fixture.pass(RoutingFixture.OPTIONS.patience());
    assertEquals(List.of(), fixture.apns().taken, "the phone has it");
    fixture.endTheCall();
  }

  @Test
  void a_row_that_comes_back_while_the_frame_is_out_does_not_send_a_second_frame() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(incomingCall("c"));
    fixture.live.take();
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusMillis(900)));
    fixture.turn();
    fixture.pass(Duration.ofMillis(1_500));
    assertEquals(List.of(), fixture.live.frames);
    final var again = fixture.apns().take();
    assertEquals(2, again.attempt());
    fixture.acknowledge(ANNA, "phone", event);
    assertFalse(again.wanted().getAsBoolean());
    fixture.apns().answer(again, new Refused(Reason.CALL_OVER, "", Verdict.NOTHING));
    fixture.turn();
    assertEquals(1, fixture.settledLines(event).get(new InstallationId("phone")));
    assertTrue(
        fixture.story(event, "phone").contains("push not-sent LIVE_ACKNOWLEDGED"),
        () -> fixture.story(event, "phone").toString());
    fixture.endTheCall();
  }

  @Test
  void a_message_that_waits_at_its_sender_is_not_sent_once_the_app_has_it() {
    final long event = fixture.accept(message("m"));
    final var waiting = fixture.apns().take();
    assertTrue(waiting.wanted().getAsBoolean());
    fixture.acknowledge(ANNA, "phone", event);
    assertFalse(waiting.wanted().getAsBoolean());
    fixture.apns().answer(waiting, new Refused(Reason.CALL_OVER, "", Verdict.NOTHING));
    fixture.turn();
    assertTrue(
        fixture.story(event, "phone").contains("push not-sent LIVE_ACKNOWLEDGED"),
        () -> fixture.story(event, "phone").toString());
  }

  @Test
  void the_first_push_of_a_call_is_sent_though_the_app_acknowledged_its_frame() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(incomingCall("c"));
    fixture.live.take();
    final var ring = fixture.apns().take();
    fixture.acknowledge(ANNA, "phone", event);
    assertTrue(ring.wanted().getAsBoolean(), "the app may fall asleep ringing");
    fixture.apns().handOver(ring);
    fixture.endTheCall();
  }

  @Test
  void a_row_that_comes_back_does_not_put_off_the_deadlines_of_others() {
    fixture.person(BEN, android("bens", BEN));
    fixture.live.foreground("bens");
    fixture.live.foreground("phone");
    fixture.accept(message("m", BEN)); // its deadline is at 2 s
    fixture.live.take();
    fixture.advance(Duration.ofMillis(500));
    fixture.accept(incomingCall("c")); // its frame's deadline is at 2.5 s
    fixture.live.take();
    final var soon = fixture.clock.instant().plusMillis(100);
    fixture
        .apns()
        .answer(fixture.apns().take(), RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, soon));
    fixture.pass(Duration.ofMillis(1_450)); // after 1 to 1.5 s its row took over its frame
    fixture.apns().handOver(fixture.apns().take());
    assertEquals(List.of(), fixture.fcm().taken);
    fixture.advance(Duration.ofMillis(50));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.pass(Duration.ofSeconds(1));
    fixture.endTheCall();
  }

  @Test
  void a_push_that_failed_is_not_tried_again_when_the_app_has_it_meanwhile() {
    final long event = fixture.accept(message("m"));
    final var push = fixture.apns().take();
    fixture.acknowledge(ANNA, "phone", event);
    fixture
        .apns()
        .answer(push, RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    fixture.turn();
    assertEquals(List.of(), fixture.store.rows());
    assertEquals("settled", fixture.story(event, "phone").getLast());
  }

  @Test
  void a_receipt_after_the_end_is_one_more_line() {
    final long event = fixture.accept(message("m"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.acknowledge(ANNA, "phone", event);
    assertEquals(
        List.of("settled", "receipt acknowledged LIVE_ACKNOWLEDGED"),
        fixture.story(event, "phone").subList(2, 4));
  }

  @Test
  void a_mark_is_told_as_kept_after_the_commit_also_when_it_was_said_before() {
    final long event = fixture.accept(message("m"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    final var told = new ArrayList<String>();
    final var dispatcher = fixture.routing.dispatcher();
    final var phone = new InstallationId("phone");
    dispatcher.acknowledged(ANNA, phone, Mark.READ, List.of(event), () -> told.add("first"));
    dispatcher.turn();
    dispatcher.acknowledged(ANNA, phone, Mark.READ, List.of(event), () -> told.add("again"));
    dispatcher.turn();
    assertEquals(List.of(), told, "nothing is committed yet");
    fixture.store.commitsFail = true;
    fixture.store.commit();
    assertEquals(List.of(), told, "the commit failed");
    fixture.store.commitsFail = false;
    fixture.turn();
    assertEquals(List.of("first", "again"), told);
  }

  @Test
  void a_ring_declined_here_is_not_tried_again_here() {
    fixture.person(ANNA, android("other", ANNA));
    final long event = fixture.accept(incomingCall("c"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(2)));
    final var other = fixture.fcm().take();
    fixture.turn();
    fixture.routing.dispatcher().declinedHere(new InstallationId("phone"), event, () -> {});
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(List.of(), fixture.apns().taken);
    assertTrue(other.wanted().getAsBoolean(), "it rings on elsewhere");
    assertTrue(fixture.story(event, "phone").contains("receipt declined DECLINED_HERE"));
    fixture.fcm().handOver(other);
    fixture.turn();
    fixture.endTheCall();
  }

  // ---- what a push says -----------------------------------------------------------------------

  @Test
  void the_badge_is_the_number_of_unread_entries_L1_01() {
    fixture.accept(message("one"));
    assertEquals(1, badge());
    final long second = fixture.accept(message("two"));
    assertEquals(2, badge());
    fixture.store.journal().note(List.of(new Note.ReadUpTo(ANNA, TEAM, second, NOW)));
    fixture.accept(message("three"));
    assertEquals(1, badge());
  }

  private int badge() {
    final var push = fixture.apns().take();
    fixture.apns().handOver(push);
    fixture.turn();
    return assertInstanceOf(PushContent.Notice.class, push.content()).badge();
  }

  @Test
  void a_badge_that_cannot_be_counted_holds_nothing_up() {
    fixture.store.readsFail = true;
    fixture.accept(message("m"));
    fixture.store.readsFail = false;
    assertEquals(-1, badge());
    assertEquals(1L, fixture.routing.counters().faults.sumThenReset());
  }

  @Test
  void each_device_and_each_event_has_an_id_of_its_own() {
    fixture.person(ANNA, android("other", ANNA));
    fixture.accept(message("m"));
    fixture.accept(message("n"));
    final var ids = new HashSet<>();
    fixture.apns().taken.forEach(push -> ids.add(push.id()));
    fixture.fcm().taken.forEach(push -> ids.add(push.id()));
    assertEquals(4, ids.size());
    assertNotEquals(fixture.apns().taken.getFirst().id(), fixture.fcm().taken.getFirst().id());
    assertEquals(8, fixture.apns().taken.getFirst().id().version());
    assertEquals(2, fixture.apns().taken.getFirst().id().variant());
    fixture.endTheCall();
  }
}
