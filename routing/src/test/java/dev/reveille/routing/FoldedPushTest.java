package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Event;
import dev.reveille.model.FolderId;
import dev.reveille.model.Life;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of an event whose push its sender holds back, or folds into another one.
final class FoldedPushTest {
  private static final Instant NEXT = NOW.plus(Duration.ofMinutes(20));
  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void annaHasAnIPhone() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, People.iPhone("phone", 18, ANNA));
  }

  private long change(final String id, final Duration life) {
    return fixture.accept(
        new Event.ChangeHint(
            Samples.key(id),
            List.of(ANNA),
            "mail",
            Set.of(new FolderId("INBOX")),
            new Life(NOW.plus(life), NOW.plus(Duration.ofDays(1)))));
  }

  private static TryAgain held() {
    return new TryAgain(Reason.DEVICE_THROTTLED, "the next one may leave at noon", NEXT);
  }

  @Test
  void one_that_folded_is_settled_and_was_not_refused() {
    final long event = change("a", Duration.ofHours(1));
    fixture.apns().answer(fixture.apns().take(), Refused.byUs(Reason.FOLDED, "into the push 7"));
    fixture.turn();
    assertEquals(
        List.of("push SUSPENDED_MESSAGE", "push not-sent FOLDED", "settled"),
        fixture.story(event, "phone"));
    assertEquals(0L, fixture.routing.counters().read().get("pushes_refused"));
    final var detail =
        fixture.trail(event).stream()
            .map(TrailEntry.Opening.class::cast)
            .flatMap(line -> line.tries().stream())
            .map(TrailEntry.Try::detail)
            .toList();
    assertEquals(List.of("into the push 7"), detail);
    fixture.nothingIsLeft();
  }

  @Test
  void one_that_is_held_holds_up_no_other_push_to_the_device_and_leaves_at_its_moment() {
    final long event = change("a", Duration.ofHours(1));
    fixture.apns().answer(fixture.apns().take(), held());
    fixture.turn();
    fixture.accept(Samples.message("m", ANNA));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.pass(Duration.ofMinutes(19).plusSeconds(59));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertTrue(
        fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"),
        () -> fixture.story(event, "phone").toString());
    fixture.nothingIsLeft();
  }

  @Test
  void one_whose_life_ends_before_ends_with_that_and_says_for_what_it_waited() {
    final long event = change("a", Duration.ofMinutes(5));
    fixture.apns().answer(fixture.apns().take(), held());
    fixture.turn();
    fixture.pass(Duration.ofMinutes(21));
    assertEquals(List.of(), fixture.apns().taken);
    final var story = fixture.story(event, "phone");
    assertEquals(
        List.of("push try-again DEVICE_THROTTLED", "push expired TOO_LATE_TO_ALERT", "settled"),
        story.subList(1, story.size()));
    assertTrue(fixture.trail(event).toString().contains("it waited: RV-212"));
    fixture.nothingIsLeft();
  }

  @Test
  void one_that_waited_may_still_fold() {
    final long event = change("a", Duration.ofHours(1));
    fixture.apns().answer(fixture.apns().take(), held());
    fixture.pass(Duration.ofMinutes(20).plusSeconds(1));
    fixture.apns().answer(fixture.apns().take(), Refused.byUs(Reason.FOLDED, "into the push 8"));
    fixture.turn();
    final var story = fixture.story(event, "phone");
    assertEquals(
        List.of("push not-sent FOLDED", "settled"), story.subList(story.size() - 2, story.size()));
    assertEquals(
        Optional.empty(), story.stream().filter(line -> line.contains("refused")).findAny());
    fixture.nothingIsLeft();
  }
}
