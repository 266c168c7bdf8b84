package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.model.User;
import dev.reveille.routing.port.Push;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What happens to a row between its claim and its turn. See [RoutingFixture].
class DueWorkTest {
  private final RoutingFixture fixture = RoutingFixture.ofAnna();

  private void aMessageWaitsAndItsRowIsRead() {
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    fixture.pass(Duration.ofMillis(1_900));
    fixture.looks = false;
    fixture.pass(Duration.ofSeconds(3));
    assertTrue(fixture.look(), "the row is claimed and read");
  }

  @Test
  void a_call_whose_push_waited_goes_on_before_the_messages_of_its_claim_are_read() {
    fixture.person(BEN, android("bens", BEN));
    fixture.accept(message("m", BEN));
    final long call = fixture.accept(incomingCall("c"));
    final var soon = RoutingFixture.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(2));
    fixture.fcm().answer(fixture.fcm().take(), soon);
    fixture.apns().answer(fixture.apns().take(), soon);
    fixture.pass(Duration.ofMillis(1_900));
    fixture.looks = false;
    fixture.pass(Duration.ofSeconds(3));
    fixture.registry.keepUser(new User(BEN, "", List.of(), Preferences.DEFAULT), "test");
    final var meanwhile = new ArrayList<Push>();
    fixture.registry.whileReading =
        () -> { // Ben is read for the message's row
          fixture.registry.whileReading = () -> {};
          fixture.routing.dispatcher().turn();
          fixture.store.commit(); // the line that the call's push leaves
          fixture.routing.dispatcher().turn();
          meanwhile.addAll(fixture.apns().taken);
        };
    fixture.look();
    assertEquals(List.of(call), meanwhile.stream().map(Push::event).toList());
    fixture.looks = true;
    fixture.turn();
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_whose_phone_signs_out_after_it_was_read_is_given_up() {
    final long event = fixture.accept(message("m"));
    aMessageWaitsAndItsRowIsRead();
    fixture.registry.removeInstallation(new InstallationId("phone"), "test");
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals("push given-up SIGNED_OUT", fixture.story(event, "phone").get(2));
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_whose_service_is_switched_off_after_it_was_read_is_not_pushed() {
    final long event = fixture.accept(message("m"));
    aMessageWaitsAndItsRowIsRead();
    fixture.settings.put(
        ACME,
        Setting.PUSH_NOTIFICATION,
        Setting.GLOBAL,
        Map.of("apple", List.of("false")),
        -1,
        "test");
    fixture.looks = true;
    fixture.turn();
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals("push given-up PUSH_SWITCHED_OFF", fixture.story(event, "phone").get(2));
    fixture.nothingIsLeft();
  }

  @Test
  void an_error_while_a_row_is_read_does_not_lose_it() {
    fixture.accept(message("m"));
    fixture
        .apns()
        .answer(
            fixture.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    fixture.pass(Duration.ofMillis(1_900));
    fixture.looks = false;
    fixture.pass(Duration.ofSeconds(3));
    fixture.registry.keepUser(new User(ANNA, "", List.of(), Preferences.DEFAULT), "test");
    fixture.registry.whileReading =
        () -> {
          throw new StackOverflowError("in a test");
        };
    fixture.look();
    fixture.registry.whileReading = () -> {};
    fixture.looks = true;
    fixture.pass(Duration.ofSeconds(15));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals(1L, fixture.routing.counters().faults.sumThenReset());
    fixture.nothingIsLeft();
  }
}
