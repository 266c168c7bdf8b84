package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.missedCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Recipients whom no cache knows: their events wait for a look-up, and nothing else waits for
/// them. The stores of [RoutingFixture] throw when the dispatcher's own thread reads them.
class ColdRecipientsTest {
  private RoutingFixture fixture = new RoutingFixture();
  private final List<Push> left = new ArrayList<>();

  @BeforeEach
  void peopleHavePhones() {
    people();
  }

  private void people() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
    for (final var sender : List.of(fixture.apns(), fixture.fcm())) {
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

  private List<Long> pushedTo(final String phone) {
    return left.stream()
        .filter(push -> push.work().target().value().equals(phone))
        .map(Push::event)
        .toList();
  }

  @Test
  void an_event_for_a_cold_recipient_lets_others_pass() {
    final long warm = fixture.accept(message("brings Ben into memory", BEN));
    fixture.looks = false;
    final long cold = fixture.accept(message("m", ANNA));
    final long later = fixture.accept(message("n", BEN));
    assertEquals(List.of(warm, later), pushed());
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(warm, later, cold), pushed());
    fixture.nothingIsLeft();
  }

  @Test
  void later_events_of_a_cold_recipient_wait_for_the_earlier_one() {
    fixture.looks = false;
    final long first = fixture.accept(message("m", ANNA));
    final long both = fixture.accept(message("n", ANNA, BEN));
    final long bens = fixture.accept(message("o", BEN));
    final var lookups = List.copyOf(fixture.lookups);
    fixture.lookups.clear();
    lookups.reversed().forEach(Runnable::run); // the first is read last
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(first, both), pushedTo("phone"));
    assertEquals(List.of(both, bens), pushedTo("bens"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_later_event_waits_for_the_earlier_one_although_memory_knows_its_recipient() {
    final long warm = fixture.accept(message("brings Ben into memory", BEN));
    fixture.looks = false;
    final long both = fixture.accept(message("m", ANNA, BEN));
    final long bens = fixture.accept(message("n", BEN));
    assertEquals(List.of(warm), pushed());
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(both), pushedTo("phone"));
    assertEquals(List.of(warm, both, bens), pushedTo("bens"));
    fixture.nothingIsLeft();
  }

  @Test
  void an_end_never_overtakes_its_ring() {
    fixture.looks = false;
    final long ring = fixture.accept(incomingCall("c", ANNA, BEN));
    fixture.routing.calls().end(ACME, call("c"), new CallEnd.AnsweredElsewhere("desk"), _ -> {});
    fixture.turn();
    assertEquals(List.of(), left);
    fixture.looks = true;
    fixture.turn();
    fixture.pass(Duration.ofSeconds(1));
    assertTrue(pushed().stream().noneMatch(event -> event == ring), "the call is over");
    assertEquals(
        List.of("suppress CALL_OVER", "settled"),
        fixture.story(ring, "phone"),
        "and its trail says so");
  }

  @Test
  void a_phone_that_has_it_before_it_was_looked_up_is_not_told() {
    fixture.looks = false;
    final long event = fixture.accept(message("m", ANNA));
    fixture.acknowledge(ANNA, "phone", event);
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), left);
    assertTrue(fixture.story(event, "phone").contains("suppress LIVE_ACKNOWLEDGED"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_phone_that_signs_out_while_it_is_looked_up_is_not_told() {
    fixture.looks = false;
    fixture.accept(message("m", ANNA));
    fixture.look();
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), left);
    fixture.nothingIsLeft();
  }

  @Test
  void what_memory_learnt_since_an_event_was_read_counts_when_its_turn_comes() {
    fixture.looks = false;
    final long first = fixture.accept(message("m", ANNA));
    final long second = fixture.accept(message("n", ANNA));
    final var lookups = List.copyOf(fixture.lookups);
    fixture.lookups.clear();
    lookups.getLast().run(); // the second is read, and waits for the first
    fixture.turn();
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    fixture.registry.keepInstallation(android("tablet", ANNA), "test");
    lookups.getFirst().run();
    fixture.looks = true;
    fixture.turn();
    assertEquals(
        List.of(first + " tablet", second + " tablet"),
        left.stream().map(push -> push.event() + " " + push.work().target()).toList());
    fixture.nothingIsLeft();
  }

  @Test
  void what_a_former_run_let_in_gives_no_credits_back() {
    fixture.looks = false;
    final long event = fixture.accept(message("m", ANNA));
    fixture.crashAndStartAgain();
    fixture.looks = true;
    fixture.pass(Dispatcher.GRACE_AFTER_RESTART.plusSeconds(1));
    assertEquals(List.of(event), pushed());
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void an_event_that_failed_for_good_gives_its_credits_back() {
    fixture.registry.readsFail = true;
    fixture.accept(missedCall("m", ANNA));
    fixture.pass(Duration.ofMinutes(10));
    assertEquals(0, fixture.routing.backlog());
    assertEquals(List.of(), left);
  }

  @Test
  void what_waits_for_a_look_up_counts_at_the_intake() {
    fixture =
        new RoutingFixture(
            RoutingOptions.DEFAULT.withInHeap(3, 1).withInFlight(100).withWaiting(1_000));
    people();
    fixture.looks = false;
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(Answer.Stored.class, fixture.submit(message("m" + i)));
    }
    final var refused = assertInstanceOf(Answer.NotKept.class, fixture.submit(message("one more")));
    assertEquals(Reason.BACKLOG_FULL, refused.why());
    fixture.looks = true;
    fixture.turn();
    assertInstanceOf(Answer.Stored.class, fixture.submit(message("again")));
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void a_call_for_a_warm_user_does_not_wait_for_a_cold_broadcast() {
    final long warm = fixture.accept(message("brings Ben into memory", BEN));
    fixture.looks = false;
    for (int i = 0; i < 100; i++) {
      fixture.routing.intake().submit(new HandIn(message("m" + i, ANNA), i, _ -> {}));
    }
    fixture.turn();
    final long call = fixture.accept(incomingCall("c", BEN));
    assertEquals(List.of(warm, call), pushed());
    fixture.looks = true;
    fixture.turn();
    fixture.endTheCall();
  }

  @Test
  void a_push_that_falls_back_reads_its_badge_beside_the_dispatcher() {
    fixture.live.foreground("phone");
    fixture.accept(message("m", ANNA));
    fixture.live.take();
    fixture.pass(RoutingFixture.OPTIONS.patience());
    final var notice = assertInstanceOf(PushContent.Notice.class, left.getFirst().content());
    assertEquals(1, notice.badge());
    fixture.nothingIsLeft();
  }

  @Test
  void when_the_stores_fail_the_event_is_held_and_keeps_its_credits() {
    fixture.registry.readsFail = true;
    fixture.accept(missedCall("m", ANNA));
    assertEquals(1, fixture.routing.backlog());
    fixture.registry.readsFail = false;
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(1, left.size());
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void a_fault_in_a_later_event_does_not_disturb_the_earlier_one() {
    fixture.looks = false;
    final long first = fixture.accept(message("m", ANNA));
    fixture.accept(message("n", ANNA));
    final var lookups = List.copyOf(fixture.lookups);
    fixture.lookups.clear();
    fixture.registry.readsFail = true;
    lookups.getLast().run();
    fixture.turn();
    fixture.registry.readsFail = false;
    lookups.getFirst().run();
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(first), pushed());
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(2, left.size());
    assertEquals(0, fixture.routing.backlog());
  }
}
