package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One phone, one event: what leaves, what comes back, what the trail says. See [Heart].
class DeliveryTest {
  private static final Duration PATIENCE = Heart.OPTIONS.patience();
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

  // ---- live -----------------------------------------------------------------------------------

  @Test
  void a_message_acknowledged_in_time_is_never_pushed_C2_30() {
    heart.live.foreground("phone");
    final long event = heart.accept(message("m"));
    assertEquals(new InstallationId("phone"), heart.live.take().to());

    heart.advance(PATIENCE.minusMillis(1));
    heart.acknowledge(ANNA, "phone", event);
    heart.pass(PATIENCE.multipliedBy(2));

    assertEquals(
        List.of(
            "live-else-push FOREGROUND_MESSAGE", "live acknowledged LIVE_ACKNOWLEDGED", "settled"),
        heart.story(event, "phone"));
  }

  @Test
  void without_an_acknowledgement_the_push_goes_out_C2_14_C2_15() {
    heart.live.foreground("phone");
    final long event = heart.accept(message("m"));
    heart.live.take();
    heart.advance(PATIENCE.minusMillis(1));
    assertEquals(List.of(), heart.apns().taken);

    heart.advance(Duration.ofMillis(1));
    final var push = heart.apns().take();
    assertEquals(PushChannel.MESSAGE, push.to().channel());
    heart.apns().handOver(push);
    heart.turn();

    assertEquals(
        List.of(
            "live-else-push FOREGROUND_MESSAGE",
            "live unacknowledged LIVE_NOT_ACKNOWLEDGED",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        heart.story(event, "phone"));
  }

  @Test
  void when_the_channel_is_lost_the_push_goes_out_at_once() {
    heart.live.foreground("phone");
    final long event = heart.accept(message("m"));
    heart.live.lose(heart.live.take(), Reason.LIVE_CLOSED);
    heart.turn();
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals("live lost LIVE_CLOSED", heart.story(event, "phone").get(1));
    heart.pass(PATIENCE);
  }

  @Test
  void what_was_read_on_another_device_meanwhile_is_not_pushed() {
    heart.live.foreground("phone");
    final long event = heart.accept(message("m"));
    heart.live.take();
    heart.store.journal().note(List.of(new Note.ReadUpTo(ANNA, TEAM, event, NOW)));
    heart.pass(PATIENCE);
    assertEquals("push not-sent ALREADY_READ", heart.story(event, "phone").get(2));
  }

  @Test
  void a_live_side_that_fails_loses_nothing() {
    heart.live.foreground("phone");
    heart.live.fails = true;
    final long event = heart.accept(message("m"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals("live lost INTERNAL", heart.story(event, "phone").get(1));
    assertEquals(1L, heart.routing.counters().faults.sumThenReset());
    heart.pass(PATIENCE);
  }

  @Test
  void a_call_goes_both_ways_at_once_and_each_way_is_in_the_trail_C2_27_C2_28() {
    heart.live.foreground("phone");
    final long event = heart.accept(incomingCall("c"));
    final var frame = heart.live.take();
    final var push = heart.apns().take();
    final var ring = assertInstanceOf(PushContent.Ring.class, push.content());
    assertEquals("Carla Caller", ring.callerName(), "C2-41");
    assertEquals(frame.stored().sequence(), push.event());

    heart.apns().handOver(push);
    heart.turn();
    heart.acknowledge(ANNA, "phone", event);

    assertEquals(
        List.of(
            "live-and-push FOREGROUND_CALL",
            "push handed-over HANDED_TO_PLATFORM",
            "live acknowledged LIVE_ACKNOWLEDGED",
            "settled"),
        heart.story(event, "phone"));
    heart.endTheCall();
  }

  // ---- tries ----------------------------------------------------------------------------------

  @Test
  void a_push_to_try_again_waits_as_a_row_and_comes_back() {
    final long event = heart.accept(message("m"));
    final var first = heart.apns().take();
    heart.apns().answer(first, Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    heart.turn();
    assertEquals(0, heart.routing.dispatcher().inFlight(), "it does not wait in the heap");
    assertEquals(1, heart.store.rows().size());

    heart.advance(Duration.ofMillis(2_999));
    assertEquals(List.of(), heart.apns().taken);
    heart.advance(Duration.ofMillis(251));
    final var second = heart.apns().take();
    assertEquals(2, second.attempt());
    assertEquals(first.id(), second.id(), "one id for all tries");
    assertEquals(collapse(first), collapse(second));
    heart.apns().handOver(second);
    heart.turn();

    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again SERVICE_THROTTLED",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        heart.story(event, "phone"));
  }

  @Test
  void what_comes_back_is_decided_anew() {
    final long event = heart.accept(message("m"));
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    heart.turn();
    heart.live.foreground("phone");
    heart.advance(Duration.ofSeconds(4));
    heart.live.take();
    heart.acknowledge(ANNA, "phone", event);
    assertEquals(List.of(), heart.apns().taken);
    assertEquals("settled", heart.story(event, "phone").getLast());
    heart.pass(PATIENCE);
  }

  @Test
  void repeated_failures_are_tried_more_and_more_seldom() {
    heart.accept(message("m"));
    var last = NOW;
    final var pauses = new ArrayList<Duration>();
    for (int i = 0; i < 6; i++) {
      final var push = heart.apns().take();
      pauses.add(Duration.between(last, heart.clock.instant()));
      last = heart.clock.instant();
      heart.apns().answer(push, Heart.tryAgain(Reason.SERVICE_THROTTLED, heart.clock.instant()));
      heart.turn();
      if (i < 5) {
        while (heart.apns().taken.isEmpty()) {
          heart.advance(Duration.ofMillis(250));
        }
      }
    }
    assertTrue(pauses.get(5).compareTo(Duration.ofSeconds(8)) >= 0, pauses::toString);
    assertTrue(pauses.get(1).compareTo(Duration.ofSeconds(2)) <= 0, pauses::toString);
    heart.apns().always = _ -> new HandedOver("");
    heart.pass(Duration.ofSeconds(33));
  }

  @Test
  void nothing_is_tried_after_the_deadline_and_the_trail_says_so() {
    final long event = heart.accept(message("m"));
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(60)));
    heart.turn();
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again SERVICE_THROTTLED",
            "push expired TOO_LATE_TO_ALERT",
            "settled"),
        heart.story(event, "phone"));
  }

