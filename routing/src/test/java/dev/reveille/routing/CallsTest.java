package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.Calls.Outcome;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of a call, from its ring to what remains of it.
class CallsTest {
  private static final UserId CEM = user("cem");
  private static final CallId CALL = call("c");
  private static final InstallationId ANNAS = new InstallationId("annas");
  private static final InstallationId BENS = new InstallationId("bens");

  private final RoutingFixture fixture = new RoutingFixture();
  private final List<Outcome> told = new ArrayList<>();

  @BeforeEach
  void threePeopleWithPhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("annas", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
    fixture.person(CEM, android("cems", CEM));
    fixture.senders.values().forEach(sender -> sender.always = _ -> new HandedOver(""));
  }

  private Calls calls() {
    return fixture.routing.calls();
  }

  private Outcome answer(final UserId by, final InstallationId on) {
    calls().answer(ACME, CALL, by, on, told::add);
    return settle();
  }

  private Outcome decline(final UserId by) {
    calls().decline(ACME, CALL, by, told::add);
    return settle();
  }

  private Outcome end(final CallEnd how) {
    calls().end(ACME, CALL, how, told::add);
    return settle();
  }

  private Outcome settle() {
    fixture.turn();
    return told.getLast();
  }

  private CallView view() {
    return calls().view(ACME, CALL).orElseThrow();
  }

  // ---- the first end wins ---------------------------------------------------------------------

  @Test
  void the_first_answer_wins_and_the_others_hear_that_it_is_over() {
    fixture.accept(incomingCall("c", ANNA, BEN));
    calls().answer(ACME, CALL, ANNA, ANNAS, told::add);
    calls().answer(ACME, CALL, BEN, BENS, told::add);
    calls().end(ACME, CALL, new CallEnd.Cancelled(), told::add);
    fixture.turn();
    final var done = assertInstanceOf(Outcome.Done.class, told.get(0));
    assertEquals(new Outcome.Over(done.sequence()), told.get(1));
    assertEquals(new Outcome.Over(done.sequence()), told.get(2));
    assertEquals(Optional.of(new CallEnd.Answered(ANNA, ANNAS)), view().end());
    assertEquals(List.of(), fixture.missedAlerts());
    assertEquals(done, answer(ANNA, ANNAS), "who repeats it is told the same");
  }

  @Test
  void an_unknown_call_and_a_stranger_are_refused() {
    calls().answer(ACME, call("none"), ANNA, ANNAS, told::add);
    assertEquals(Reason.CALL_UNKNOWN, assertInstanceOf(Outcome.No.class, told.getLast()).why());
    fixture.accept(incomingCall("c", ANNA));
    assertEquals(Reason.NOT_RUNG, assertInstanceOf(Outcome.No.class, decline(BEN)).why());
    calls().end(new OrganisationId("other"), CALL, new CallEnd.Cancelled(), told::add);
    settle();
    assertInstanceOf(Outcome.Early.class, told.getLast(), "another organisation's call");
    assertTrue(view().isRinging());
  }

  // ---- many recipients ------------------------------------------------------------------------

  @Test
  void a_decline_of_one_of_many_leaves_it_ringing_for_the_others() {
    fixture.accept(incomingCall("c", ANNA, BEN));
    assertInstanceOf(Outcome.Done.class, decline(ANNA));
    assertTrue(view().isRinging());
    assertEquals(List.of(ANNA), view().declinedBy());
    assertFalse(calls().stillRings(ACME, CALL, ANNA));
    assertTrue(calls().stillRings(ACME, CALL, BEN));
    assertEquals(List.of(), calls().ringingFor(ANNA));
    assertEquals(1, calls().ringingFor(BEN).size());
    assertInstanceOf(Outcome.Done.class, decline(ANNA), "again");
    assertInstanceOf(Outcome.Over.class, answer(ANNA, ANNAS), "who declined cannot answer");
    assertInstanceOf(Outcome.Done.class, answer(BEN, BENS));
  }

