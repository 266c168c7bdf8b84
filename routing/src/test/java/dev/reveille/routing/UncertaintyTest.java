package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.messageUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A push may have arrived although no answer was seen, or the server died before it noted one: it
/// is told as uncertain before it is repeated, and repeated at most twice.
class UncertaintyTest {
  private static final InstallationId PHONE = new InstallationId("phone");
  private final RoutingFixture fixture = RoutingFixture.ofAnna();
  private final List<Push> left = new ArrayList<>();

  private void neverAnswers() {
    fixture.apns().always =
        push -> {
          left.add(push);
          return new Uncertain(Reason.NO_ANSWER);
        };
  }

  private void handsOver() {
    fixture.apns().always =
        push -> {
          left.add(push);
          return new HandedOver("");
        };
  }

  private long lines(final long event, final String outcome) {
    return fixture.story(event, "phone").stream()
        .filter(line -> line.startsWith("push " + outcome + " "))
        .count();
  }

  @Test
  void a_message_without_an_answer_is_repeated_at_most_twice() {
    neverAnswers();
    final long event = fixture.accept(message("m"));
    fixture.pass(Duration.ofHours(1));
    assertEquals(3, left.size());
    assertEquals(1, left.stream().map(Push::id).distinct().count());
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push uncertain NO_ANSWER",
            "push leaves SUSPENDED_MESSAGE",
            "push uncertain NO_ANSWER",
            "push leaves SUSPENDED_MESSAGE",
            "push uncertain NO_ANSWER",
            "settled"),
        fixture.story(event, "phone"));
    fixture.nothingIsLeft();
  }

  @Test
  void the_last_repeat_of_a_message_is_kept_for_a_minute() {
    neverAnswers();
    fixture.accept(messageUntil("m", NOW.plusSeconds(3_600), ANNA));
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(2, left.size());
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(2, left.size());
    fixture.pass(Duration.ofSeconds(80));
    assertEquals(3, left.size());
  }

  @Test
  void a_service_that_is_down_in_between_does_not_start_the_count_anew() {
    final var answers = new ArrayList<String>();
    fixture.apns().always =
        push -> {
          answers.add("");
          left.add(push);
          return answers.size() % 2 == 1
              ? new Uncertain(Reason.NO_ANSWER)
              : RoutingFixture.tryAgain(Reason.SERVICE_UNAVAILABLE, fixture.clock.instant());
        };
    final long event = fixture.accept(message("m"));
    fixture.pass(Duration.ofHours(1));
    assertEquals(3, lines(event, "uncertain"));
    assertEquals(5, left.size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_service_that_never_answers_holds_its_other_pushes_back() {
    neverAnswers();
    for (int i = 0; i < 200; i++) {
      fixture.accept(message("m" + i));
      fixture.pass(Duration.ofSeconds(1));
    }
    assertTrue(left.size() < 200, () -> left.size() + " pushes to a service that does not answer");
  }

  @Test
  void a_push_that_failed_at_an_open_breaker_is_told_although_the_phone_has_it_meanwhile() {
    for (int i = 0; i < 20; i++) { // the breaker shuts
      fixture.accept(message("m" + i));
    }
    final var last = fixture.apns().taken.getLast();
    final var all = List.copyOf(fixture.apns().taken);
    fixture.apns().taken.clear();
    fixture.acknowledge(ANNA, "phone", last.event());
    for (final var push : all) {
      final var later = fixture.clock.instant();
      fixture.apns().answer(push, RoutingFixture.tryAgain(Reason.SERVICE_UNAVAILABLE, later));
    }
    fixture.turn();
    assertEquals(1, lines(last.event(), "try-again"));
    assertTrue(fixture.story(last.event(), "phone").contains("settled"));
  }

  @Test
  void the_trail_of_an_uncertain_push_does_not_fill_while_its_service_is_out_of_reach() {
    neverAnswers();
    final long event = fixture.accept(message("m"));
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_UNREACHABLE, fixture.clock.instant());
    fixture.pass(Duration.ofMinutes(5));
    assertEquals(1, lines(event, "try-again"));
    assertTrue(lines(event, "leaves") <= 2, () -> fixture.story(event, "phone").toString());
    handsOver();
    fixture.pass(Duration.ofSeconds(20));
    assertTrue(fixture.story(event, "phone").contains("settled"));
    fixture.nothingIsLeft();
  }

  @Test
  void what_may_have_left_before_a_restart_is_told_before_it_is_repeated() {
    final long event = fixture.accept(message("m"));
    assertEquals(1, fixture.apns().take().attempt());
    fixture.crashAndStartAgain();
    handsOver();
    fixture.pass(Duration.ofSeconds(6));
    assertEquals(2, left.getFirst().attempt());
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push uncertain STOPPED_WHILE_SENDING",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        fixture.story(event, "phone"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_repeat_leaves_only_when_its_line_is_on_disk() {
    final long event = fixture.accept(message("m"));
    fixture.apns().take();
    fixture.crashAndStartAgain();
    handsOver();
    fixture.pass(Duration.ofMillis(4_900));
    fixture.clock.advance(Duration.ofMillis(200));
    fixture.routing.dispatcher().turn(); // admits it
    fixture.look();
    fixture.routing.dispatcher().turn(); // decides
    fixture.routing.dispatcher().turn();
    assertEquals(List.of(), left, "nothing is committed yet");
    fixture.store.commit();
    fixture.routing.dispatcher().turn();
    assertEquals(1, left.size());
    assertEquals(1, lines(event, "leaves"));
    fixture.turn();
    fixture.nothingIsLeft();
  }

  @Test
  void a_call_answered_503_is_repeated_at_once_when_the_answer_is_on_disk() {
    final long event = fixture.accept(incomingCall("c"));
    final var first = fixture.apns().take();
    handsOver();
    fixture.apns().answer(first, refusedAtOnce());
    fixture.routing.dispatcher().turn();
    fixture.routing.dispatcher().turn();
    assertEquals(List.of(), left, "nothing is committed yet");
    fixture.store.commit();
    fixture.routing.dispatcher().turn();
    assertEquals(2, left.getFirst().attempt());
    fixture.turn();
    assertEquals(1, lines(event, "try-again"));
    assertEquals(1, lines(event, "leaves"));
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_call_answered_503_before_a_restart_accounts_for_each_push() {
    final long event = fixture.accept(incomingCall("c"));
    fixture.apns().answer(fixture.apns().take(), refusedAtOnce());
    fixture.turn();
    assertEquals(2, fixture.apns().take().attempt(), "it left, and the server dies");
    handsOver();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(3, left.getFirst().attempt());
    assertEquals(2, lines(event, "try-again") + lines(event, "uncertain"));
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  private TryAgain refusedAtOnce() {
    return new TryAgain(
        Reason.SERVICE_UNAVAILABLE, "503", fixture.clock.instant(), ServiceReply.ANSWER);
  }

  @Test
  void a_call_is_repeated_while_it_rings_although_its_repeat_had_no_answer_either() {
    neverAnswers();
    final long event = fixture.accept(incomingCall("c"));
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(3, left.size());
    assertEquals(3, lines(event, "uncertain"));
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void server_after_server_that_dies_repeats_at_most_twice() {
    final long event = fixture.accept(incomingCall("c"));
    int pushes = fixture.apns().taken.size();
    for (int restart = 0; restart < 6; restart++) {
      fixture.crashAndStartAgain();
      pushes += fixture.apns().taken.size();
    }
    assertEquals(3, pushes);
    assertEquals(3, lines(event, "uncertain"));
    assertTrue(fixture.story(event, "phone").contains("settled"));
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_whose_push_left_before_a_restart_is_told_as_uncertain() {
    final long event = fixture.accept(message("m"));
    final var soon = NOW.plusSeconds(1);
    fixture
        .apns()
        .answer(fixture.apns().take(), RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, soon));
    fixture.turn();
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(2, fixture.apns().take().attempt(), "it left, and the server dies");
    handsOver();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(3, left.getFirst().attempt());
    assertEquals(1, lines(event, "uncertain"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_that_only_waited_over_a_restart_is_not_told_as_uncertain() {
    final long event = fixture.accept(message("m"));
    final var later = NOW.plusSeconds(9);
    fixture
        .apns()
        .answer(fixture.apns().take(), RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, later));
    fixture.turn();
    fixture.crashAndStartAgain();
    handsOver();
    fixture.pass(Duration.ofSeconds(12));
    assertEquals(0, lines(event, "uncertain"));
    assertEquals(2, left.getFirst().attempt());
    fixture.nothingIsLeft();
  }

  @Test
  void the_trail_says_that_a_message_waits_after_a_restart() {
    fixture.person(ANNA, android("second", ANNA));
    final long event = fixture.accept(message("m"));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.crashAndStartAgain();
    final var waits =
        fixture.trail(event).stream()
            .filter(TrailEntry.NoDevice.class::isInstance)
            .map(TrailEntry.NoDevice.class::cast)
            .toList();
    assertEquals(Reason.WAITING_AFTER_RESTART, waits.getFirst().why());
    fixture.crashAndStartAgain(); // the line settles nothing
    handsOver();
    fixture.pass(Duration.ofSeconds(6));
    assertEquals(1, left.size());
    assertEquals(1, fixture.settledLines(event).get(PHONE));
    fixture.nothingIsLeft();
  }

  @Test
  void a_fault_in_an_event_that_is_half_done_does_not_finish_it() {
    fixture.person(ANNA, android("second", ANNA));
    fixture.accept(incomingCall("c"));
    fixture.apns().take();
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.registry.readsFail = true;
    fixture.crashAndStartAgain();
    assertEquals(1L, fixture.routing.counters().read().get("faults"));
    fixture.registry.readsFail = false;
    handsOver();
    fixture.crashAndStartAgain();
    assertEquals(1, left.size());
    fixture.endTheCall();
  }

  @Test
  void a_phone_that_signed_out_between_two_crashes_does_not_finish_the_event_for_another() {
    fixture.person(ANNA, android("second", ANNA), android("third", ANNA));
    final long event = fixture.accept(message("m"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.registry.removeInstallation(PHONE, "test");
    fixture.pass(Duration.ofSeconds(6));
    final var told = fixture.fcm().taken.removeFirst();
    fixture.fcm().handOver(told);
    fixture.turn();
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(6));
    final var owed = fixture.fcm().take();
    assertNotEquals(told.work().target(), owed.work().target());
    fixture.fcm().handOver(owed);
    fixture.turn();
    assertEquals(Set.of(1), Set.copyOf(fixture.settledLines(event).values()));
    fixture.crashAndStartAgain();
    assertEquals(List.of(), fixture.store.journal().unfinished());
    fixture.nothingIsLeft();
  }
}
