package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What ended a start does not end each one after it.
class CarefulStartTest {
  private final Heart heart = new Heart();
  private final List<Long> pushed = new ArrayList<>();

  @BeforeEach
  void twoPeopleWithPhones() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("annas", 18, ANNA));
    heart.person(BEN, iPhone("bens", 18, BEN));
    heart.store.remembersStarts = true;
  }

  /// Accepted, and the process dies before anything is dispatched.
  private long left(final Event event) {
    heart.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> {}));
    heart.store.commit();
    return heart.store.journal().lastSequence();
  }

  /// The end of the process.
  private static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  /// Starts anew and goes on for a while; a frame of this event ends the process.
  private boolean startFalls(final long poison) {
    heart.apns().always =
        push -> {
          pushed.add(push.event());
          return new HandedOver("");
        };
    heart.live.watch =
        frame -> {
          if (frame.stored().sequence() == poison) {
            throw new Died();
          }
        };
    try {
      heart.crashAndStartAgain();
      heart.live.foreground("annas");
      heart.pass(Duration.ofSeconds(20));
      return false;
    } catch (final Died _) {
      return true;
    }
  }

  private boolean isGivenUp(final long event) {
    return heart.trail(event).stream()
        .anyMatch(line ->
            line instanceof TrailEntry.NoDevice noDevice
                && noDevice.why() == Reason.GIVEN_UP_AT_START);
  }

  @Test
  void an_event_that_ended_three_starts_is_given_up_and_the_others_are_told() {
    final long before = left(message("before", BEN));
    final long poison = left(message("poison"));
    final long after = left(message("after", BEN));
    for (int start = 1; start <= 5 && startFalls(poison); start++) {
      assertFalse(isGivenUp(poison), "in start " + start);
      pushed.clear();
    }
    assertTrue(isGivenUp(poison), () -> "its trail: " + heart.trail(poison));
    assertEquals(List.of(1), List.copyOf(heart.settledLines(after).values()));
    assertEquals(List.of(1), List.copyOf(heart.settledLines(before).values()));
    assertTrue(heart.store.journal().find(poison).isPresent());
    assertTrue(heart.store.inbox().hasEntryOf(ANNA, TEAM));
    final var told = heart.routing.givenUp(ANNA.organisation()).orElseThrow();
    assertEquals(1, told.events());
    assertEquals(poison, told.newest());
    pushed.clear();
    heart.pass(Duration.ofSeconds(40));
    assertFalse(startFalls(poison));
    assertEquals(List.of(), pushed, "it stays settled");
    assertTrue(heart.routing.givenUp(ANNA.organisation()).isPresent());
    heart.clock.advance(Routing.GIVEN_UP_IS_TOLD);
    assertTrue(heart.routing.givenUp(ANNA.organisation()).isEmpty());
  }

  /// Sends whose push with this text ends the process.
  private boolean startFallsOnSend(final String poison) {
    heart.apns().always =
        push -> {
          final var said = ((PushContent.Notice) push.content()).title();
          if (said.equals(poison)) {
            throw new Died();
          }
          pushed.add(push.event());
          return new HandedOver("");
        };
    try {
      heart.crashAndStartAgain();
      heart.pass(Duration.ofSeconds(20));
      return false;
    } catch (final Died _) {
      return true;
    }
  }

  private long leftSend(final String title) {
    final var like =
        Samples.send(title, new Audience.Addresses(List.of(Samples.address(1))), Samples.NOW);
    final var said =
        new SendContent.Neutral(EventClass.ALERT, "news", "", new Content(title, "", Map.of()));
    heart
        .routing
        .sends()
        .submit(
            new Send(like.key(), like.life(), like.lane(), like.notBefore(), like.to(), said),
            1,
            _ -> {});
    heart.store.commit();
    return heart.store.journal().lastSequence();
  }

  @Test
  void a_send_that_ended_three_starts_is_given_up_and_the_others_are_told() {
    final long before = leftSend("before");
    final long poison = leftSend("poison");
    final long after = leftSend("after");
    int starts = 0;
    while (startFallsOnSend("poison") && starts < 8) {
      starts++;
      assertEquals(State.GOES_ON, heart.store.sends().progress(poison).orElseThrow().state());
    }
    assertTrue(starts <= 5, () -> "it ended the starts again and again");
    assertEquals(State.GIVEN_UP, heart.store.sends().progress(poison).orElseThrow().state());
    assertTrue(
        heart.trail(poison).stream()
            .anyMatch(line ->
                line instanceof TrailEntry.Later later
                    && later.target().equals(TargetKey.WHOLE)
                    && later.tries().getFirst().why() == Reason.GIVEN_UP_AT_START),
        () -> "its trail: " + heart.trail(poison));
    for (final long other : List.of(before, after)) {
      assertEquals(State.OVER, heart.store.sends().progress(other).orElseThrow().state());
    }
    final var told = heart.routing.givenUp(Samples.ACME).orElseThrow();
    assertEquals(1, told.events());
    assertEquals(poison, told.newest());
    heart.pass(Duration.ofSeconds(40));
    assertFalse(startFallsOnSend("poison"), "it stays given up");
  }

  @Test
  void a_send_that_is_cancelled_before_its_turn_is_not_taken_up() {
    left(message("m1"));
    final long send = leftSend("cancelled");
    heart.store.starts.begins(); // the first one is that of the test
    heart.store.crash();
    heart.looks = false; // the note that it is taken up waits
    heart.crashAndStartAgain();
    heart.routing.sends().cancel(send, () -> {});
    heart.turn();
    heart.looks = true;
    heart.pass(Duration.ofSeconds(20));
    assertEquals(
        List.of(), heart.apns().taken.stream().filter(push -> push.event() == send).toList());
    assertEquals(State.CANCELLED, heart.store.sends().progress(send).orElseThrow().state());
  }

  @Test
  void after_two_starts_that_fell_calls_are_taken_up_first() {
    left(message("m1"));
    left(message("m2", BEN));
    final long call = left(incomingCall("c", BEN));
    heart.store.starts.begins(); // the first one is that of the test
    heart.crashAndStartAgain();
    heart.advance(Duration.ofMillis(100));
    assertEquals(List.of(call), heart.apns().taken.stream().map(push -> push.event()).toList());
    heart.advance(Dispatcher.GRACE_AFTER_RESTART);
    heart.advance(Duration.ofMillis(10));
    assertEquals(3, heart.apns().taken.size());
  }

  /// Each of them takes as long as it may, because its push is never answered.
  @Test
  void a_thousand_events_are_taken_up_within_seconds_a_hundred_at_a_time() {
    for (int i = 0; i < 1_000; i++) {
      left(message("m" + i, BEN));
    }
    heart.store.starts.begins();
    heart.crashAndStartAgain();
    heart.advance(Dispatcher.GRACE_AFTER_RESTART);
    heart.advance(Duration.ofMillis(10));
    assertEquals(CarefulStart.MANY, heart.apns().taken.size());
    for (int i = 0; i < 60; i++) {
      heart.advance(Duration.ofMillis(100));
    }
    assertEquals(1_000, heart.apns().taken.size());
  }

  @Test
  void the_one_among_many_on_which_starts_fall_is_found_in_three_falls() {
    for (int i = 0; i < 150; i++) {
      left(message("before" + i, BEN));
    }
    final long poison = left(message("poison"));
    for (int i = 0; i < 150; i++) {
      left(message("after" + i, BEN));
    }
    int falls = 0;
    while (startFalls(poison)) {
      falls++;
    }
    assertEquals(4, falls, "one that took up everything at once, and three");
    assertTrue(isGivenUp(poison));
    heart.pass(Duration.ofSeconds(20));
    assertEquals(1, heart.routing.givenUp(ANNA.organisation()).orElseThrow().events());
  }

  @Test
  void a_start_that_stands_ends_the_row_and_so_does_one_that_ends_in_order() {
    left(message("m1"));
    left(message("m2", BEN));
    heart.store.starts.begins();
    heart.pass(CarefulStart.UNTIL_IT_STANDS.plusSeconds(1));
    assertEquals(0, heart.store.starts.begins());
    heart.store.starts.begins();
    heart.routing.dispatcher().endsInOrder();
    heart.apns().taken.clear();
    left(message("m3"));
    left(message("m4", BEN));
    heart.crashAndStartAgain();
    heart.advance(Dispatcher.GRACE_AFTER_RESTART);
    assertEquals(4, heart.apns().taken.size(), "all at once");
  }

  @Test
  void an_event_whose_deliveries_wait_is_not_blamed_for_what_ends_the_process_from_outside() {
    final long slow = left(message("slow"));
    left(message("other", BEN));
    for (int start = 1; start <= 8; start++) { // its push is never answered
      heart.crashAndStartAgain();
      heart.advance(Dispatcher.GRACE_AFTER_RESTART.plusSeconds(3));
      assertFalse(isGivenUp(slow), "in start " + start);
    }
  }

  @Test
  void an_event_on_which_a_start_fell_comes_after_all_others() {
    final long first = left(message("first"));
    final long second = left(message("second", BEN));
    heart.store.starts.begins();
    heart.store.starts.worksOn(Set.of(first));
    heart.crashAndStartAgain();
    heart.apns().taken.clear();
    heart.advance(Dispatcher.GRACE_AFTER_RESTART);
    heart.advance(Duration.ofMillis(10));
    assertEquals(List.of(second), heart.apns().taken.stream().map(push -> push.event()).toList());
  }
}
