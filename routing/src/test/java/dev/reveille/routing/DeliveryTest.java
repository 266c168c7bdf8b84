package dev.reveille.routing;

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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// One phone, one event: what leaves, what comes back, what the trail says. See [RoutingFixture].
class DeliveryTest {
  private static final Duration PATIENCE = RoutingFixture.OPTIONS.patience();
  @AutoClose private final RoutingFixture fixture = RoutingFixture.ofAnna();

  // ---- live -----------------------------------------------------------------------------------

  @Test
  void a_message_acknowledged_in_time_is_never_pushed_C2_30() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(message("m"));
    assertEquals(new InstallationId("phone"), fixture.live.take().to());

    fixture.advance(PATIENCE.minusMillis(1));
    fixture.acknowledge(ANNA, "phone", event);
    fixture.pass(PATIENCE.multipliedBy(2));

    assertEquals(
        List.of(
            "live-else-push FOREGROUND_MESSAGE", "live acknowledged LIVE_ACKNOWLEDGED", "settled"),
        fixture.story(event, "phone"));
  }

  @Test
  void without_an_acknowledgement_the_push_goes_out_C2_14_C2_15() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(message("m"));
    fixture.live.take();
    fixture.advance(PATIENCE.minusMillis(1));
    assertEquals(List.of(), fixture.apns().taken);

    fixture.advance(Duration.ofMillis(1));
    final var push = fixture.apns().take();
    assertEquals(PushChannel.MESSAGE, push.to().channel());
    fixture.apns().handOver(push);
    fixture.turn();

    assertEquals(
        List.of(
            "live-else-push FOREGROUND_MESSAGE",
            "live unacknowledged LIVE_NOT_ACKNOWLEDGED",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        fixture.story(event, "phone"));
  }

  @Test
  void when_the_channel_is_lost_the_push_goes_out_at_once() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(message("m"));
    fixture.live.lose(fixture.live.take(), Reason.LIVE_CLOSED);
    fixture.turn();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals("live lost LIVE_CLOSED", fixture.story(event, "phone").get(1));
    fixture.pass(PATIENCE);
  }

  @Test
  void what_was_read_on_another_device_meanwhile_is_not_pushed() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(message("m"));
    fixture.live.take();
    fixture.store.journal().note(List.of(new Note.ReadUpTo(ANNA, TEAM, event, NOW)));
    fixture.pass(PATIENCE);
    assertEquals("push not-sent ALREADY_READ", fixture.story(event, "phone").get(2));
  }

  @Test
  void a_live_side_that_fails_loses_nothing() {
    fixture.live.foreground("phone");
    fixture.live.fails = true;
    final long event = fixture.accept(message("m"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals("live lost INTERNAL", fixture.story(event, "phone").get(1));
    assertEquals(1L, fixture.routing.counters().faults.sumThenReset());
    fixture.pass(PATIENCE);
  }

  @Test
  void a_call_goes_both_ways_at_once_and_each_way_is_in_the_trail_C2_27_C2_28() {
    fixture.live.foreground("phone");
    final long event = fixture.accept(incomingCall("c"));
    final var frame = fixture.live.take();
    final var push = fixture.apns().take();
    final var ring = assertInstanceOf(PushContent.Ring.class, push.content());
    assertEquals("Carla Caller", ring.callerName(), "C2-41");
    assertEquals(frame.stored().sequence(), push.event());

    fixture.apns().handOver(push);
    fixture.turn();
    fixture.acknowledge(ANNA, "phone", event);

    assertEquals(
        List.of(
            "live-and-push FOREGROUND_CALL",
            "push handed-over HANDED_TO_PLATFORM",
            "live acknowledged LIVE_ACKNOWLEDGED",
            "settled"),
        fixture.story(event, "phone"));
    fixture.endTheCall();
  }

  // ---- tries ----------------------------------------------------------------------------------

  @Test
  void a_push_to_try_again_waits_as_a_row_and_comes_back() {
    final long event = fixture.accept(message("m"));
    final var first = fixture.apns().take();
    fixture
        .apns()
        .answer(first, RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    fixture.turn();
    assertEquals(0, fixture.routing.dispatcher().inFlight(), "it does not wait in the heap");
    assertEquals(1, fixture.store.rows().size());

    fixture.advance(Duration.ofMillis(2_999));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.advance(Duration.ofMillis(251));
    final var second = fixture.apns().take();
    assertEquals(2, second.attempt());
    assertEquals(first.id(), second.id(), "one id for all tries");
    assertEquals(collapse(first), collapse(second));
    fixture.apns().handOver(second);
    fixture.turn();

    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again SERVICE_THROTTLED",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        fixture.story(event, "phone"));
  }

  @Test
  void what_comes_back_is_decided_anew() {
    final long event = fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(3)));
    fixture.turn();
    fixture.live.foreground("phone");
    fixture.advance(Duration.ofSeconds(4));
    fixture.live.take();
    fixture.acknowledge(ANNA, "phone", event);
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals("settled", fixture.story(event, "phone").getLast());
    fixture.pass(PATIENCE);
  }

  @Test
  void repeated_failures_are_tried_more_and_more_seldom() {
    fixture.accept(message("m"));
    var last = NOW;
    final var pauses = new ArrayList<Duration>();
    for (int i = 0; i < 6; i++) {
      final var push = fixture.apns().take();
      pauses.add(Duration.between(last, fixture.clock.instant()));
      last = fixture.clock.instant();
      fixture
          .apns()
          .answer(push, RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, fixture.clock.instant()));
      fixture.turn();
      if (i < 5) {
        while (fixture.apns().taken.isEmpty()) {
          fixture.advance(Duration.ofMillis(250));
        }
      }
    }
    assertTrue(pauses.get(5).compareTo(Duration.ofSeconds(8)) >= 0, pauses::toString);
    assertTrue(pauses.get(1).compareTo(Duration.ofSeconds(2)) <= 0, pauses::toString);
    fixture.apns().always = _ -> new HandedOver("");
    fixture.pass(Duration.ofSeconds(33));
  }

  @Test
  void nothing_is_tried_after_the_deadline_and_the_trail_says_so() {
    final long event = fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(60)));
    fixture.turn();
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push try-again SERVICE_THROTTLED",
            "push expired TOO_LATE_TO_ALERT",
            "settled"),
        fixture.story(event, "phone"));
  }

  @Test
  void a_row_that_expires_while_it_waits_is_given_up() {
    final long event = fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(59)));
    fixture.turn();
    fixture.advance(Duration.ofSeconds(61));
    assertEquals(
        List.of("push expired TOO_LATE_TO_ALERT", "settled"),
        fixture.story(event, "phone").subList(2, 4));
  }

  @Test
  void an_uncertain_call_is_repeated_once_at_once() {
    fixture.accept(incomingCall("c"));
    final var first = fixture.apns().take();
    fixture.apns().answer(first, new Uncertain(Reason.NO_ANSWER));
    fixture.turn();
    final var second = fixture.apns().take();
    assertEquals(first.id(), second.id());
    assertEquals(
        ((PushContent.Ring) first.content()).call(), ((PushContent.Ring) second.content()).call());
    fixture.apns().answer(second, new Uncertain(Reason.NO_ANSWER));
    fixture.turn();
    assertEquals(1, fixture.store.rows().size(), "then it waits a moment");
    fixture.endTheCall();
    fixture.pass(Duration.ofSeconds(11));
  }

  @Test
  void an_outcome_told_twice_or_too_late_changes_nothing() {
    final long event = fixture.accept(incomingCall("c"));
    final var first = fixture.apns().take();
    fixture.apns().answer(first, new Uncertain(Reason.NO_ANSWER));
    fixture.turn();
    final var second = fixture.apns().take();
    fixture.apns().handOver(first);
    fixture.turn();
    assertFalse(fixture.story(event, "phone").contains("settled"), "the second is under way");
    fixture.apns().handOver(second);
    fixture.apns().handOver(second);
    fixture.turn();
    assertEquals(1, fixture.settledLines(event).get(new InstallationId("phone")));
    fixture.endTheCall();
  }

  @Test
  void a_refused_push_is_not_tried_again() {
    final long event = fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new Refused(Reason.BAD_REQUEST, "BadPriority", Verdict.NOTHING));
    fixture.turn();
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push refused BAD_REQUEST", "settled"),
        fixture.story(event, "phone"));
  }

  @Test
  void a_dead_address_is_dropped_and_the_trail_says_so() {
    final long event = fixture.accept(message("m"));
    refuseAsDead(NOW, event);
    assertEquals("push address-dropped TOKEN_RETIRED", fixture.story(event, "phone").getLast());
    final long next = fixture.accept(message("n"));
    assertEquals(List.of("suppress NO_MESSAGE_ADDRESS", "settled"), fixture.story(next, "phone"));
  }

  @Test
  void an_address_registered_after_the_refusal_is_kept() {
    final long event = fixture.accept(message("m"));
    refuseAsDead(NOW.minus(Duration.ofDays(2)), event);
    assertEquals("push address-kept TOKEN_KEPT_NEWER", fixture.story(event, "phone").getLast());
    fixture.accept(message("n"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
  }

  private void refuseAsDead(final Instant since, final long event) {
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(since)));
    fixture.turn();
    assertEquals(4, fixture.story(event, "phone").size());
  }

  @Test
  void a_sender_that_throws_costs_no_push() {
    fixture.apns().fails = true;
    final long event = fixture.accept(message("m"));
    assertEquals(1, fixture.store.rows().size());
    fixture.apns().fails = false;
    fixture.advance(Duration.ofSeconds(11));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals("push uncertain INTERNAL", fixture.story(event, "phone").get(1));
    assertEquals(1L, fixture.routing.counters().faults.sumThenReset());
  }

  private static String collapse(final Push push) {
    return assertInstanceOf(PushContent.Ours.class, push.content()).collapse();
  }
}