  @Test
  void the_last_decline_ends_it_without_a_missed_alert() {
    fixture.accept(incomingCall("c", ANNA, BEN, CEM));
    decline(BEN);
    decline(ANNA);
    assertTrue(view().isRinging());
    decline(CEM);
    assertEquals(Optional.of(new CallEnd.Declined(CEM)), view().end());
    assertEquals(List.of(), fixture.missedAlerts());
    assertInstanceOf(Outcome.Done.class, decline(ANNA), "what anna said still stands");
  }

  @Test
  void a_decline_after_the_end_is_too_late() {
    fixture.accept(incomingCall("c", ANNA, BEN));
    answer(BEN, BENS);
    assertInstanceOf(Outcome.Over.class, decline(ANNA));
    assertEquals(List.of(), view().declinedBy());
  }

  @Test
  void a_very_long_name_can_decline() {
    final var long1 = user("x".repeat(255) + "1");
    final var long2 = user("x".repeat(255) + "2");
    fixture.accept(incomingCall("c", long1, long2));
    assertInstanceOf(Outcome.Done.class, decline(long1));
    assertInstanceOf(Outcome.Done.class, decline(long2));
    assertFalse(view().isRinging());
  }

  @Test
  void who_was_withdrawn_before_is_not_told_twice() {
    fixture.accept(incomingCall("c", ANNA, BEN));
    decline(BEN);
    final long end = assertInstanceOf(Outcome.Done.class, answer(ANNA, ANNAS)).sequence();
    assertEquals(List.of("suppress NEVER_RANG_HERE", "settled"), fixture.story(end, "bens"));
    assertEquals(List.of("suppress ANSWERED_HERE", "settled"), fixture.story(end, "annas"));
  }

  @Test
  void a_call_for_two_who_share_a_phone_rings_there_for_the_one_who_wants_it() {
    fixture.person(ANNA, iPhone("shared", 18, ANNA, BEN));
    fixture.accept(incomingCall("c", ANNA, BEN));
    decline(ANNA);
    final var rings =
        fixture.store.lines().stream()
            .filter(line -> fixture.story(line.event(), "shared").contains("push SUSPENDED_CALL"))
            .count();
    assertEquals(1, fixture.settledLines(1).get(new InstallationId("shared")));
    assertTrue(rings > 0);
  }

  // ---- the end of ringing ---------------------------------------------------------------------

