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
  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void annaHasNoDevice() {
    fixture.switchEverythingOn();
    fixture.person(ANNA);
    fixture.person(BEN, iPhone("bens", 18, BEN));
  }

  private void registers(final Installation phone) {
    fixture.advance(Duration.ofSeconds(5));
    fixture.registry.keepInstallation(phone, "test");
    fixture.turn();
  }

  private static Installation withoutAddress() {
    return People.with(iPhone("annas", 18, ANNA), List.of());
  }

  @Test
  void a_sleeping_phone_that_registers_while_it_rings_is_pushed_to() {
    final long event = fixture.accept(incomingCall("1"));
    registers(iPhone("annas", 18, ANNA));
    final var push = fixture.apns().take();
    assertEquals(Lane.URGENT, push.lane());
    fixture.apns().handOver(push);
    fixture.turn();
    assertEquals(
        List.of("push SUSPENDED_CALL", "push handed-over HANDED_TO_PLATFORM", "settled"),
        fixture.story(event, "annas"));
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_newcomer_in_the_place_of_a_phone_that_signed_out_does_not_finish_the_call_for_another() {
    fixture.person(ANNA, iPhone("annas", 18, ANNA), android("second", ANNA));
    fixture.accept(incomingCall("1"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.fcm().take(); // without an answer before the server dies
    fixture.turn();
    fixture.registry.removeInstallation(new InstallationId("annas"), "test");
    registers(android("third", ANNA));
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    fixture.crashAndStartAgain();
    assertEquals(
        new InstallationId("second").target(), fixture.fcm().taken.getFirst().work().target());
    fixture.endTheCall();
  }

  @Test
  void a_phone_that_signs_in_on_its_open_channel_is_told_there_and_by_push() {
    final long event = fixture.accept(incomingCall("1"));
    fixture.live.foreground("annas");
    registers(iPhone("annas", 18, ANNA));
    fixture.live.take();
    fixture.apns().handOver(fixture.apns().take());
    fixture.acknowledge(ANNA, "annas", event);
    assertEquals("live-and-push FOREGROUND_CALL", fixture.story(event, "annas").getFirst());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_phone_to_which_there_is_no_way_yet_is_told_as_it_connects() {
    final long event = fixture.accept(incomingCall("1"));
    registers(withoutAddress());
    assertEquals(List.of("live REGISTERED_DURING_RING", "settled"), fixture.story(event, "annas"));
    fixture.acknowledge(ANNA, "annas", event); // the live channel told it as state
    assertEquals(
        List.of("live REGISTERED_DURING_RING", "settled", "receipt acknowledged LIVE_ACKNOWLEDGED"),
        fixture.story(event, "annas").stream().limit(3).toList());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_phone_that_gives_its_address_a_moment_later_is_pushed_to_then() {
    final long event = fixture.accept(incomingCall("1"));
    registers(withoutAddress());
    registers(withoutAddress());
    assertEquals(2, fixture.story(event, "annas").size());
    registers(iPhone("annas", 18, ANNA));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_device_that_was_told_is_not_told_again_when_it_changes() {
    fixture.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    fixture.accept(incomingCall("1"));
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    registers(iPhone("annas", 26, ANNA));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_call_that_is_over_and_a_message_are_not_told_to_a_newcomer() {
    fixture.accept(incomingCall("1"));
    final long message = fixture.accept(message("2"));
    fixture.endTheCall();
    registers(iPhone("annas", 18, ANNA));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(List.of(), fixture.story(message, "annas"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_device_of_another_user_hears_nothing() {
    fixture.accept(incomingCall("1"));
    registers(android("bens-second", BEN));
    assertEquals(List.of(), fixture.fcm().taken);
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_newcomer_joins_in_a_call_that_a_former_run_had_not_finished() {
    fixture.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    final long event = fixture.accept(incomingCall("1"));
    fixture.crashAndStartAgain();
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    fixture.fcm().always = _ -> new HandedOver("");
    registers(android("second", ANNA));
    assertEquals("push SUSPENDED_CALL", fixture.story(event, "second").getFirst());
    fixture.endTheCall();
    fixture.nothingIsLeft();
  }

  @Test
  void a_decision_is_shown_before_anything_came_back() {
    final long event = fixture.accept(message("1"));
    assertEquals(List.of(Reason.NO_DEVICES), notNotified(event));
    fixture.registry.keepInstallation(iPhone("annas", 18, ANNA), "test");
    final long second = fixture.accept(message("2"));
    assertEquals(List.of(), fixture.trail(second), "the service has not answered");
    final var shown = (TrailEntry.Opening) fixture.routing.records().trail(second).getFirst();
    assertEquals("push", shown.decision());
    assertEquals(Reason.SUSPENDED_MESSAGE, shown.why());
    assertFalse(shown.settled());
    fixture.apns().handOver(fixture.apns().take());
    fixture.turn();
    assertEquals(fixture.trail(second), fixture.routing.records().trail(second));
  }

  private List<Reason> notNotified(final long event) {
    return fixture.routing.records().trail(event).stream()
        .map(line -> ((TrailEntry.NoDevice) line).why())
        .toList();
  }
}
