package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.routing.Calls.Outcome;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A call whose end comes before it.
class PendingCallEndsTest {
  private static final CallId CALL = call("c");
  private static final CallEnd CANCELLED = new CallEnd.Cancelled();
  private static final CallEnd ELSEWHERE = new CallEnd.AnsweredElsewhere("desk phone");
  private static final InstallationId ANNAS = new InstallationId("annas");

  private final RoutingFixture fixture = new RoutingFixture();
  private final List<Outcome> told = new ArrayList<>();

  @BeforeEach
  void twoPeopleWithPhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("annas", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
    fixture.live.foreground("annas");
  }

  private Calls calls() {
    return fixture.routing.calls();
  }

  private Outcome end(final CallEnd how) {
    calls().end(ACME, CALL, how, told::add);
    fixture.turn();
    return told.getLast();
  }

  private CallView view() {
    return calls().view(ACME, CALL).orElseThrow();
  }

  private void nothingLeft() {
    assertEquals(List.of(), fixture.live.frames);
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(List.of(), fixture.fcm().taken);
  }

  @Test
  void the_call_that_follows_is_over_and_told_to_no_device() {
    assertInstanceOf(Outcome.Early.class, end(ELSEWHERE));
    assertEquals(Optional.empty(), calls().view(ACME, CALL));
    final long event = fixture.accept(incomingCall("c", ANNA, BEN));
    nothingLeft();
    assertEquals(Optional.of(ELSEWHERE), view().end());
    assertEquals(List.of(), calls().ringingFor(ANNA));
    assertEquals(
        List.of("suppress ENDED_BEFORE_IT_BEGAN", "settled"), fixture.story(event, "annas"));
    assertEquals(List.of(), fixture.missedAlerts());
    fixture.pass(Duration.ofMinutes(11));
    nothingLeft();
    assertEquals(Optional.of(ELSEWHERE), view().end(), "from the log");
    fixture.nothingIsLeft();
  }

  @Test
  void a_caller_who_gave_up_early_is_a_missed_call_as_today() {
    end(CANCELLED);
    fixture.accept(incomingCall("c", ANNA));
    assertEquals(1, fixture.missedAlerts().size());
  }

  @Test
  void the_first_early_end_counts_and_may_be_repeated() {
    final var first = end(ELSEWHERE);
    assertEquals(first, end(ELSEWHERE));
    assertInstanceOf(Outcome.Over.class, end(CANCELLED));
    fixture.accept(incomingCall("c", ANNA));
    assertInstanceOf(Outcome.Done.class, end(ELSEWHERE));
    assertInstanceOf(Outcome.Over.class, end(CANCELLED));
    assertEquals(Optional.of(ELSEWHERE), view().end());
    fixture.pass(Duration.ofMinutes(11));
    assertInstanceOf(Outcome.Over.class, end(CANCELLED), "from the log");
  }

  @Test
  void an_end_waits_ten_minutes_for_its_call() {
    end(ELSEWHERE);
    fixture.pass(Duration.ofMinutes(10));
    fixture.accept(incomingCall("c", ANNA));
    assertTrue(view().isRinging());
    assertInstanceOf(Outcome.Done.class, end(CANCELLED));
    assertEquals(Optional.of(CANCELLED), view().end());
  }

  @Test
  void an_end_that_did_not_find_its_call_in_time_may_come_again() {
    end(ELSEWHERE);
    fixture.pass(Duration.ofMinutes(10));
    assertInstanceOf(Outcome.Early.class, end(ELSEWHERE));
    fixture.accept(incomingCall("c", ANNA));
    assertFalse(view().isRinging());
  }

  @Test
  void an_end_survives_the_end_of_the_process() {
    end(ELSEWHERE);
    fixture.crashAndStartAgain();
    fixture.accept(incomingCall("c", ANNA));
    nothingLeft();
    assertEquals(Optional.of(ELSEWHERE), view().end());
    fixture.crashAndStartAgain();
    assertEquals(Optional.of(ELSEWHERE), view().end());
    nothingLeft();
  }

  @Test
  void a_process_that_dies_between_call_and_end_leaves_the_call_over() {
    end(ELSEWHERE);
    final var event = incomingCall("c", ANNA);
    fixture.routing.intake().submit(new Intake.HandIn(event, event.hashCode(), _ -> {}));
    fixture.store.commit();
    fixture.crashAndStartAgain();
    nothingLeft();
    assertEquals(Optional.of(ELSEWHERE), view().end());
    assertEquals(List.of(), fixture.missedAlerts());
  }