  @Test
  void a_call_without_an_answer_times_out_and_is_missed_once_L1_03() {
    fixture.accept(incomingCall("c", ANNA, BEN));
    decline(BEN);
    fixture.pass(Duration.ofSeconds(62));
    assertEquals(Optional.of(new CallEnd.TimedOut()), view().end());
    final var alert = fixture.missedAlerts();
    assertEquals(1, alert.size());
    assertEquals(List.of(ANNA), alert.getFirst().recipients(), "ben knows of it");
    assertEquals("missed-call", alert.getFirst().type());
    assertEquals(CALL.toString(), alert.getFirst().collapse());
    assertEquals("Carla Caller", alert.getFirst().content().text());
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(1, fixture.missedAlerts().size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_cancelled_call_is_missed_once() {
    fixture.accept(incomingCall("c", ANNA));
    end(new CallEnd.Cancelled());
    end(new CallEnd.Cancelled());
    assertEquals(1, fixture.missedAlerts().size());
  }

  @Test
  void the_missed_alert_passes_a_full_backlog() {
    fixture.accept(incomingCall("c", ANNA));
    fixture.store.roomLeft = 0;
    calls().end(ACME, CALL, new CallEnd.Cancelled(), told::add);
    assertEquals(Reason.DISK_LOW, ((Outcome.No) told.getLast()).why());
    fixture.store.roomLeft = 1;
    calls().end(ACME, CALL, new CallEnd.Cancelled(), told::add);
    fixture.store.commit();
    fixture.store.roomLeft = 0;
    fixture.turn();
    assertEquals(1, fixture.missedAlerts().size());
  }

  @Test
  void what_the_store_could_not_keep_is_handed_in_again() {
    fixture.accept(incomingCall("c", ANNA));
    calls().end(ACME, CALL, new CallEnd.Cancelled(), told::add);
    fixture.store.commit();
    fixture.routing.dispatcher().turn(); // hands in the alert
    fixture.store.commitsFail = true;
    fixture.store.commit();
    fixture.store.commitsFail = false;
    assertEquals(List.of(), fixture.missedAlerts());
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(1, fixture.missedAlerts().size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_uuid_that_another_event_uses_again_is_refused_while_it_rings_and_when_it_is_over() {
    final long sequence = fixture.accept(incomingCall("c", ANNA));
    final var first = fixture.store.journal().find(sequence).orElseThrow();
    assertEquals(new Intake.Answer.CallKnown(first), fixture.submit(again("other", BEN)));
    assertEquals(List.of(ANNA), view().recipients());
    assertEquals(List.of(), calls().ringingFor(BEN));
    assertEquals(new Intake.Answer.Repeat(sequence), fixture.submit(incomingCall("c", ANNA)));
    assertEquals(
        Optional.of(first), fixture.routing.dryRun().rival(again("other", BEN)), "dry run");
    assertEquals(Optional.empty(), fixture.routing.dryRun().rival(incomingCall("c", ANNA)));
    end(new CallEnd.Cancelled());
    fixture.pass(Duration.ofMinutes(11));
    assertEquals(new Intake.Answer.CallKnown(first), fixture.submit(again("other", BEN)));
    fixture.crashAndStartAgain();
    assertEquals(new Intake.Answer.CallKnown(first), fixture.submit(again("another", ANNA)));
    assertFalse(view().isRinging());
    fixture.nothingIsLeft();
  }

  /// The same call by another event.
  private Event.IncomingCall again(final String id, final UserId to) {
    final var life =
        new Life(fixture.clock.instant().plusSeconds(30), fixture.clock.instant().plusSeconds(30));
    return new Event.IncomingCall(
        key(id), List.of(to), "call", CALL, incomingCall("c", to).caller(), false, life);
  }

  // ---- no late ring ---------------------------------------------------------------------------

  @Test
  void once_the_end_is_committed_no_ring_leaves() {
    fixture.senders.values().forEach(sender -> sender.always = null);
    fixture.accept(incomingCall("c", ANNA, BEN));
    final Push queued = fixture.apns().take();
    final Push waiting = fixture.fcm().take();
    assertTrue(queued.wanted().getAsBoolean());
    fixture
        .fcm()
        .answer(
            waiting,
            new TryAgain(Reason.SERVICE_THROTTLED, "", fixture.clock.instant().plusSeconds(3)));
    fixture.turn();

    calls().end(ACME, CALL, new CallEnd.AnsweredElsewhere("desk"), told::add);
    fixture.store.commit();
    assertFalse(queued.wanted().getAsBoolean(), "asked right before it is written");
    fixture.apns().answer(queued, new Refused(Reason.CALL_OVER, "", Verdict.NOTHING));
    fixture.senders.values().forEach(sender -> sender.always = _ -> new HandedOver(""));
    fixture.pass(Duration.ofSeconds(10));

    assertEquals("push not-sent CALL_OVER", fixture.story(1, "annas").get(1));
    assertEquals("push given-up CALL_OVER", fixture.story(1, "bens").get(2));
    fixture.nothingIsLeft();
  }

  @Test
  void an_end_in_the_same_group_keeps_the_phone_silent() {
    fixture.senders.values().forEach(sender -> sender.always = null);
    final var call = incomingCall("c", BEN);
    fixture.routing.intake().submit(new Intake.HandIn(call, 1, _ -> {}));
    fixture
        .store
        .journal()
        .append(
            List.of(
                new EventJournal.Submission(
                    new Event.CallEnded(
                        new EventKey(ACME, Calls.SOURCE, CALL.toString()),
                        List.of(BEN),
                        "call-end",
                        CALL,
                        new CallEnd.AnsweredElsewhere("desk"),
                        call.life()),
                    2,
                    _ -> {})));
    fixture.store.commit();
    fixture.turn();
    assertEquals(List.of(), fixture.fcm().taken);
    assertEquals(List.of("suppress CALL_OVER", "settled"), fixture.story(1, "bens"));
    assertEquals(List.of("suppress NEVER_RANG_HERE", "settled"), fixture.story(2, "bens"));
  }

  @Test
  void the_end_reaches_every_phone_that_rang() {
    final var ends = new ArrayList<PushContent>();
    fixture.fcm().always =
        push -> {
          ends.add(push.content());
          return new HandedOver("");
        };
    fixture.accept(incomingCall("c", BEN, CEM));
    answer(BEN, BENS);
    assertEquals(3, ends.size(), "two rings, and cem's ends");
    final var over = assertInstanceOf(PushContent.CallOver.class, ends.getLast());
    assertEquals("answered", over.how());
    assertEquals(CALL, over.call());
  }

  // ---- after a restart ------------------------------------------------------------------------

  @Test
  void a_call_that_rang_when_the_server_fell_rings_on() {
    fixture.senders.values().forEach(sender -> sender.always = null);
    final long event = fixture.accept(incomingCall("c", ANNA));
    fixture.crashAndStartAgain();
    final var again = fixture.apns().take();
    assertEquals(event, again.event());
    assertEquals(1, calls().ringingFor(ANNA).size());
    fixture.apns().handOver(again);
    assertInstanceOf(Outcome.Done.class, answer(ANNA, ANNAS));
    fixture.nothingIsLeft();
  }

  @Test
  void an_end_after_a_restart_is_told_to_every_phone_that_may_have_rung() {
    fixture.accept(incomingCall("c", BEN));
    fixture.crashAndStartAgain();
    final long end =
        assertInstanceOf(Outcome.Done.class, end(new CallEnd.AnsweredElsewhere("desk"))).sequence();
    assertEquals("push WITHDRAW", fixture.story(end, "bens").getFirst());
  }

  @Test
  void a_call_is_missed_even_if_the_server_was_down_for_hours() {
    fixture.accept(incomingCall("c", ANNA));
    fixture.clock.advance(Duration.ofHours(5));
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(Optional.of(new CallEnd.TimedOut()), view().end());
    assertEquals(1, fixture.missedAlerts().size());
  }

  @Test
  void a_missed_alert_that_the_crash_swallowed_follows_after_the_restart() {
    fixture.accept(incomingCall("c", ANNA));
    calls().end(ACME, CALL, new CallEnd.Cancelled(), told::add);
    fixture.store.commit(); // the end is on disk, what follows is not
    fixture.crashAndStartAgain();
    assertEquals(1, fixture.missedAlerts().size());
    fixture.pass(Duration.ofSeconds(10));
    fixture.crashAndStartAgain();
    assertEquals(1, fixture.missedAlerts().size());
    fixture.nothingIsLeft();
  }

  // ---- watching and forgetting ----------------------------------------------------------------

  @Test
  void watchers_are_told_of_each_change_until_they_leave() throws Exception {
    fixture.accept(incomingCall("c", ANNA, BEN));
    final var seen = new ArrayList<CallView>();
    calls()
        .watch(
            ACME,
            CALL,
            _ -> {
              throw new IllegalStateException("a broken connection");
            });
    final var watch = calls().watch(ACME, CALL, seen::add);
    decline(ANNA);
    assertEquals(List.of(ANNA), seen.getLast().declinedBy());
    watch.close();
    watch.close();
    answer(BEN, BENS);
    assertEquals(1, seen.size());
  }

  @Test
  void a_call_that_ended_is_forgotten_and_found_again_in_the_journal() {
    fixture.accept(incomingCall("c", ANNA));
    answer(ANNA, ANNAS);
    assertTrue(calls().caller(ACME, CALL).isPresent());
    fixture.pass(Duration.ofMinutes(11));
    assertTrue(calls().caller(ACME, CALL).isEmpty(), "out of memory");
    assertEquals(Optional.of(new CallEnd.Answered(ANNA, ANNAS)), view().end());
    assertInstanceOf(Outcome.Over.class, end(new CallEnd.Cancelled()));
  }
}