  @Test
  void a_row_that_expires_while_it_waits_is_given_up() {
    final long event = heart.accept(message("m"));
    heart
        .apns()
        .answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(59)));
    heart.turn();
    heart.advance(Duration.ofSeconds(61));
    assertEquals(
        List.of("push expired TOO_LATE_TO_ALERT", "settled"),
        heart.story(event, "phone").subList(2, 4));
  }

  @Test
  void an_uncertain_call_is_repeated_once_at_once() {
    heart.accept(incomingCall("c"));
    final var first = heart.apns().take();
    heart.apns().answer(first, new Uncertain(Reason.NO_ANSWER));
    heart.turn();
    final var second = heart.apns().take();
    assertEquals(first.id(), second.id());
    assertEquals(
        ((PushContent.Ring) first.content()).call(), ((PushContent.Ring) second.content()).call());
    heart.apns().answer(second, new Uncertain(Reason.NO_ANSWER));
    heart.turn();
    assertEquals(1, heart.store.rows().size(), "then it waits a moment");
    heart.endTheCall();
    heart.pass(Duration.ofSeconds(11));
  }

  @Test
  void an_outcome_told_twice_or_too_late_changes_nothing() {
    final long event = heart.accept(incomingCall("c"));
    final var first = heart.apns().take();
    heart.apns().answer(first, new Uncertain(Reason.NO_ANSWER));
    heart.turn();
    final var second = heart.apns().take();
    heart.apns().handOver(first);
    heart.turn();
    assertFalse(heart.story(event, "phone").contains("settled"), "the second is under way");
    heart.apns().handOver(second);
    heart.apns().handOver(second);
    heart.turn();
    assertEquals(1, heart.settledLines(event).get(new InstallationId("phone")));
    heart.endTheCall();
  }

  @Test
  void a_refused_push_is_not_tried_again() {
    final long event = heart.accept(message("m"));
    heart
        .apns()
        .answer(
            heart.apns().take(), new Refused(Reason.BAD_REQUEST, "BadPriority", Verdict.NOTHING));
    heart.turn();
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused BAD_REQUEST", "settled"),
        heart.story(event, "phone"));
  }

  @Test
  void a_dead_address_is_dropped_and_the_trail_says_so() {
    final long event = heart.accept(message("m"));
    refuseAsDead(NOW, event);
    assertEquals("push address-dropped TOKEN_RETIRED", heart.story(event, "phone").getLast());
    final long next = heart.accept(message("n"));
    assertEquals(List.of("suppress NO_MESSAGE_ADDRESS", "settled"), heart.story(next, "phone"));
  }

  @Test
  void an_address_registered_after_the_refusal_is_kept() {
    final long event = heart.accept(message("m"));
    refuseAsDead(NOW.minus(Duration.ofDays(2)), event);
    assertEquals("push address-kept TOKEN_KEPT_NEWER", heart.story(event, "phone").getLast());
    heart.accept(message("n"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
  }

  private void refuseAsDead(final Instant since, final long event) {
    heart
        .apns()
        .answer(
            heart.apns().take(),
            new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(since)));
    heart.turn();
    assertEquals(4, heart.story(event, "phone").size());
  }

  @Test
  void a_sender_that_throws_costs_no_push() {
    heart.apns().fails = true;
    final long event = heart.accept(message("m"));
    assertEquals(1, heart.store.rows().size());
    heart.apns().fails = false;
    heart.advance(Duration.ofSeconds(11));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals("push uncertain INTERNAL", heart.story(event, "phone").get(1));
    assertEquals(1L, heart.routing.counters().faults.sumThenReset());
  }

  private static String collapse(final Push push) {
    return assertInstanceOf(PushContent.Ours.class, push.content()).collapse();
  }
}
