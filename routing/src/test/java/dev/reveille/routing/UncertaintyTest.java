package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A push may have arrived although no answer was seen, or the server died before it noted one: it
/// is told as uncertain before it is repeated, and repeated at most twice.
class UncertaintyTest {
  private static final InstallationId PHONE = new InstallationId("phone");
  private final Heart heart = new Heart();
  private final List<Push> left = new ArrayList<>();

  @BeforeEach
  void annaHasAPhone() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
  }

  private void neverAnswers() {
    heart.apns().always =
        push -> {
          left.add(push);
          return new Uncertain(Reason.NO_ANSWER);
        };
  }

  private void handsOver() {
    heart.apns().always =
        push -> {
          left.add(push);
          return new HandedOver("");
        };
  }

  private long lines(final long event, final String outcome) {
    return heart.story(event, "phone").stream()
        .filter(line -> line.startsWith("push " + outcome + " "))
        .count();
  }

  @Test
  void a_message_without_an_answer_is_repeated_at_most_twice() {
    neverAnswers();
    final long event = heart.accept(message("m"));
    heart.pass(Duration.ofHours(1));
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
        heart.story(event, "phone"));
    heart.nothingIsLeft();
  }

  @Test
  void a_service_that_is_down_in_between_does_not_start_the_count_anew() {
    final var answers = new ArrayList<String>();
    heart.apns().always =
        push -> {
          answers.add("");
          left.add(push);
          return answers.size() % 2 == 1
              ? new Uncertain(Reason.NO_ANSWER)
              : Heart.tryAgain(Reason.SERVICE_UNAVAILABLE, heart.clock.instant());
        };
    final long event = heart.accept(message("m"));
    heart.pass(Duration.ofHours(1));
    assertEquals(3, lines(event, "uncertain"));
    assertEquals(5, left.size());
    heart.nothingIsLeft();
  }

  @Test
  void a_service_that_never_answers_holds_its_other_pushes_back() {
    neverAnswers();
    for (int i = 0; i < 200; i++) {
      heart.accept(message("m" + i));
      heart.pass(Duration.ofSeconds(1));
    }
    assertTrue(left.size() < 200, () -> left.size() + " pushes to a service that does not answer");
  }

  @Test
  void a_push_that_failed_at_an_open_breaker_is_told_although_the_phone_has_it_meanwhile() {
    for (int i = 0; i < 20; i++) { // the breaker shuts
      heart.accept(message("m" + i));
    }
    final var last = heart.apns().taken.getLast();
    final var all = List.copyOf(heart.apns().taken);
    heart.apns().taken.clear();
    heart.acknowledge(ANNA, "phone", last.event());
    for (final var push : all) {
      final var later = heart.clock.instant();
      heart.apns().answer(push, Heart.tryAgain(Reason.SERVICE_UNAVAILABLE, later));
    }
    heart.turn();
    assertEquals(1, lines(last.event(), "try-again"));
    assertTrue(heart.story(last.event(), "phone").contains("settled"));
  }

  @Test
  void the_trail_of_an_uncertain_push_does_not_fill_while_its_service_is_out_of_reach() {
    neverAnswers();
    final long event = heart.accept(message("m"));
    heart.apns().always = _ -> Heart.tryAgain(Reason.SERVICE_UNREACHABLE, heart.clock.instant());
    heart.pass(Duration.ofMinutes(5));
    assertEquals(1, lines(event, "try-again"));
    assertTrue(lines(event, "leaves") <= 2, () -> heart.story(event, "phone").toString());
    handsOver();
    heart.pass(Duration.ofSeconds(20));
    assertTrue(heart.story(event, "phone").contains("settled"));
    heart.nothingIsLeft();
  }

  @Test
  void what_may_have_left_before_a_restart_is_told_before_it_is_repeated() {
    final long event = heart.accept(message("m"));
    assertEquals(1, heart.apns().take().attempt());
    heart.crashAndStartAgain();
    handsOver();
    heart.pass(Duration.ofSeconds(6));
    assertEquals(2, left.getFirst().attempt());
    assertEquals(
        List.of(
            "push SUSPENDED_MESSAGE",
            "push uncertain STOPPED_WHILE_SENDING",
            "push leaves SUSPENDED_MESSAGE",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        heart.story(event, "phone"));
    heart.nothingIsLeft();
  }

  @Test
  void a_repeat_leaves_only_when_its_line_is_on_disk() {
    final long event = heart.accept(message("m"));
    heart.apns().take();
    heart.crashAndStartAgain();
    handsOver();
    heart.pass(Duration.ofMillis(4_900));
    heart.clock.advance(Duration.ofMillis(200));
    heart.routing.dispatcher().turn(); // admits it
    heart.look();
    heart.routing.dispatcher().turn(); // decides
    heart.routing.dispatcher().turn();
    assertEquals(List.of(), left, "nothing is committed yet");
    heart.store.commit();
    heart.routing.dispatcher().turn();
    assertEquals(1, left.size());
    assertEquals(1, lines(event, "leaves"));
    heart.turn();
    heart.nothingIsLeft();
  }

  @Test
  void a_call_answered_503_is_repeated_at_once_when_the_answer_is_on_disk() {
    final long event = heart.accept(incomingCall("c"));
    final var first = heart.apns().take();
    handsOver();
    heart.apns().answer(first, refusedAtOnce());
    heart.routing.dispatcher().turn();
    heart.routing.dispatcher().turn();
    assertEquals(List.of(), left, "nothing is committed yet");
    heart.store.commit();
    heart.routing.dispatcher().turn();
    assertEquals(2, left.getFirst().attempt());
    heart.turn();
    assertEquals(1, lines(event, "try-again"));
    assertEquals(1, lines(event, "leaves"));
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_call_answered_503_before_a_restart_accounts_for_each_push() {
    final long event = heart.accept(incomingCall("c"));
    heart.apns().answer(heart.apns().take(), refusedAtOnce());
    heart.turn();
    assertEquals(2, heart.apns().take().attempt(), "it left, and the server dies");
    handsOver();
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(3));
    assertEquals(3, left.getFirst().attempt());
    assertEquals(2, lines(event, "try-again") + lines(event, "uncertain"));
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  private TryAgain refusedAtOnce() {
    return new TryAgain(
        Reason.SERVICE_UNAVAILABLE, "503", heart.clock.instant(), ServiceReply.ANSWER);
  }

  @Test
  void a_call_is_repeated_while_it_rings_although_its_repeat_had_no_answer_either() {
    neverAnswers();
    final long event = heart.accept(incomingCall("c"));
    heart.pass(Duration.ofSeconds(5));
    assertEquals(3, left.size());
    assertEquals(3, lines(event, "uncertain"));
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void server_after_server_that_dies_repeats_at_most_twice() {
    final long event = heart.accept(incomingCall("c"));
    int pushes = heart.apns().taken.size();
    for (int restart = 0; restart < 6; restart++) {
      heart.crashAndStartAgain();
      pushes += heart.apns().taken.size();
    }
    assertEquals(3, pushes);
    assertEquals(3, lines(event, "uncertain"));
    assertTrue(heart.story(event, "phone").contains("settled"));
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_row_whose_push_left_before_a_restart_is_told_as_uncertain() {
    final long event = heart.accept(message("m"));
    final var soon = NOW.plusSeconds(1);
    heart.apns().answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, soon));
    heart.turn();
    heart.pass(Duration.ofSeconds(3));
    assertEquals(2, heart.apns().take().attempt(), "it left, and the server dies");
    handsOver();
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(3));
    assertEquals(3, left.getFirst().attempt());
    assertEquals(1, lines(event, "uncertain"));
    heart.nothingIsLeft();
  }

  @Test
  void a_row_that_only_waited_over_a_restart_is_not_told_as_uncertain() {
    final long event = heart.accept(message("m"));
    final var later = NOW.plusSeconds(9);
    heart.apns().answer(heart.apns().take(), Heart.tryAgain(Reason.SERVICE_THROTTLED, later));
    heart.turn();
    heart.crashAndStartAgain();
    handsOver();
    heart.pass(Duration.ofSeconds(12));
    assertEquals(0, lines(event, "uncertain"));
    assertEquals(2, left.getFirst().attempt());
    heart.nothingIsLeft();
  }

  @Test
  void the_trail_says_that_a_message_waits_after_a_restart() {
    heart.person(ANNA, android("second", ANNA));
    final long event = heart.accept(message("m"));
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.crashAndStartAgain();
    final var waits =
        heart.trail(event).stream()
            .filter(TrailEntry.NoDevice.class::isInstance)
            .map(TrailEntry.NoDevice.class::cast)
            .toList();
    assertEquals(Reason.WAITING_AFTER_RESTART, waits.getFirst().why());
    heart.crashAndStartAgain(); // the line settles nothing
    handsOver();
    heart.pass(Duration.ofSeconds(6));
    assertEquals(1, left.size());
    assertEquals(1, heart.settledLines(event).get(PHONE));
    heart.nothingIsLeft();
  }

  @Test
  void a_fault_in_an_event_that_is_half_done_does_not_finish_it() {
    heart.person(ANNA, android("second", ANNA));
    heart.accept(incomingCall("c"));
    heart.apns().take();
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.registry.readsFail = true;
    heart.crashAndStartAgain();
    assertEquals(1L, heart.routing.counters().read().get("faults"));
    heart.registry.readsFail = false;
    handsOver();
    heart.crashAndStartAgain();
    assertEquals(1, left.size());
    heart.endTheCall();
  }

  @Test
  void a_phone_that_signed_out_between_two_crashes_does_not_finish_the_event_for_another() {
    heart.person(ANNA, android("second", ANNA), android("third", ANNA));
    final long event = heart.accept(message("m"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.crashAndStartAgain();
    heart.registry.removeInstallation(PHONE, "test");
    heart.pass(Duration.ofSeconds(6));
    final var told = heart.fcm().taken.removeFirst();
    heart.fcm().handOver(told);
    heart.turn();
    heart.crashAndStartAgain();
    heart.pass(Duration.ofSeconds(6));
    final var owed = heart.fcm().take();
    assertNotEquals(told.work().target(), owed.work().target());
    heart.fcm().handOver(owed);
    heart.turn();
    assertEquals(Set.of(1), Set.copyOf(heart.settledLines(event).values()));
    heart.crashAndStartAgain();
    assertEquals(List.of(), heart.store.journal().unfinished());
    heart.nothingIsLeft();
  }
}
