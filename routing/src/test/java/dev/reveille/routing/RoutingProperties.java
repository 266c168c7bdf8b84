package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Life;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A random world: phones come and go, services answer as they like or not at all for a while, the
/// server falls in between. When all is settled, the rules hold.
class RoutingProperties {
  private static final List<String> PHONES = List.of("annas", "annas-tablet", "bens");

  /// A push that left: written down as it was, whatever the service then answered.
  private record Left(Push push, Instant at) {}

  /// What happened in one run, and what must not have.
  private static final class World {
    final Random random;
    final RoutingFixture fixture =
        new RoutingFixture(
            RoutingOptions.DEFAULT.withInHeap(40, 10).withInFlight(12).withWaiting(30));
    final List<Left> left = new ArrayList<>();
    final Map<Long, Integer> ended = new HashMap<>();
    boolean isCalm;
    int handedIn;
    int answered;
    int calls;

    World(final long seed) {
      random = new Random(seed);
      fixture.switchEverythingOn();
      fixture.person(ANNA, iPhone("annas", 18, ANNA), android("annas-tablet", ANNA, BEN));
      fixture.person(BEN, iPhone("bens", 12, BEN));
    }

    /// The senders write some of what they were given, in any order and not at once: what ended
    /// meanwhile must not leave.
    private void writeSomePushes() {
      for (final var sender : fixture.senders.values()) {
        final var waiting = new ArrayList<>(sender.taken);
        Collections.shuffle(waiting, random);
        for (final var push : waiting) {
          if (isCalm || random.nextInt(3) > 0) {
            sender.taken.remove(push);
            sender.answer(push, answer(push));
          }
        }
      }
    }

    /// The sender's side: it sends what is wanted, and only writes down what it sent.
    private DeliveryOutcome answer(final Push push) {
      final var now = fixture.clock.instant();
      if (!now.isBefore(push.deadline())) {
        return new Refused(Reason.TOO_LATE_TO_ALERT, "", Verdict.NOTHING);
      }
      if (!push.wanted().getAsBoolean()) {
        return new Refused(Reason.CALL_OVER, "", Verdict.NOTHING);
      }
      left.add(new Left(push, now));
      if (isCalm) {
        return new HandedOver("");
      }
      return switch (random.nextInt(10)) {
        case 0 -> new TryAgain(Reason.SERVICE_UNREACHABLE, "", now.plusMillis(300));
        case 1 -> new TryAgain(Reason.SERVICE_THROTTLED, "", now.plusSeconds(random.nextInt(9)));
        case 2 -> new Uncertain(Reason.NO_ANSWER);
        case 3 -> new Refused(Reason.TOKEN_WRONG_TOPIC, "", Verdict.DOUBTED);
        case 4 ->
            new Withheld(
                Reason.CREDENTIALS_REFUSED,
                "",
                now.plusMillis(random.nextInt(5_000)),
                random.nextBoolean() ? ServiceReply.MOMENT : ServiceReply.NOTHING);
        default -> new HandedOver("");
      };
    }

    UserId anyUser() {
      return random.nextBoolean() ? ANNA : BEN;
    }

    String somePhone() {
      return PHONES.get(random.nextInt(PHONES.size()));
    }

    void happen() {
      switch (random.nextInt(15)) {
        case 0, 1, 2 -> handIn(someMessage());
        case 3 -> handIn(someCall());
        case 4 -> endSomeCall();
        case 5 -> fixture.live.foreground(somePhone());
        case 6 -> fixture.live.disconnect(somePhone());
        case 7 -> answerFrames();
        case 8 -> acknowledgeSomething();
        case 9 -> fixture.pass(Duration.ofMillis(random.nextInt(1_500)));
        case 10 -> fixture.store.commit();
        case 11, 12, 13 -> writeSomePushes();
        default -> fixture.turn();
      }
    }

    private Event someMessage() {
      final var until = fixture.clock.instant().plusSeconds(1 + random.nextInt(40));
      final var sample = message("m");
      return new Event.Message(
          key("m" + handedIn),
          random.nextInt(3) == 0 ? List.of(ANNA, BEN) : List.of(anyUser()),
          "t",
          sample.in(),
          sample.content(),
          new Life(until, until.plusSeconds(600)));
    }

    private Event someCall() {
      final var until = fixture.clock.instant().plusSeconds(1 + random.nextInt(30));
      final var id = "c" + calls++;
      final var sample = incomingCall(id);
      return new Event.IncomingCall(
          sample.key(),
          random.nextBoolean() ? List.of(ANNA, BEN) : List.of(anyUser()),
          "call",
          sample.call(),
          sample.caller(),
          false,
          new Life(until, until));
    }

