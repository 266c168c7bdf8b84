package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What happens to a row between its claim and its turn. See [Heart].
class DueWorkTest {
  private final Heart heart = new Heart();

  @BeforeEach
  void annaHasAPhone() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
  }

  private void aMessageWaitsAndItsRowIsRead() {
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    heart.pass(Duration.ofMillis(1_900));
    heart.looks = false;
    heart.pass(Duration.ofSeconds(3));
    assertTrue(heart.look(), "the row is claimed and read");
  }

  @Test
  void a_call_whose_push_waited_goes_on_before_the_messages_of_its_claim_are_read() {
    heart.person(BEN, android("bens", BEN));
    heart.accept(message("m", BEN));
    final long call = heart.accept(incomingCall("c"));
    final var soon = Heart.tryAgain(Reason.SERVICE_THROTTLED, NOW.plusSeconds(2));
    heart.fcm().answer(heart.fcm().take(), soon);
    heart.apns().answer(heart.apns().take(), soon);
    heart.pass(Duration.ofMillis(1_900));
    heart.looks = false;
    heart.pass(Duration.ofSeconds(3));
    heart.registry.keepUser(new User(BEN, "", List.of(), Preferences.DEFAULT), "test");
    final var meanwhile = new ArrayList<Push>();
    heart.registry.whileReading =
        () -> { // Ben is read for the message's row
          heart.registry.whileReading = () -> {};
          heart.routing.dispatcher().turn();
          heart.store.commit(); // the line that the call's push leaves
          heart.routing.dispatcher().turn();
          meanwhile.addAll(heart.apns().taken);
        };
    heart.look();
    assertEquals(List.of(call), meanwhile.stream().map(Push::event).toList());
    heart.looks = true;
    heart.turn();
    heart.fcm().handOver(heart.fcm().take());
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_row_whose_phone_signs_out_after_it_was_read_is_given_up() {
    final long event = heart.accept(message("m"));
    aMessageWaitsAndItsRowIsRead();
    heart.registry.removeInstallation(new InstallationId("phone"), "test");
    heart.looks = true;
    heart.turn();
    assertEquals(List.of(), heart.apns().taken);
    assertEquals("push given-up SIGNED_OUT", heart.story(event, "phone").get(2));
    heart.nothingIsLeft();
  }

  @Test
  void a_row_whose_service_is_switched_off_after_it_was_read_is_not_pushed() {
    final long event = heart.accept(message("m"));
    aMessageWaitsAndItsRowIsRead();
    heart.settings.put(
        ACME,
        Setting.PUSH_NOTIFICATION,
        Setting.GLOBAL,
        Map.of("apple", List.of("false")),
        -1,
        "test");
    heart.looks = true;
    heart.turn();
    assertEquals(List.of(), heart.apns().taken);
    assertEquals("push given-up PUSH_SWITCHED_OFF", heart.story(event, "phone").get(2));
    heart.nothingIsLeft();
  }

  @Test
  void an_error_while_a_row_is_read_does_not_lose_it() {
    heart.accept(message("m"));
    heart
        .apns()
        .answer(
            heart.apns().take(), new TryAgain(Reason.SERVICE_THROTTLED, "", NOW.plusSeconds(2)));
    heart.pass(Duration.ofMillis(1_900));
    heart.looks = false;
    heart.pass(Duration.ofSeconds(3));
    heart.registry.keepUser(new User(ANNA, "", List.of(), Preferences.DEFAULT), "test");
    heart.registry.whileReading =
        () -> {
          throw new StackOverflowError("in a test");
        };
    heart.look();
    heart.registry.whileReading = () -> {};
    heart.looks = true;
    heart.pass(Duration.ofSeconds(15));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals(1L, heart.routing.counters().faults.sumThenReset());
    heart.nothingIsLeft();
  }
}