  /// The call is committed while its end, which did not find it, is on the way to the journal.
  @Test
  void a_call_that_is_faster_after_all_is_ended_and_taken_back() {
    final var event = incomingCall("c", ANNA);
    fixture.routing.intake().submit(new Intake.HandIn(event, event.hashCode(), _ -> {}));
    calls().end(ACME, CALL, ELSEWHERE, told::add);
    fixture.turn();
    assertInstanceOf(Outcome.Early.class, told.getLast());
    assertEquals(Optional.of(ELSEWHERE), view().end());
    assertEquals(List.of(), calls().ringingFor(ANNA));
    calls().answer(ACME, CALL, ANNA, ANNAS, told::add);
    fixture.turn();
    assertInstanceOf(Outcome.Over.class, told.getLast());
    assertEquals(Optional.of(ELSEWHERE), view().end());
  }

  @Test
  void a_decline_of_one_of_two_leaves_the_other_ringing() {
    end(new CallEnd.Declined(ANNA));
    final long event = fixture.accept(incomingCall("c", ANNA, BEN));
    assertEquals(List.of(), fixture.live.frames);
    assertEquals(1, fixture.fcm().taken.size());
    assertEquals(List.of(ANNA), view().declinedBy());
    assertEquals(
        List.of("suppress ENDED_BEFORE_IT_BEGAN", "settled"), fixture.story(event, "annas"));
    end(new CallEnd.Declined(BEN));
    assertEquals(Optional.of(new CallEnd.Declined(BEN)), view().end());
  }

  @Test
  void who_is_not_called_ends_nothing_early() {
    end(new CallEnd.Declined(user("cem")));
    end(new CallEnd.Answered(BEN, new InstallationId("bens")));
    fixture.accept(incomingCall("c", ANNA));
    assertTrue(view().isRinging());
  }

  @Test
  void a_phone_cannot_end_what_it_was_not_told_of() {
    calls().decline(ACME, CALL, ANNA, told::add);
    assertEquals(Reason.CALL_UNKNOWN, assertInstanceOf(Outcome.No.class, told.getLast()).why());
    calls().answer(ACME, CALL, ANNA, ANNAS, told::add);
    assertEquals(Reason.CALL_UNKNOWN, assertInstanceOf(Outcome.No.class, told.getLast()).why());
  }

  @Test
  void at_most_ten_thousand_wait_per_organisation() {
    fixture.store.commitsAtOnce = true;
    for (int i = 0; i < PendingCallEnds.MOST; i++) {
      calls().end(ACME, call("n" + i), CANCELLED, told::add);
    }
    assertTrue(told.stream().allMatch(Outcome.Early.class::isInstance));
    calls().end(ACME, call("one more"), CANCELLED, told::add);
    final var refused = assertInstanceOf(Outcome.No.class, told.getLast());
    assertEquals(Reason.TOO_MANY_EARLY_ENDS, refused.why());
    assertTrue(refused.retryAfter().isPositive());
    calls().end(new OrganisationId("other"), call("one more"), CANCELLED, told::add);
    assertInstanceOf(Outcome.Early.class, told.getLast(), "others have places of their own");
    fixture.store.commitsAtOnce = false;
    fixture.crashAndStartAgain();
    calls().end(ACME, call("one more"), CANCELLED, told::add);
    assertInstanceOf(Outcome.No.class, told.getLast(), "also after a restart");
    fixture.accept(incomingCall("n7", ANNA));
    calls().end(ACME, call("one more"), CANCELLED, told::add);
    fixture.turn();
    assertInstanceOf(Outcome.Early.class, told.getLast(), "its call has come: a place is free");
    fixture.pass(Duration.ofMinutes(10));
    fixture.fcm().always = _ -> new HandedOver("");
    calls().end(ACME, call("much later"), CANCELLED, told::add);
    fixture.turn();
    assertInstanceOf(Outcome.Early.class, told.getLast());
  }

  private WeakReference<Event> waitedForItsCall(final PendingCallEnds ends, final int number) {
    final var key = new CallKey(ACME, call("c" + number));
    final var ended = CallEvents.early(key, CANCELLED, fixture.time.read());
    ends.add(number, ended, true);
    assertEquals(1, ends.take(key, fixture.time.instant()).size());
    return new WeakReference<>(ended);
  }

  @Test
  void an_end_whose_call_came_is_held_no_longer() {
    final var ends = new PendingCallEnds(fixture.time);
    final var all =
        IntStream.range(0, 100).mapToObj(number -> waitedForItsCall(ends, number)).toList();
    System.gc();
    assertEquals(0, all.stream().filter(one -> one.get() != null).count());
  }
}