    private void handIn(final Event event) {
      handedIn++;
      fixture.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> answered++));
    }

    private void endSomeCall() {
      if (calls == 0) {
        return;
      }
      final var id = call("c" + random.nextInt(calls));
      final var user = anyUser();
      final Consumer<Calls.Outcome> told =
          outcome -> {
            final var view = fixture.routing.calls().view(ACME, id);
            if (!(outcome instanceof Calls.Outcome.No)
                && view.isPresent()
                && !view.get().isRinging()) {
              ended.putIfAbsent(view.get().sequence(), left.size());
            }
          };
      final var calls = fixture.routing.calls();
      switch (random.nextInt(3)) {
        case 0 -> calls.answer(ACME, id, user, new InstallationId(somePhone()), told);
        case 1 -> calls.decline(ACME, id, user, told);
        default -> calls.end(ACME, id, new CallEnd.Cancelled(), told);
      }
    }

    private void answerFrames() {
      for (final var frame : List.copyOf(fixture.live.frames)) {
        fixture.live.frames.remove(frame);
        switch (random.nextInt(3)) {
          case 0 -> fixture.live.lose(frame, Reason.LIVE_CLOSED);
          case 1 -> acknowledge(frame.to().value(), frame.stored().sequence());
          default -> {} // the phone says nothing
        }
      }
    }

    private void acknowledgeSomething() {
      final var events = fixture.store.events();
      if (!events.isEmpty()) {
        final var stored = events.get(random.nextInt(events.size()));
        acknowledge(somePhone(), stored.sequence());
      }
    }

    private void acknowledge(final String phone, final long event) {
      if (fixture.trail(event).stream().anyMatch(_ -> true)) {
        fixture
            .routing
            .dispatcher()
            .acknowledged(ANNA, new InstallationId(phone), Mark.RECEIVED, List.of(event));
      }
    }

    void crash() {
      fixture.crashAndStartAgain();
    }

    /// Those of a recipient's phones that could learn of it; one phone is of both users.
    private static InstallationId installation(final Push push) {
      return push.work().target().installation().orElseThrow();
    }

    static Set<InstallationId> devicesOf(final Event event) {
      final var devices = new HashSet<InstallationId>();
      for (final var user : event.recipients()) {
        devices.add(new InstallationId(user.equals(ANNA) ? "annas" : "bens"));
        devices.add(new InstallationId("annas-tablet"));
      }
      return devices;
    }

    /// The rules, checked against the raw pushes and not against what the server says of them.
    void nothingLeftThatMustNot() {
      final var events = new HashMap<Long, Event>();
      fixture.store.events().forEach(stored -> events.put(stored.sequence(), stored.event()));
      final var uuids = new HashMap<Long, Set<String>>();
      for (int i = 0; i < left.size(); i++) {
        final var one = left.get(i);
        final long sequence = one.push().event();
        final var event = Objects.requireNonNull(events.get(sequence), "a push of no event");
        final var what = one + " of " + event;
        assertTrue(
            devicesOf(event).contains(installation(one.push())), () -> "a stranger's: " + what);
        switch (one.push().content()) {
          case PushContent.Ring ring -> {
            neverLate(one, event);
            assertTrue(
                i < ended.getOrDefault(sequence, Integer.MAX_VALUE),
                () -> "a ring after its end was committed: " + what);
            uuids.computeIfAbsent(sequence, _ -> new HashSet<>()).add(ring.call().toString());
          }
          case PushContent.RingAlert ring -> {
            neverLate(one, event);
            assertTrue(
                i < ended.getOrDefault(sequence, Integer.MAX_VALUE),
                () -> "a ring after its end was committed: " + what);
            uuids.computeIfAbsent(sequence, _ -> new HashSet<>()).add(ring.call().toString());
          }
          case PushContent _ -> neverLate(one, event);
        }
      }
      uuids.forEach((sequence, all) -> assertEquals(1, all.size(), () -> "of " + sequence));
    }

    private static void neverLate(final Left one, final Event event) {
      assertTrue(
          one.at().isBefore(event.life().alertBefore()),
          () -> "too late to alert: " + one + " of " + event);
    }

    /// Every service answers from now on, and time passes until nothing waits any more.
    void comeToRest() {
      isCalm = true;
      fixture.senders.values().forEach(sender -> sender.always = this::answer);
      writeSomePushes();
      PHONES.forEach(fixture.live::disconnect);
      fixture.live.frames.clear();
      fixture.pass(Duration.ofSeconds(120));
    }
  }

  @Property(tries = 150)
  void every_device_is_settled_exactly_once_and_every_credit_comes_back(@ForAll final long seed) {
    final var world = new World(seed);
    for (int i = 0; i < 120; i++) {
      world.happen();
    }
    world.comeToRest();
    world.fixture.nothingIsLeft();
    assertEquals(world.handedIn, world.answered, "each hand-in is answered once");
    for (final var stored : world.fixture.store.events()) {
      final var lines = world.fixture.settledLines(stored.sequence());
      assertEquals(
          stored.event().recipients().isEmpty() ? Set.of() : Set.of(1),
          Set.copyOf(lines.values()),
          () -> stored + ": " + world.fixture.trail(stored.sequence()));
      assertEquals(World.devicesOf(stored.event()), lines.keySet(), stored::toString);
    }
    world.nothingLeftThatMustNot();
  }

  @Property(tries = 100)
  void a_server_that_falls_again_and_again_loses_nothing(@ForAll final long seed) {
    final var world = new World(seed);
    for (int i = 0; i < 100; i++) {
      world.happen();
      if (world.random.nextInt(12) == 0) {
        world.crash();
      }
    }
    world.comeToRest();
    assertEquals(0, world.fixture.routing.dispatcher().inFlight());
    assertEquals(List.of(), world.fixture.store.rows());
    assertEquals(List.of(), world.fixture.store.journal().unfinished());
    for (final var stored : world.fixture.store.events()) {
      final var lines = world.fixture.settledLines(stored.sequence());
      assertEquals(World.devicesOf(stored.event()), lines.keySet(), stored::toString);
      assertTrue(
          lines.values().stream().allMatch(count -> count >= 1),
          () -> stored + ": " + world.fixture.trail(stored.sequence()));
    }
    world.nothingLeftThatMustNot();
    assertEveryCallIsOverOnce(world);
  }

  private static void assertEveryCallIsOverOnce(final World world) {
    final var alerts = new ArrayList<String>();
    for (final var stored : world.fixture.store.events()) {
      switch (stored.event()) {
        case Event.IncomingCall begun ->
            assertFalse(
                world.fixture.routing.calls().view(ACME, begun.call()).orElseThrow().isRinging());
        case Event.Other other -> alerts.add(other.collapse());
        case Event.CallEnded _, Event.Message _, Event.ChangeHint _ -> {}
      }
    }
    assertEquals(Set.copyOf(alerts).size(), alerts.size(), "one missed alert per call");
    for (final var stored : world.fixture.store.events()) {
      if (stored.event() instanceof Event.IncomingCall begun) {
        final var end =
            world
                .fixture
                .routing
                .calls()
                .view(ACME, begun.call())
                .orElseThrow()
                .end()
                .orElseThrow();
        assertEquals(end.isMissed(), alerts.contains(begun.call().toString()));
      }
    }
  }

  @Property(tries = 200)
  void the_first_end_of_a_call_wins_and_all_devices_hear_the_same(@ForAll final long seed) {
    final var world = new World(seed);
    final var random = world.random;
    world.fixture.accept(incomingCall("c", ANNA, BEN));
    final var done = new HashSet<Long>();
    final var over = new HashSet<Long>();
    final var calls = world.fixture.routing.calls();
    final Consumer<Calls.Outcome> told =
        outcome -> {
          switch (outcome) {
            case Calls.Outcome.Done(var sequence) -> done.add(sequence);
            case Calls.Outcome.Over(var sequence) -> over.add(sequence);
            case Calls.Outcome.Early _ -> throw new AssertionError("the call is known");
            case Calls.Outcome.No no -> throw new AssertionError(no);
          }
        };
    for (int i = 0; i < 12; i++) {
      final var phone = new InstallationId(world.somePhone());
      switch (random.nextInt(5)) {
        case 0 -> calls.answer(ACME, call("c"), world.anyUser(), phone, told);
        case 1 -> calls.end(ACME, call("c"), new CallEnd.Cancelled(), told);
        case 2 -> calls.end(ACME, call("c"), new CallEnd.AnsweredElsewhere("desk"), told);
        case 3 -> world.fixture.store.commit();
        default -> world.fixture.turn();
      }
    }
    world.fixture.turn();
    assertTrue(done.size() <= 1, "one end, and repeats of it");
    assertTrue(over.isEmpty() || over.equals(done), "all other devices hear of that one");
  }
}
