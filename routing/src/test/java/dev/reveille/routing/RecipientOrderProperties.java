package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.Lane;
import dev.reveille.model.UserId;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Push;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Whatever the order in which the stores answer: the events of a user come in the journal's order,
/// lane by lane, and no ring of a call leaves after its end.
class RecipientOrderProperties {
  private static final int PEOPLE = 4;

  @Property(tries = 300)
  void the_order_of_a_user_is_that_of_the_journal(
      @ForAll final long seed, @ForAll @IntRange(min = 1, max = 25) final int events) {
    final var random = new Random(seed);
    final var fixture = new RoutingFixture();
    fixture.switchEverythingOn();
    for (int i = 0; i < PEOPLE; i++) {
      fixture.person(user("u" + i), android("p" + i, user("u" + i)));
    }
    final var left = new ArrayList<Push>();
    fixture.fcm().always =
        push -> {
          left.add(push);
          return new HandedOver("");
        };
    fixture.looks = false;
    for (int i = 0; i < events; i++) {
      final int sort = random.nextInt(3);
      if (sort == 2) {
        fixture.routing.calls().end(ACME, call("c" + random.nextInt(events)), end(), _ -> {});
      } else {
        hand(
            fixture,
            sort == 0 ? message("m" + i, some(random)) : incomingCall("c" + i, some(random)));
      }
      fixture.turn();
      if (random.nextInt(3) == 0) {
        lookShuffled(fixture, random);
      }
    }
    while (!fixture.lookups.isEmpty()) {
      lookShuffled(fixture, random);
      fixture.turn();
    }
    fixture.looks = true;
    fixture.turn();
    assertInOrder(left);
    assertEquals(0, fixture.routing.backlog(), "credits");
  }

  private static CallEnd end() {
    return new CallEnd.AnsweredElsewhere("desk");
  }

  private static void hand(final RoutingFixture fixture, final Event event) {
    fixture.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> {}));
    fixture.store.commit();
  }

  private static UserId[] some(final Random random) {
    final var people = new ArrayList<UserId>();
    for (int i = 0; i < PEOPLE; i++) {
      if (random.nextBoolean()) {
        people.add(user("u" + i));
      }
    }
    return people.isEmpty() ? new UserId[] {user("u0")} : people.toArray(UserId[]::new);
  }

  private static void lookShuffled(final RoutingFixture fixture, final Random random) {
    final var lookups = new ArrayList<>(fixture.lookups);
    fixture.lookups.clear();
    Collections.shuffle(lookups, random);
    lookups.forEach(Runnable::run);
  }

  private static void assertInOrder(final List<Push> left) {
    final Map<List<Object>, Long> last = new HashMap<>();
    for (final var push : left) {
      final var device = push.work().target();
      final Lane lane = push.lane();
      final var before = last.put(List.of(device, lane), push.event());
      assertTrue(
          before == null || before < push.event(),
          () -> push.event() + " came to " + device + " after " + before);
    }
  }
}
