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
/// turns. See [RoutingFixture].
class TurnsTest {
  private static final InstallationId PHONE = new InstallationId("phone");

  private final RoutingFixture fixture = new RoutingFixture();
  private final List<Push> left = new ArrayList<>();

  @BeforeEach
  void peopleHavePhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
  }

  private void handsOver() {
    fixture.handsOver(left);
  }

  private List<Long> pushed() {
    return left.stream().map(Push::event).toList();
  }

  private void bringsBothIntoMemory() {
    handsOver();
    fixture.accept(message("brings both into memory", ANNA, BEN));
    left.clear();
  }

  private void handIn(final String id) {
    fixture.routing.intake().submit(new HandIn(message(id), id.hashCode(), _ -> {}));
    fixture.store.commit();
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
    final long message = fixture.accept(message("m"));
    final var first = fixture.apns().take();
    final long call = fixture.accept(incomingCall("c"));
    final var second = fixture.apns().take();
    final int before = fixture.store.lines().size();
    fixture.apns().handOver(first);
    fixture.apns().handOver(second);
    fixture.turn();
    final var lines = fixture.store.lines();
    assertEquals(
        List.of(call, message),
        lines.subList(before, lines.size()).stream().map(TrailEntry::event).toList());
    fixture.endTheCall();
  }

  @Test
  void a_committed_call_is_read_before_more_inputs_than_a_turn_reads() {
    bringsBothIntoMemory();
    for (int i = 0; i < 5_000; i++) {
      handIn("m" + i); // each in a group of its own
    }
    fixture.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    fixture.store.commit();
    fixture.routing.dispatcher().turn();
    assertTrue(pushed().contains(5_002L), "the call left with the first turn");
  }

  @Test
  void the_answer_about_a_call_ends_a_turns_work_on_everything_else() {
    fixture.accept(incomingCall("c", BEN));
    final var ring = fixture.fcm().take();
    handsOver();
    for (int i = 0; i < 500; i++) {
      fixture.accept(message("before" + i)); // so that a turn would have time for many
    }
    left.clear();
    for (int i = 0; i < 50; i++) {
      handIn("m" + i);
    }
    final var comes = new AtomicBoolean(true);
    fixture.live.whenAsked =
        () -> {
          if (comes.getAndSet(false)) {
            fixture.fcm().handOver(ring);
          }
        };
    fixture.routing.dispatcher().turn();
    assertEquals(List.of(502L), pushed(), "the message that was begun when the answer came");
    fixture.turn();
    assertEquals(50, left.size());
    fixture.endTheCall();
  }

  // ---- held events ----------------------------------------------------------------------------

  @Test
  void held_events_go_on_turn_by_turn_and_none_is_lost() {
    fixture.looks = false;
    for (int i = 0; i < 100; i++) {
      handIn("m" + i);
    }
    fixture.crashAndStartAgain();
    fixture.whenAsked = TurnsTest::spendATurn;
    fixture.clock.advance(Dispatcher.GRACE_AFTER_RESTART);
    final var next = fixture.routing.dispatcher().turn();
    assertTrue(fixture.lookups.size() < 100, () -> "a turn took " + fixture.lookups.size());
    assertTrue(!next.isAfter(fixture.clock.instant()), "the next turn goes on at once");
    fixture.whenAsked = () -> {};
    fixture.looks = true;
    handsOver();
    fixture.turn();
    assertEquals(100, left.size());
    fixture.nothingIsLeft();
  }

  @Test
  void held_events_go_on_in_the_order_in_which_they_were_accepted() {
    for (int i = 0; i < 100; i++) {
      handIn("m" + i);
    }
    fixture.crashAndStartAgain();
    handsOver();
    fixture.clock.step(Duration.ofHours(-1));
    fixture.pass(Dispatcher.GRACE_AFTER_RESTART.plusSeconds(1));
    assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), pushed());
    fixture.nothingIsLeft();
  }

  // ---- faults in look-ups ---------------------------------------------------------------------

  @Test
  void a_long_line_of_events_that_cannot_be_read_is_worked_off_and_tried_again() {
    handsOver();
    fixture.looks = false;
    final int many = 10_000;
    for (int i = 0; i < many; i++) {
      fixture.routing.intake().submit(new HandIn(silent("s" + i), i, _ -> {}));
    }
    fixture.turn();
    final var lookups = List.copyOf(fixture.lookups);
    fixture.lookups.clear();
    fixture.registry.readsFail = true;
    lookups.reversed().forEach(Runnable::run); // each is told that it failed before its turn comes
    fixture.turn();
    assertEquals(many, fixture.routing.counters().faults.sumThenReset());
    fixture.registry.readsFail = false;
    fixture.looks = true;
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(many, pushed().stream().distinct().count());
    assertEquals(many, left.size());
    fixture.nothingIsLeft();
  }

  @Test
  void an_error_in_a_look_up_does_not_hold_up_later_events_of_its_users() {
    handsOver();
    fixture.looks = false;
    final long first = fixture.accept(message("m"));
    fixture.registry.whileReading =
        () -> {
          throw new StackOverflowError("in a test");
        };
    assertThrows(StackOverflowError.class, fixture::look, "its thread ends, so that it is seen");
    fixture.registry.whileReading = () -> {};
    fixture.looks = true;
    final long second = fixture.accept(message("n"));
    assertEquals(List.of(second), pushed());
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(List.of(second, first), pushed());
    assertEquals(1, fixture.routing.counters().faults.sumThenReset());
    fixture.nothingIsLeft();
  }

  // ---- said before its time -------------------------------------------------------------------

  @Test
  void a_message_that_a_phone_has_before_its_turn_comes_is_not_pushed_there() {
    bringsBothIntoMemory();
    handIn("m");
    fixture.routing.dispatcher().acknowledged(ANNA, PHONE, Mark.RECEIVED, List.of(2L));
    fixture.turn();
    assertEquals(List.of(), left);
    assertTrue(
        fixture.story(2L, "phone").contains("suppress LIVE_ACKNOWLEDGED"),
        () -> fixture.story(2L, "phone").toString());
    fixture.nothingIsLeft();
  }

  @Test
  void a_phone_that_says_twice_that_it_has_a_call_is_heard_when_the_call_is_on_its_way() {
    bringsBothIntoMemory();
    fixture.live.foreground("phone");
    fixture.routing.intake().submit(new HandIn(incomingCall("c"), 1, _ -> {}));
    fixture.store.commit();
    fixture
        .routing
        .dispatcher()
        .acknowledged(ANNA, PHONE, Mark.RECEIVED, List.of(2L)); // by its inbox
    fixture.turn();
    fixture.live.take();
    fixture.acknowledge(ANNA, "phone", 2L);
    fixture.pass(RoutingFixture.OPTIONS.patience().plusSeconds(1));
    assertTrue(
        fixture.story(2L, "phone").contains("live acknowledged LIVE_ACKNOWLEDGED"),
        () -> fixture.story(2L, "phone").toString());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void the_first_push_of_a_call_goes_although_its_frame_was_acknowledged_meanwhile() {
    bringsBothIntoMemory();
    fixture.live.foreground("phone");
    fixture.registry.keepApp(new App(People.APP, ACME, "Phone", "com.example", ""), "test");
    fixture.looks = false;
    final long call = fixture.accept(incomingCall("c"));
    fixture.live.take();
    assertEquals(List.of(), left, "what the push says is still read");
    fixture.acknowledge(ANNA, "phone", call);
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(call), pushed());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }
}
