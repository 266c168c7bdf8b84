package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Content;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.Intake.HandIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the intake takes, and why it refuses something.
class IntakeTest {
  private static RoutingFixture fixtureWith(
      final int mostInHeap, final int reserve, final long mostWaiting) {
    return new RoutingFixture(
        RoutingOptions.DEFAULT.withInHeap(mostInHeap, reserve).withWaiting(mostWaiting));
  }

  private RoutingFixture fixture = fixtureWith(10, 5, 5_000_000);
  private final List<Answer> answers = new ArrayList<>();

  private Answer handIn(final Event event) {
    answers.clear();
    fixture.routing.intake().submit(new HandIn(event, event.hashCode(), answers::add));
    return answers.isEmpty() ? new Answer.Stored(-1) : answers.getFirst();
  }

  private static Reason why(final Answer answer) {
    return assertInstanceOf(Answer.NotKept.class, answer).why();
  }

  @Test
  void no_sender_is_told_before_the_commit() {
    handIn(message("m"));
    assertEquals(List.of(), answers);
    fixture.store.commit();
    assertInstanceOf(Answer.Stored.class, answers.getFirst());
  }

  @Test
  void the_same_again_is_a_repeat_and_something_else_a_conflict() {
    final var stored = assertInstanceOf(Answer.Stored.class, fixture.submit(message("m")));
    assertEquals(new Answer.Repeat(stored.sequence()), fixture.submit(message("m")));
    final var other =
        new Event.Message(
            key("m"), List.of(ANNA), "chat.message", TEAM, Content.EMPTY, message("m").life());
    assertEquals(new Answer.Conflict(stored.sequence(), Reason.OTHER_BODY), fixture.submit(other));
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void over_the_limit_the_answer_is_back_pressure_and_calls_have_a_reserve() {
    for (int i = 0; i < 10; i++) {
      handIn(message("m" + i));
    }
    assertEquals(Reason.BACKLOG_FULL, why(handIn(message("more"))));
    for (int i = 0; i < 5; i++) {
      handIn(incomingCall("c" + i));
      assertEquals(List.of(), answers, "let in");
    }
    assertEquals(Reason.BACKLOG_FULL, why(handIn(incomingCall("more"))));
    fixture.turn();
    assertEquals(0, fixture.routing.backlog());
    assertInstanceOf(Answer.Stored.class, fixture.submit(message("more")));
  }

  @Test
  void large_events_take_more_credits() {
    final var many = IntStream.range(0, 160).mapToObj(i -> user("u" + i)).toArray(UserId[]::new);
    handIn(message("many", many));
    assertEquals(11, fixture.routing.backlog());
    assertEquals(Reason.BACKLOG_FULL, why(handIn(message("m"))));
    fixture.turn();
    final var large = new Content("", "x".repeat(20_480), Map.of("k", "y".repeat(2_048)));
    handIn(new Event.Message(key("l"), List.of(ANNA), "t", TEAM, large, message("l").life()));
    assertEquals(12, fixture.routing.backlog());
    fixture.turn();
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void many_waiting_rows_shut_the_door_for_all_but_calls() {
    fixture = fixtureWith(10, 5, 3);
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.apns().always = _ -> new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(50));
    for (int i = 0; i < 4; i++) {
      fixture.accept(message("m" + i));
    }
    final var refused = assertInstanceOf(Answer.NotKept.class, handIn(message("more")));
    assertEquals(Reason.BACKLOG_FULL, refused.why());
    assertEquals(Duration.ofSeconds(30), refused.retryAfter());
    handIn(incomingCall("c"));
    assertEquals(List.of(), answers);
  }

  @Test
  void under_the_disk_floor_nothing_is_let_in() {
    fixture.store.roomLeft = 0;
    final var refused = assertInstanceOf(Answer.NotKept.class, handIn(incomingCall("c")));
    assertEquals(Reason.DISK_LOW, refused.why());
    assertTrue(refused.retryAfter().isPositive());
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void a_commit_that_fails_and_a_journal_that_is_closed_are_said_so() {
    fixture.store.commitsFail = true;
    assertEquals(Reason.STORE_FAILED, why(fixture.submit(message("m"))));
    fixture.store.commitsFail = false;
    fixture.store.takesNothing = true;
    assertEquals(Reason.STORE_FAILED, why(handIn(message("m"))));
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void a_receipt_that_throws_leaves_no_other_without_an_answer() {
    final Intake.Receipt broken =
        _ -> {
          throw new IllegalStateException("the caller is gone");
        };
    final var intake = fixture.routing.intake();
    final var over =
        new Event.Message(key("o"), List.of(ANNA), "t", TEAM, Content.EMPTY, new Life(NOW, NOW));
    intake.submit(List.of(new HandIn(over, 1, broken), new HandIn(over, 1, answers::add)));
    fixture.store.takesNothing = true;
    intake.submit(
        List.of(new HandIn(message("a"), 1, broken), new HandIn(message("b"), 1, answers::add)));
    assertEquals(
        List.of(Reason.LIFE_OVER, Reason.STORE_FAILED),
        answers.stream().map(IntakeTest::why).toList());
    assertEquals(0, fixture.routing.backlog());
    fixture.store.takesNothing = false;
    intake.submit(
        List.of(new HandIn(message("a"), 1, broken), new HandIn(message("b"), 1, answers::add)));
    fixture.store.commit();
    assertInstanceOf(Answer.Stored.class, answers.getLast());
    fixture.turn();
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void what_is_over_and_what_rings_too_long_is_refused() {
    final var over = new Life(NOW, NOW);
    assertEquals(
        Reason.LIFE_OVER,
        why(handIn(new Event.Message(key("m"), List.of(ANNA), "t", TEAM, Content.EMPTY, over))));
    final var until = NOW.plus(Calls.LONGEST_RINGING).plusMillis(1);
    final var call = incomingCall("c");
    assertEquals(
        Reason.MALFORMED,
        why(
            handIn(
                new Event.IncomingCall(
                    call.key(),
                    call.recipients(),
                    "call",
                    call.call(),
                    call.caller(),
                    false,
                    new Life(until, until)))));
  }

  @Test
  void no_sender_outside_speaks_in_the_servers_name() {
    final var ours = new EventKey(ACME, Calls.SOURCE, "x");
    assertEquals(
        Reason.MALFORMED,
        why(
            handIn(
                new Event.Message(
                    ours, List.of(ANNA), "t", TEAM, Content.EMPTY, message("m").life()))));
  }

  @Test
  void a_batch_is_judged_event_by_event() {
    final var told = new ArrayList<Answer>();
    final var over = new Life(NOW, NOW);
    fixture
        .routing
        .intake()
        .submit(
            List.of(
                new HandIn(message("a"), 1, told::add),
                new HandIn(
                    new Event.Message(key("b"), List.of(ANNA), "t", TEAM, Content.EMPTY, over),
                    2,
                    told::add),
                new HandIn(message("a"), 1, told::add)));
    fixture.turn();
    assertEquals(3, told.size());
    assertEquals(0, fixture.routing.backlog());
  }

  @Test
  void an_organisation_that_floods_does_not_keep_another_one_out() {
    final var other = new OrganisationId("other");
    final var theirs =
        new Event.Message(
            new EventKey(other, "pbx", "b"),
            List.of(new UserId(other, "bea")),
            "t",
            TEAM,
            Content.EMPTY,
            message("m").life());
    for (int i = 0; i < 10; i++) {
      handIn(message("m" + i));
    }
    assertEquals(Reason.BACKLOG_FULL, why(handIn(theirs)));
    fixture.turn();
    int letIn = 0;
    for (int i = 0; i < 10; i++) {
      handIn(message("n" + i));
      letIn += answers.isEmpty() ? 1 : 0;
    }
    assertEquals(5, letIn);
    handIn(theirs);
    assertEquals(List.of(), answers, "let in");
  }
}
