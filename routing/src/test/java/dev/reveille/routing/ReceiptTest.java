package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A push service tells a receipt of a push that it took: a line of the trail and nothing else.
/// Apple's sender plays the service.
final class ReceiptTest extends SendFanOutStage {
  private static final String TAKEN = "push handed-over HANDED_TO_PLATFORM";
  private static final String HAS_IT = "push acknowledged BROWSER_ACKNOWLEDGED";

  @BeforeEach
  void annaHasAPhone() {
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
  }

  private long taken() {
    final long event = fixture.accept(message("m"));
    fixture.apns().answer(fixture.apns().take(), new HandedOver("/m/1"));
    fixture.turn();
    return event;
  }

  private void receipt(final long event, final boolean has) {
    fixture
        .routing
        .relayReports()
        .receipt(
            new WorkKey(event, new InstallationId("phone").target()),
            Lane.NORMAL,
            1,
            has,
            Duration.ofMillis(7));
    fixture.turn();
  }

  private List<String> pushes(final long event) {
    final var story = fixture.story(event, "phone");
    return story.subList(1, story.size());
  }

  @Test
  void what_the_browser_says_stands_behind_that_it_was_taken() {
    final long event = taken();
    assertEquals(List.of(TAKEN, "settled"), pushes(event));
    receipt(event, true);
    assertEquals(List.of(TAKEN, "settled", HAS_IT), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void what_no_browser_took_is_not_sent_again() {
    final long event = taken();
    receipt(event, false);
    fixture.pass(Duration.ofMinutes(5));
    assertEquals(
        List.of(TAKEN, "settled", "push unacknowledged BROWSER_NEVER_GOT_IT"), pushes(event));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.nothingIsLeft();
  }

  @Test
  void a_receipt_after_a_restart_finds_its_trail() {
    final long event = taken();
    fixture.crashAndStartAgain();
    receipt(event, true);
    assertEquals(List.of(TAKEN, "settled", HAS_IT), pushes(event));
    fixture.nothingIsLeft();
  }
}
