package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a turn of the dispatcher works on first, when it ends, and that nothing is lost between two
/// turns. See [Heart].
class TurnsTest {
  private static final InstallationId PHONE = new InstallationId("phone");

  private final Heart heart = new Heart();
  private final List<Push> left = new ArrayList<>();

  @BeforeEach
  void peopleHavePhones() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    heart.person(BEN, android("bens", BEN));
  }

  private void handsOver() {
    for (final var sender : List.of(heart.apns(), heart.fcm())) {
      sender.always =
          push -> {
            left.add(push);
            return new HandedOver("");
          };
    }
  }

  private List<Long> pushed() {
    return left.stream().map(Push::event).toList();
  }

  private void bringsBothIntoMemory() {
    handsOver();
    heart.accept(message("brings both into memory", ANNA, BEN));
    left.clear();
  }

  private void handIn(final String id) {
    heart.routing.intake().submit(new HandIn(message(id), id.hashCode(), _ -> {}));
    heart.store.commit();
  }

  /// Uses up all the time that a turn has.
  private static void spendATurn() {
    final var time = Budget.of(Dispatcher.LONGEST_WORK);
    boolean spent = false;
    while (!spent) {
      spent = time.isSpent();
    }
  }

  // ---- urgent inputs --------------------------------------------------------------------------

  @Test
  void the_answer_about_a_call_is_read_before_answers_that_came_earlier() {
    final long message = heart.accept(message("m"));
    final var first = heart.apns().take();
    final long call = heart.accept(incomingCall("c"));
    final var second = heart.apns().take();
    final int before = heart.store.lines().size();
    heart.apns().handOver(first);
    heart.apns().handOver(second);
    heart.turn();
    final var lines = heart.store.lines();
    assertEquals(
        List.of(call, message),
        lines.subList(before, lines.size()).stream().map(TrailEntry::event).toList());
    heart.endTheCall();
  }

  @Test
  void a_committed_call_is_read_before_more_inputs_than_a_turn_reads() {
    bringsBothIntoMemory();
    for (int i = 0; i < 5_000; i++) {
      handIn("m" + i); // each in a group of its own
    }
    heart.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    heart.store.commit();
    heart.routing.dispatcher().turn();
    assertTrue(pushed().contains(5_002L), "the call left with the first turn");
  }

  @Test
  void the_answer_about_a_call_ends_a_turns_work_on_everything_else() {
    heart.accept(incomingCall("c", BEN));
    final var ring = heart.fcm().take();
    handsOver();
    for (int i = 0; i < 500; i++) {
      heart.accept(message("before" + i)); // so that a turn would have time for many
    }
    left.clear();
    for (int i = 0; i < 50; i++) {
      handIn("m" + i);
    }
    final var comes = new AtomicBoolean(true);
    heart.live.whenAsked =
        () -> {
          if (comes.getAndSet(false)) {
            heart.fcm().handOver(ring);
          }
        };
    heart.routing.dispatcher().turn();
    assertEquals(List.of(502L), pushed(), "the message that was begun when the answer came");
    heart.turn();
    assertEquals(50, left.size());
    heart.endTheCall();
  }

  // ---- held events ----------------------------------------------------------------------------

  @Test
  void held_events_go_on_turn_by_turn_and_none_is_lost() {
    heart.looks = false;
    for (int i = 0; i < 100; i++) {
      handIn("m" + i);
    }
    heart.crashAndStartAgain();
    heart.whenAsked = TurnsTest::spendATurn;
    heart.clock.advance(Dispatcher.GRACE_AFTER_RESTART);
    final var next = heart.routing.dispatcher().turn();
    assertTrue(heart.lookups.size() < 100, () -> "a turn took " + heart.lookups.size());
    assertTrue(!next.isAfter(heart.clock.instant()), "the next turn goes on at once");
    heart.whenAsked = () -> {};
    heart.looks = true;
    handsOver();
    heart.turn();
    assertEquals(100, left.size());
    heart.nothingIsLeft();
  }

  @Test
  void held_events_go_on_in_the_order_in_which_they_were_accepted() {
    for (int i = 0; i < 100; i++) {
      handIn("m" + i);
    }
    heart.crashAndStartAgain();
    handsOver();
    heart.clock.step(Duration.ofHours(-1));
    heart.pass(Dispatcher.GRACE_AFTER_RESTART.plusSeconds(1));
    assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), pushed());
    heart.nothingIsLeft();
  }

  // ---- faults in look-ups ---------------------------------------------------------------------

  @Test
  void a_long_line_of_events_that_cannot_be_read_is_worked_off_and_tried_again() {
    handsOver();
    heart.looks = false;
    final int many = 10_000;
    for (int i = 0; i < many; i++) {
      heart.routing.intake().submit(new HandIn(silent("s" + i), i, _ -> {}));
    }
    heart.turn();
    final var lookups = List.copyOf(heart.lookups);
    heart.lookups.clear();
    heart.registry.readsFail = true;
    lookups.reversed().forEach(Runnable::run); // each is told that it failed before its turn comes
    heart.turn();
    assertEquals(many, heart.routing.counters().faults.sumThenReset());
    heart.registry.readsFail = false;
    heart.looks = true;
    heart.pass(Duration.ofSeconds(2));
    assertEquals(many, pushed().stream().distinct().count());
    assertEquals(many, left.size());
    heart.nothingIsLeft();
  }

  @Test
  void an_error_in_a_look_up_does_not_hold_up_later_events_of_its_users() {
    handsOver();
    heart.looks = false;
    final long first = heart.accept(message("m"));
    heart.registry.whileReading =
        () -> {
          throw new StackOverflowError("in a test");
        };
    assertThrows(StackOverflowError.class, heart::look, "its thread ends, so that it is seen");
    heart.registry.whileReading = () -> {};
    heart.looks = true;
    final long second = heart.accept(message("n"));
    assertEquals(List.of(second), pushed());
    heart.pass(Duration.ofSeconds(2));
    assertEquals(List.of(second, first), pushed());
    assertEquals(1, heart.routing.counters().faults.sumThenReset());
    heart.nothingIsLeft();
  }

  // ---- said before its time -------------------------------------------------------------------

  @Test
  void a_message_that_a_phone_has_before_its_turn_comes_is_not_pushed_there() {
    bringsBothIntoMemory();
    handIn("m");
    heart.routing.dispatcher().acknowledged(ANNA, PHONE, Mark.RECEIVED, List.of(2L));
    heart.turn();
    assertEquals(List.of(), left);
    assertTrue(
        heart.story(2L, "phone").contains("suppress LIVE_ACKNOWLEDGED"),
        () -> heart.story(2L, "phone").toString());
    heart.nothingIsLeft();
  }

  @Test
  void a_phone_that_says_twice_that_it_has_a_call_is_heard_when_the_call_is_on_its_way() {
    bringsBothIntoMemory();
    heart.live.foreground("phone");
    heart.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    heart.store.commit();
    heart
        .routing
        .dispatcher()
        .acknowledged(ANNA, PHONE, Mark.RECEIVED, List.of(2L)); // by its inbox
    heart.turn();
    heart.live.take();
    heart.acknowledge(ANNA, "phone", 2L);
    heart.pass(Heart.OPTIONS.patience().plusSeconds(1));
    assertTrue(
        heart.story(2L, "phone").contains("live acknowledged LIVE_ACKNOWLEDGED"),
        () -> heart.story(2L, "phone").toString());
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void the_first_push_of_a_call_goes_although_its_frame_was_acknowledged_meanwhile() {
    bringsBothIntoMemory();
    heart.live.foreground("phone");
    heart.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    heart.looks = false;
    final long call = heart.accept(incomingCall("c"));
    heart.live.take();
    assertEquals(List.of(), left, "what the push says is still read");
    heart.acknowledge(ANNA, "phone", call);
    heart.looks = true;
    heart.turn();
    assertEquals(List.of(call), pushed());
    heart.endTheCall();
    heart.nothingIsLeft();
  }
}
