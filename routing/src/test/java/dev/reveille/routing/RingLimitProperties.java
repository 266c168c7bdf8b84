package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Caller;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.Life;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.RingLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// For any caller, at any time, and however often the server dies in between: a call rings exactly
/// when fewer than the allowed number rang in the window before it.
final class RingLimitProperties {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  /// @param after seconds since the call before
  record Attempt(int caller, int after, boolean crash) {}

  @Provide
  Arbitrary<Attempt> attempts() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(1, 200),
            Arbitraries.integers().between(0, 3).map(n -> n == 0))
        .as(Attempt::new);
  }

  @Property(tries = 60)
  void a_call_rings_exactly_when_the_window_has_room(
      @ForAll @Size(min = 1, max = 14) final List<@net.jqwik.api.From("attempts") Attempt> attempts,
      @ForAll @IntRange(min = 1, max = 3) final int allowed) {
    final var fixture = new RoutingFixture();
    fixture.switchEverythingOn();
    fixture.apns().always = _ -> new HandedOver("");
    fixture.person(
        ANNA,
        Preferences.DEFAULT.withRingLimit(Optional.of(new RingLimit(allowed, WINDOW))),
        iPhone("phone", 18, ANNA));
    final var rang = new HashMap<Integer, List<Instant>>();
    int number = 0;
    for (final var attempt : attempts) {
      fixture.clock.advance(Duration.ofSeconds(attempt.after()));
      if (attempt.crash()) {
        fixture.crashAndStartAgain();
      }
      final var now = fixture.clock.instant();
      final var before = rang.computeIfAbsent(attempt.caller(), _ -> new ArrayList<>());
      final long inWindow = before.stream().filter(at -> at.isAfter(now.minus(WINDOW))).count();
      final var id = "call-" + number++;
      final long event = fixture.accept(ring(id, attempt.caller(), now));
      fixture.routing.calls().end(ACME, call(id), new CallEnd.AnsweredElsewhere("desk"), _ -> {});
      fixture.turn();
      if (inWindow < allowed) {
        assertEquals("push SUSPENDED_CALL", fixture.story(event, "phone").getFirst());
        before.add(now);
      } else {
        assertEquals("suppress TOO_MANY_RINGS", fixture.story(event, "phone").getFirst());
      }
    }
  }

  private static Event.IncomingCall ring(final String id, final int caller, final Instant now) {
    return new Event.IncomingCall(
        key(id),
        List.of(ANNA),
        "call",
        call(id),
        new Caller("", "sip:" + caller + "@example.org"),
        false,
        new Life(now.plusSeconds(30), now.plusSeconds(30)));
  }
}
