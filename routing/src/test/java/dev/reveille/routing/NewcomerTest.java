package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A device that registers, or signs in again, while a call of its user rings joins in.
class NewcomerTest {
  private final Heart heart = new Heart();

  @BeforeEach
  void annaHasNoDevice() {
    heart.switchEverythingOn();
    heart.person(ANNA);
    heart.person(BEN, iPhone("bens", 18, BEN));
  }

  private void registers(final Installation phone) {
    heart.advance(Duration.ofSeconds(5));
    heart.registry.keepInstallation(phone, "test");
    heart.turn();
  }

  private static Installation withoutAddress() {
    return People.with(iPhone("annas", 18, ANNA), List.of());
  }

  @Test
  void a_sleeping_phone_that_registers_while_it_rings_is_pushed_to() {
    final long event = heart.accept(incomingCall("1"));
    registers(iPhone("annas", 18, ANNA));
    final var push = heart.apns().take();
    assertEquals(Lane.URGENT, push.lane());
    heart.apns().handOver(push);
    heart.turn();
    assertEquals(
        List.of("push SUSPENDED_CALL", "push handed-over HANDED_TO_PLATFORM", "settled"),
        heart.story(event, "annas"));
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_newcomer_in_the_place_of_a_phone_that_signed_out_does_not_finish_the_call_for_another() {
    heart.person(ANNA, iPhone("annas", 18, ANNA), android("second", ANNA));
    heart.accept(incomingCall("1"));
    heart.apns().handOver(heart.apns().take());
    heart.fcm().take(); // without an answer before the server dies
    heart.turn();
    heart.registry.removeInstallation(new InstallationId("annas"), "test");
    registers(android("third", ANNA));
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    heart.crashAndStartAgain();
    assertEquals(
        new InstallationId("second").target(), heart.fcm().taken.getFirst().work().target());
    heart.endTheCall();
  }

  @Test
  void a_phone_that_signs_in_on_its_open_channel_is_told_there_and_by_push() {
    final long event = heart.accept(incomingCall("1"));
    heart.live.foreground("annas");
    registers(iPhone("annas", 18, ANNA));
    heart.live.take();
    heart.apns().handOver(heart.apns().take());
    heart.acknowledge(ANNA, "annas", event);
    assertEquals("live-and-push FOREGROUND_CALL", heart.story(event, "annas").getFirst());
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_phone_to_which_there_is_no_way_yet_is_told_as_it_connects() {
    final long event = heart.accept(incomingCall("1"));
    registers(withoutAddress());
    assertEquals(List.of("live REGISTERED_DURING_RING", "settled"), heart.story(event, "annas"));
    heart.acknowledge(ANNA, "annas", event); // the live channel told it as state
    assertEquals(
        List.of("live REGISTERED_DURING_RING", "settled", "receipt acknowledged LIVE_ACKNOWLEDGED"),
        heart.story(event, "annas").stream().limit(3).toList());
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_phone_that_gives_its_address_a_moment_later_is_pushed_to_then() {
    final long event = heart.accept(incomingCall("1"));
    registers(withoutAddress());
    registers(withoutAddress());
    assertEquals(2, heart.story(event, "annas").size());
    registers(iPhone("annas", 18, ANNA));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_device_that_was_told_is_not_told_again_when_it_changes() {
    heart.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    heart.accept(incomingCall("1"));
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    registers(iPhone("annas", 26, ANNA));
    assertEquals(List.of(), heart.apns().taken);
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_call_that_is_over_and_a_message_are_not_told_to_a_newcomer() {
    heart.accept(incomingCall("1"));
    final long message = heart.accept(message("2"));
    heart.endTheCall();
    registers(iPhone("annas", 18, ANNA));
    assertEquals(List.of(), heart.apns().taken);
    assertEquals(List.of(), heart.story(message, "annas"));
    heart.nothingIsLeft();
  }

  @Test
  void a_device_of_another_user_hears_nothing() {
    heart.accept(incomingCall("1"));
    registers(android("bens-second", BEN));
    assertEquals(List.of(), heart.fcm().taken);
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_newcomer_joins_in_a_call_that_a_former_run_had_not_finished() {
    heart.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    final long event = heart.accept(incomingCall("1"));
    heart.crashAndStartAgain();
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    heart.fcm().always = _ -> new HandedOver("");
    registers(android("second", ANNA));
    assertEquals("push SUSPENDED_CALL", heart.story(event, "second").getFirst());
    heart.endTheCall();
    heart.nothingIsLeft();
  }

  @Test
  void a_decision_is_shown_before_anything_came_back() {
    final long event = heart.accept(message("1"));
    assertEquals(List.of(Reason.NO_DEVICES), nobody(event));
    heart.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    final long second = heart.accept(message("2"));
    assertEquals(List.of(), heart.trail(second), "the service has not answered");
    final var shown = (TrailEntry.Opening) heart.routing.records().trail(second).getFirst();
    assertEquals("push", shown.decision());
    assertEquals(Reason.SUSPENDED_MESSAGE, shown.why());
    assertFalse(shown.settled());
    heart.apns().handOver(heart.apns().take());
    heart.turn();
    assertEquals(heart.trail(second), heart.routing.records().trail(second));
  }

  private List<Reason> nobody(final long event) {
    return heart.routing.records().trail(event).stream()
        .map(line -> ((TrailEntry.NoDevice) line).why())
        .toList();
  }
}
