package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Caller;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.Intake.HandIn;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How much memory calls take, and what becomes of those for which there is none.
class CallRoomTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final OrganisationId OTHER = new OrganisationId("other");
  private static final int RECIPIENTS = 84; // 100 units with the call itself
  private static final int UNITS = 100;

  private RoutingFixture fixture = fixtureWith(1_000, 500);
  private int asked;

  private static RoutingFixture fixtureWith(final int units, final int perKey) {
    final long bytes = RoutingOptions.BYTES_PER_UNIT;
    return new RoutingFixture(RoutingOptions.DEFAULT.withRinging(bytes * units, bytes * perKey));
  }

  private Event.IncomingCall ring(
      final OrganisationId organisation, final String id, final int recipients) {
    final var until = fixture.clock.instant().plus(Duration.ofMinutes(5));
    return new Event.IncomingCall(
        new EventKey(organisation, "pbx", id),
        IntStream.range(0, recipients).mapToObj(i -> new UserId(organisation, "u" + i)).toList(),
        "call",
        call(id),
        new Caller("Carla", "1"),
        false,
        new Life(until, until));
  }

  private Answer handIn(final Event event, final String by) {
    final var answers = new ArrayList<Answer>();
    fixture.routing.intake().submit(new HandIn(event, event.hashCode(), answers::add, by));
    fixture.turn();
    assertEquals(1, answers.size());
    return answers.getFirst();
  }

  private Answer rings(final OrganisationId organisation, final String by) {
    asked++;
    return handIn(ring(organisation, "c" + asked, RECIPIENTS), by);
  }

  private void end(final OrganisationId organisation, final String id) {
    fixture.routing.calls().end(organisation, call(id), new CallEnd.Cancelled(), _ -> {});
    fixture.turn();
  }

  private static void isRefused(final Answer answer) {
    final var refused = assertInstanceOf(Answer.NotKept.class, answer);
    assertEquals(Reason.BACKLOG_FULL, refused.why());
    assertTrue(refused.retryAfter().isPositive());
  }

  private static void isStored(final Answer answer) {
    assertInstanceOf(Answer.Stored.class, answer);
  }

  @Test
  void a_repeat_is_told_as_such_when_there_is_no_room_for_another_call() {
    final var first = ring(ACME, "first", RECIPIENTS);
    isStored(handIn(first, "k1"));
    for (int i = 0; i < 4; i++) {
      isStored(rings(ACME, "k1"));
    }
    isRefused(rings(ACME, "k1"));
    final long held = fixture.routing.calls().roomTaken();

    assertInstanceOf(Answer.Repeat.class, handIn(first, "k1"));
    assertInstanceOf(Answer.Repeat.class, handIn(first, "k2"));

    assertEquals(held, fixture.routing.calls().roomTaken());
    isRefused(rings(ACME, "k1"));
  }

  @Test
  void calls_beyond_what_memory_holds_are_refused_before_they_are_stored() {
    for (int i = 0; i < 10; i++) {
      isStored(rings(ACME, i < 5 ? "one" : "two"));
    }
    assertEquals(1_000, fixture.routing.calls().roomTaken());
    final long last = fixture.routing.lastSequence();
    isRefused(rings(ACME, "three"));
    assertEquals(last, fixture.routing.lastSequence());
    assertEquals(0, fixture.routing.backlog());
    assertEquals(1_000, fixture.routing.calls().roomTaken());
    assertEquals(1_000 * RoutingOptions.BYTES_PER_UNIT, held("ringing").bytes().getAsLong());
    assertEquals(1, held("ringing").refused().getAsLong());
    assertEquals(0, held("in-flight").refused().getAsLong());
  }

  private LimitUsage held(final String what) {
    return fixture.routing.held().stream()
        .filter(one -> one.limit().equals(what))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void events_for_which_there_are_no_credits_are_counted() {
    fixture = new RoutingFixture(RoutingOptions.DEFAULT.withInHeap(3, 0));
    for (int i = 0; i < 5; i++) {
      fixture.routing.intake().submit(new HandIn(ring(ACME, "c" + i, 1), i, _ -> {}));
    }
    assertEquals(3 * RoutingOptions.BYTES_PER_CREDIT, held("in-flight").bytes().getAsLong());
    assertEquals(2, held("in-flight").refused().getAsLong());
    assertEquals(0, held("ringing").refused().getAsLong());
    fixture.turn();
    assertEquals(0, held("in-flight").bytes().getAsLong());
  }

  @Test
  void a_key_has_its_part_and_one_call_of_it_is_always_possible() {
    for (int i = 0; i < 5; i++) {
      isStored(rings(ACME, "one"));
    }
    isRefused(rings(ACME, "one"));
    isStored(rings(ACME, "two"));
    for (int i = 0; i < 5; i++) {
      isRefused(rings(ACME, "one")); // and costs the key nothing
    }
    end(ACME, "c1");
    fixture.pass(Duration.ofSeconds(11));
    isStored(rings(ACME, "one"));
    fixture = fixtureWith(2_000, 10);
    isStored(handIn(ring(ACME, "large", Event.MOST_RECIPIENTS), "one"));
    isRefused(rings(ACME, "one"));
  }

  @Test
  void a_key_that_has_its_part_makes_no_call_of_another_one_be_forgotten() {
    for (int i = 1; i <= 4; i++) {
      isStored(rings(ACME, "two"));
      end(ACME, "c" + i);
    }
    for (int i = 0; i < 5; i++) {
      isStored(rings(ACME, "one"));
    }
    fixture.pass(Duration.ofSeconds(11));
    isRefused(rings(ACME, "one"));
    assertEquals(9 * UNITS, fixture.routing.calls().roomTaken());
    end(ACME, "c5");
    fixture.pass(Duration.ofSeconds(11));
    isStored(rings(ACME, "one"));
    assertEquals(9 * UNITS, fixture.routing.calls().roomTaken(), "one of its own was forgotten");
  }

  @Test
  void an_organisation_that_has_its_part_makes_no_call_of_another_one_be_forgotten() {
    isStored(rings(OTHER, ""));
    end(OTHER, "c1");
    for (int i = 0; i < 5; i++) {
      isStored(rings(ACME, ""));
    }
    fixture.pass(Duration.ofSeconds(11));
    isRefused(rings(ACME, ""));
    assertEquals(6 * UNITS, fixture.routing.calls().roomTaken());
    end(ACME, "c2");
    fixture.pass(Duration.ofSeconds(11));
    isStored(rings(ACME, ""));
    assertEquals(6 * UNITS, fixture.routing.calls().roomTaken(), "one of its own was forgotten");
  }

  @Test
  void a_call_whose_end_is_dispatched_late_is_not_forgotten_before() {
    for (int i = 1; i <= 10; i++) {
      isStored(rings(ACME, ""));
    }
    fixture.looks = false;
    fixture.person(new UserId(ACME, "u0")); // so that it has to be read again
    end(ACME, "c1");
    fixture.pass(Duration.ofSeconds(11));
    isRefused(rings(ACME, ""));
    fixture.looks = true;
    fixture.turn();
    final var view = fixture.routing.calls().view(ACME, call("c1")).orElseThrow();
    assertTrue(fixture.store.journal().find(CallEvents.missedKey(view)).isPresent());
    isStored(rings(ACME, ""));
  }

  @Test
  void an_organisation_that_floods_leaves_room_for_another_one() {
    for (int i = 0; i < 12; i++) {
      rings(ACME, "");
    }
    isRefused(rings(OTHER, "")); // all is taken, and from now on it is known that another one waits
    for (int i = 1; i <= 5; i++) {
      end(ACME, "c" + i);
    }
    fixture.pass(Duration.ofSeconds(11));
    isStored(rings(OTHER, ""));
    isRefused(rings(ACME, ""));
    isStored(rings(OTHER, ""));
  }

  @Test
  void a_key_pays_nothing_for_calls_that_the_whole_had_no_room_for() {
    for (int i = 0; i < 10; i++) {
      isStored(rings(ACME, ""));
    }
    for (int i = 0; i < 10; i++) {
      isRefused(rings(ACME, "one"));
    }
    for (int i = 1; i <= 10; i++) {
      end(ACME, "c" + i);
    }
    fixture.pass(Duration.ofSeconds(11));
    for (int i = 0; i < 5; i++) {
      isStored(rings(ACME, "one"));
    }
  }

  @Test
  void calls_that_are_over_make_room_and_are_known_from_the_disk_afterwards() {
    for (int i = 1; i <= 10; i++) {
      isStored(rings(ACME, ""));
      end(ACME, "c" + i);
    }
    isRefused(rings(ACME, "")); // what follows from their ends may still be worked on
    fixture.pass(Duration.ofSeconds(11));
    isStored(rings(ACME, ""));
    final var view = fixture.routing.calls().view(ACME, call("c1")).orElseThrow();
    assertEquals(new CallEnd.Cancelled(), view.end().orElseThrow());
  }

  @Test
  void whatever_becomes_of_a_call_its_room_is_given_back() {
    isStored(rings(ACME, "one"));
    final var again = ring(ACME, "c1", RECIPIENTS);
    assertInstanceOf(Answer.Repeat.class, handIn(again, "one"));
    assertInstanceOf(Answer.Conflict.class, handIn(ring(ACME, "c1", 3), "one"));
    final var known = // the same UUID in another event
        new Event.IncomingCall(
            new EventKey(ACME, "pbx", "x"),
            again.recipients(),
            "call",
            again.call(),
            again.caller(),
            false,
            again.life());
    assertInstanceOf(Answer.CallKnown.class, handIn(known, "one"));
    assertEquals(UNITS, fixture.routing.calls().roomTaken());
    fixture.store.commitsFail = true;
    assertInstanceOf(Answer.NotKept.class, rings(ACME, "one"));
    fixture.store.commitsFail = false;
    fixture.store.takesNothing = true;
    assertInstanceOf(Answer.NotKept.class, rings(ACME, "one"));
    fixture.store.takesNothing = false;
    fixture.store.roomLeft = 0;
    assertInstanceOf(Answer.NotKept.class, rings(ACME, "one"));
    fixture.store.roomLeft = 1_000_000;
    assertEquals(UNITS, fixture.routing.calls().roomTaken());

    isStored(rings(ACME, "one")); // times out
    handIn(ring(ACME, "cancelled", 1), "one");
    end(ACME, "cancelled");
    fixture.routing.calls().end(ACME, call("early"), new CallEnd.Cancelled(), _ -> {});
    fixture.turn();
    isStored(handIn(ring(ACME, "early", 1), "one"));
    assertTrue(fixture.routing.calls().roomTaken() > 2 * UNITS);
    fixture.pass(Duration.ofMinutes(16));
    assertEquals(0, fixture.routing.calls().roomTaken());
    for (int i = 0; i < 5; i++) {
      isStored(rings(ACME, "one")); // the whole part of the key
    }
  }

  @Test
  void after_a_restart_calls_that_ring_have_their_room_and_those_that_ended_have_none() {
    for (int i = 1; i <= 6; i++) {
      isStored(rings(ACME, ""));
    }
    end(ACME, "c1");
    end(ACME, "c2");
    fixture.crashAndStartAgain();
    assertEquals(4 * UNITS, fixture.routing.calls().roomTaken());
    assertEquals(4, fixture.routing.calls().ringingFor(new UserId(ACME, "u7")).size());
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(16));
    assertEquals(0, fixture.routing.calls().roomTaken());
    assertEquals(
        new CallEnd.TimedOut(),
        fixture.routing.calls().view(ACME, call("c3")).orElseThrow().end().orElseThrow());
  }

  @Test
  void calls_that_rang_for_too_long_are_ended_five_hundred_at_a_time() {
    fixture = fixtureWith(1_000_000, 1_000_000);
    for (int i = 0; i < 1_200; i++) {
      fixture.routing.intake().submit(new HandIn(ring(ACME, "c" + i, 1), i, _ -> {}));
    }
    fixture.turn();
    fixture.clock.advance(Duration.ofMinutes(5));
    final long before = fixture.routing.backlog();
    fixture.routing.calls().sweep(fixture.clock.instant());
    assertEquals(before + CallFollowUps.MOST_TIME_OUTS, fixture.routing.backlog());
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(List.of(), fixture.routing.calls().ringingFor(new UserId(ACME, "u0")));
    assertEquals(0, fixture.routing.backlog());
  }

  private WeakReference<UserId> readFromDisk(final long sequence) {
    final var ring = ring(ACME, "again", RECIPIENTS);
    fixture.routing.calls().apply(new StoredJob(sequence, fixture.clock.instant(), ring), true);
    return new WeakReference<>(ring.recipients().getLast());
  }

  @Test
  void the_names_in_a_call_that_a_start_reads_are_those_that_memory_has() {
    isStored(rings(ACME, ""));
    final var name = readFromDisk(100);
    System.gc();
    assertNull(name.get());
    final var last = new UserId(ACME, "u" + (RECIPIENTS - 1));
    assertEquals(2, fixture.routing.calls().ringingFor(last).size());
  }

  @Test
  void the_names_in_calls_that_a_start_dispatches_again_are_those_that_memory_has() {
    fixture.switchEverythingOn();
    final var other = new UserId(ACME, "u1");
    fixture.person(other, iPhone("unanswered", 18, other)); // so that the calls are not done with
    isStored(rings(ACME, ""));
    isStored(rings(ACME, ""));
    fixture.crashAndStartAgain();
    final var user = new UserId(ACME, "u0");
    fixture.live.foreground("new");
    fixture.person(user, iPhone("new", 18, user)); // is told of the calls that were dispatched
    fixture.turn();
    assertEquals(2, fixture.live.frames.size());
    final var names =
        fixture.live.frames.stream().map(frame -> frame.stored().event().recipients()).toList();
    assertNotSame(names.getFirst(), names.getLast());
    for (int i = 0; i < RECIPIENTS; i++) {
      assertSame(names.getFirst().get(i), names.getLast().get(i));
    }
  }

  // ---- the figure -----------------------------------------------------------------------------

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static Event.IncomingCall ofOne(final int number) {
    return new Event.IncomingCall(
        new EventKey(ACME, "pbx", "call-" + number),
        List.of(new UserId(ACME, "user" + number)),
        "call",
        call("c" + number),
        new Caller("Carla Caller", "sip:carla" + number + "@example.org"),
        false,
        new Life(NOW.plusSeconds(60), NOW.plusSeconds(60)));
  }

  @Test
  void a_call_to_one_takes_no_more_heap_than_it_is_counted_with_also_when_it_is_over() {
    final var book = new ActiveCalls(new RingingRoom(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2));
    final int calls = 50_000;
    final long before = heap();
    for (int i = 0; i < calls; i++) {
      final var ring = ofOne(i);
      assertTrue(book.hasRoomFor(ring, "key", NOW));
      book.begin(new StoredJob(i + 1, NOW, ring), ring, List.of(), false);
      book.answered(ring, "key", i + 1);
    }
    final long ringing = (heap() - before) / calls;
    for (int i = 0; i < calls; i++) {
      final var one = Objects.requireNonNull(book.find(ACME, call("c" + i)));
      book.end(CallEvents.end(one.view(), new CallEnd.Cancelled(), fixture.time.read()), i, NOW);
      book.settled(one);
    }
    final long over = (heap() - before) / calls;
    assertEquals(calls * (long) RingingRoom.units(1), book.roomTaken());
    final int most = RingingRoom.units(1) * RoutingOptions.BYTES_PER_UNIT;
    assertTrue(ringing <= most && over <= most, () -> ringing + " bytes, then " + over);
  }

  @Test
  void a_recipient_of_a_call_takes_at_most_64_bytes_of_heap() {
    final var book = new ActiveCalls(new RingingRoom(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2));
    final var users =
        IntStream.range(0, 1_000).mapToObj(i -> new UserId(ACME, "user" + i)).toList();
    final int calls = 600;
    final long before = heap();
    for (int i = 0; i < calls; i++) {
      final var ring =
          new Event.IncomingCall(
              new EventKey(ACME, "pbx", "c" + i),
              users,
              "call",
              call("c" + i),
              new Caller("Carla", "1"),
              false,
              new Life(NOW.plusSeconds(60), NOW.plusSeconds(60)));
      book.begin(new StoredJob(i + 1, NOW, ring), ring, List.of(), false);
    }
    final long each = (heap() - before) / (calls * (long) users.size());
    assertEquals(calls, book.ringingFor(users.getFirst(), NOW).size());
    assertTrue(each <= RoutingOptions.BYTES_PER_UNIT, () -> each + " bytes per recipient");
  }
}
