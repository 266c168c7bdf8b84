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
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Content;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What ended a start does not end each one after it.
class CrashLoopGuardTest {
  private final RoutingFixture fixture = new RoutingFixture();
  private final List<Long> pushed = new ArrayList<>();

  @BeforeEach
  void twoPeopleWithPhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("annas", 18, ANNA));
    fixture.person(BEN, iPhone("bens", 18, BEN));
    fixture.store.remembersStarts = true;
  }

  /// Accepted, and the process dies before anything is dispatched.
  private long left(final Event event) {
    fixture.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> {}));
    fixture.store.commit();
    return fixture.store.journal().lastSequence();
  }

  /// The end of the process.
  private static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  /// Starts anew and goes on for a while; a frame of this event ends the process.
  private boolean startFalls(final long poison) {
    fixture.apns().always =
        push -> {
          pushed.add(push.event());
          return new HandedOver("");
        };
    fixture.live.watch =
        frame -> {
          if (frame.stored().sequence() == poison) {
            throw new Died();
          }
        };
    try {
      fixture.crashAndStartAgain();
      fixture.live.foreground("annas");
      fixture.pass(Duration.ofSeconds(20));
      return false;
    } catch (final Died _) {
      return true;
    }
  }

  private boolean isGivenUp(final long event) {
    return fixture.trail(event).stream()
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
    assertTrue(isGivenUp(poison), () -> "its trail: " + fixture.trail(poison));
    assertEquals(List.of(1), List.copyOf(fixture.settledLines(after).values()));
    assertEquals(List.of(1), List.copyOf(fixture.settledLines(before).values()));
    assertTrue(fixture.store.journal().find(poison).isPresent());
    assertTrue(fixture.store.inbox().hasEntryOf(ANNA, TEAM));
    final var told = fixture.routing.givenUp(ANNA.organisation()).orElseThrow();
    assertEquals(1, told.events());
    assertEquals(poison, told.newest());
    pushed.clear();
    fixture.pass(Duration.ofSeconds(40));
    assertFalse(startFalls(poison));
    assertEquals(List.of(), pushed, "it stays settled");
    assertTrue(fixture.routing.givenUp(ANNA.organisation()).isPresent());
    fixture.clock.advance(Routing.GIVEN_UP_IS_TOLD);
    assertTrue(fixture.routing.givenUp(ANNA.organisation()).isEmpty());
  }

  /// The same where the audience of a send ends the process.
  private boolean startFallsOnSend() {
    fixture.audiences = new Poison();
    fixture.apns().always =
        push -> {
          pushed.add(push.event());
          return new HandedOver("");
        };
    try {
      fixture.crashAndStartAgain();
      fixture.pass(Duration.ofSeconds(20));
      return false;
    } catch (final Died _) {
      return true;
    }
  }

  /// To look who is registered ends the process.
  private static final class Poison implements Audiences {
    @Override
    public Page page(final Audience.Registered audience, final long after, final int most) {
      throw new Died();
    }

    @Override
    public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
      throw new Died();
    }
  }

  private long leftSend(final String title) {
    return leftSend(title, new Audience.Addresses(List.of(Samples.address(1))));
  }

  private long leftSend(final String title, final Audience to) {
    final var like = Samples.send(title, to, Samples.NOW);
    final var said =
        new SendContent.Neutral(EventClass.ALERT, "news", "", new Content(title, "", Map.of()));
    fixture
        .routing
        .sends()
        .submit(
            new Send(like.key(), like.life(), like.lane(), like.notBefore(), like.to(), said),
            1,
            _ -> {});
    fixture.store.commit();
    return fixture.store.journal().lastSequence();
  }

  @Test
  void a_send_that_ended_three_starts_is_given_up_and_the_others_are_told() {
    final long before = leftSend("before");
    final long poison = leftSend("poison", new Audience.Registered("news", "", 1));
    final long after = leftSend("after");
    int starts = 0;
    while (startFallsOnSend() && starts < 8) {
      starts++;
      assertEquals(State.GOES_ON, fixture.store.sends().progress(poison).orElseThrow().state());
    }
    assertTrue(starts <= 5, () -> "it ended the starts again and again");
    assertEquals(State.GIVEN_UP, fixture.store.sends().progress(poison).orElseThrow().state());
    assertTrue(
        fixture.trail(poison).stream()
            .anyMatch(line ->
                line instanceof TrailEntry.Later later
                    && later.target().equals(TargetKey.WHOLE)
                    && later.tries().getFirst().why() == Reason.GIVEN_UP_AT_START),
        () -> "its trail: " + fixture.trail(poison));
    for (final long other : List.of(before, after)) {
      assertEquals(State.OVER, fixture.store.sends().progress(other).orElseThrow().state());
    }
    final var told = fixture.routing.givenUp(Samples.ACME).orElseThrow();
    assertEquals(1, told.events());
    assertEquals(poison, told.newest());
    fixture.pass(Duration.ofSeconds(40));
    assertFalse(startFallsOnSend(), "it stays given up");
  }

  @Test
  void a_send_that_is_cancelled_before_its_turn_is_not_taken_up() {
    left(message("m1"));
    final long send = leftSend("cancelled");
    fixture.store.starts.begins(); // the first one is that of the test
    fixture.store.crash();
    fixture.looks = false; // the note that it is taken up waits
    fixture.crashAndStartAgain();
    fixture.routing.sends().cancel(send, () -> {});
    fixture.turn();
    fixture.looks = true;
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(
        List.of(), fixture.apns().taken.stream().filter(push -> push.event() == send).toList());
    assertEquals(State.CANCELLED, fixture.store.sends().progress(send).orElseThrow().state());
  }

  @Test
  void after_two_starts_that_crashed_calls_are_taken_up_first() {
    left(message("m1"));
    left(message("m2", BEN));
    final long call = left(incomingCall("c", BEN));
    fixture.store.starts.begins(); // the first one is that of the test
    fixture.crashAndStartAgain();
    fixture.advance(Duration.ofMillis(100));
    assertEquals(List.of(call), fixture.apns().taken.stream().map(push -> push.event()).toList());
    fixture.advance(Dispatcher.GRACE_AFTER_RESTART);
    fixture.advance(Duration.ofMillis(10));
    assertEquals(3, fixture.apns().taken.size());
  }

  /// Each of them takes as long as it may, because its push is never answered.
  @Test
  void a_thousand_events_are_taken_up_within_seconds_a_hundred_at_a_time() {
    for (int i = 0; i < 1_000; i++) {
      left(message("m" + i, BEN));
    }
    fixture.store.starts.begins();
    fixture.crashAndStartAgain();
    fixture.advance(Dispatcher.GRACE_AFTER_RESTART);
    fixture.advance(Duration.ofMillis(10));
    assertEquals(CrashLoopGuard.MANY, fixture.apns().taken.size());
    for (int i = 0; i < 60; i++) {
      fixture.advance(Duration.ofMillis(100));
    }
    assertEquals(1_000, fixture.apns().taken.size());
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
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(1, fixture.routing.givenUp(ANNA.organisation()).orElseThrow().events());
  }

  @Test
  void a_start_that_stands_ends_the_row_and_so_does_one_that_ends_in_order() {
    left(message("m1"));
    left(message("m2", BEN));
    fixture.store.starts.begins();
    fixture.pass(CrashLoopGuard.UNTIL_IT_STANDS.plusSeconds(1));
    assertEquals(0, fixture.store.starts.begins());
    fixture.store.starts.begins();
    fixture.routing.dispatcher().endsInOrder();
    fixture.apns().taken.clear();
    left(message("m3"));
    left(message("m4", BEN));
    fixture.crashAndStartAgain();
    fixture.advance(Dispatcher.GRACE_AFTER_RESTART);
    assertEquals(4, fixture.apns().taken.size(), "all at once");
  }

  @Test
  void an_event_whose_deliveries_wait_is_not_blamed_for_what_ends_the_process_from_outside() {
    final long slow = left(message("slow"));
    left(message("other", BEN));
    for (int start = 1; start <= 8; start++) { // its push is never answered
      fixture.crashAndStartAgain();
      fixture.advance(Dispatcher.GRACE_AFTER_RESTART.plusSeconds(3));
      assertFalse(isGivenUp(slow), "in start " + start);
    }
  }

  @Test
  void an_event_during_which_a_start_crashed_comes_after_all_others() {
    final long first = left(message("first"));
    final long second = left(message("second", BEN));
    fixture.store.starts.begins();
    fixture.store.starts.worksOn(Set.of(first));
    fixture.crashAndStartAgain();
    fixture.apns().taken.clear();
    fixture.advance(Dispatcher.GRACE_AFTER_RESTART);
    fixture.advance(Duration.ofMillis(10));
    assertEquals(List.of(second), fixture.apns().taken.stream().map(push -> push.event()).toList());
  }
}
