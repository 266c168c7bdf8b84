package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A call that was declined "here" on every device that rang.
class DeclinedEverywhereTest {
  private static final CallId CALL = call("c");

  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void everythingIsOn() {
    fixture.switchEverythingOn();
    fixture.fcm().always = _ -> new HandedOver("");
    fixture.apns().always = _ -> new HandedOver("");
  }

  private CallView view() {
    return fixture.routing.calls().view(ACME, CALL).orElseThrow();
  }

  private void declinedOn(final String phone, final long event) {
    fixture.routing.declinedHere(new InstallationId(phone), event, () -> {});
    fixture.turn();
  }

  private void declined() {
    assertEquals(Optional.of(new CallEnd.Declined(ANNA)), view().end());
  }

  @Test
  void the_only_device_ends_the_call_and_who_waits_for_it_learns_at_once() throws Exception {
    fixture.person(ANNA, android("phone", ANNA));
    final long event = fixture.accept(incomingCall("c", ANNA));
    final var seen = new ArrayList<CallView>();
    try (var _ = fixture.routing.calls().watch(ACME, CALL, seen::add)) {
      declinedOn("phone", event);
    }
    declined();
    assertEquals(1, seen.size());
    assertTrue(
        fixture.store.events().stream().noneMatch(stored -> stored.event() instanceof Event.Other),
        "no missed call");
    fixture.nothingIsLeft();
  }

  @Test
  void the_last_of_two_devices_ends_it() {
    fixture.person(ANNA, android("phone", ANNA), iPhone("tablet", 18, ANNA));
    final long event = fixture.accept(incomingCall("c", ANNA));
    declinedOn("phone", event);
    assertTrue(view().isRinging());
    declinedOn("tablet", event);
    declined();
  }

  @Test
  void a_device_that_the_ring_did_not_reach_keeps_nothing_open() {
    fixture.person(ANNA, android("phone", ANNA), iPhone("tablet", 18, ANNA));
    fixture.apns().always = _ -> new Refused(Reason.TOKEN_RETIRED, "Unregistered", Verdict.NOTHING);
    final long event = fixture.accept(incomingCall("c", ANNA));
    declinedOn("phone", event);
    declined();
  }

  @Test
  void a_ring_on_its_way_keeps_it_open_until_it_is_refused() {
    fixture.person(ANNA, android("phone", ANNA), iPhone("tablet", 18, ANNA));
    fixture.apns().always = null;
    final long event = fixture.accept(incomingCall("c", ANNA));
    declinedOn("phone", event);
    assertTrue(view().isRinging());
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            new Refused(Reason.TOKEN_RETIRED, "Unregistered", Verdict.NOTHING));
    fixture.turn();
    declined();
  }

  @Test
  void a_device_that_was_not_to_ring_keeps_nothing_open() {
    fixture.person(ANNA, android("phone", ANNA));
    fixture.person(BEN, Preferences.DEFAULT.withDoNotDisturb(Instant.MAX), android("bens", BEN));
    final long event = fixture.accept(incomingCall("c", ANNA, BEN));
    declinedOn("phone", event);
    declined();
  }

  @Test
  void another_recipient_who_rings_keeps_it_open() {
    fixture.person(ANNA, android("phone", ANNA));
    fixture.person(BEN, android("bens", BEN));
    final long event = fixture.accept(incomingCall("c", ANNA, BEN));
    declinedOn("phone", event);
    assertTrue(view().isRinging());
    assertEquals(List.of(), view().declinedBy());
    declinedOn("bens", event);
    assertTrue(view().end().isPresent());
  }

  @Test
  void a_phone_that_connected_meanwhile_rings_and_keeps_it_open() {
    fixture.person(ANNA, android("phone", ANNA), android("tablet", ANNA));
    fixture.fcm().always =
        push ->
            push.work().target().value().equals("tablet")
                ? new Refused(Reason.TOKEN_RETIRED, "UNREGISTERED", Verdict.NOTHING)
                : new HandedOver("");
    final long event = fixture.accept(incomingCall("c", ANNA));
    fixture.routing.calls().told(ACME, CALL, new InstallationId("tablet"));
    declinedOn("phone", event);
    assertTrue(view().isRinging());
    declinedOn("tablet", event);
    declined();
  }

  @Test
  void a_call_to_users_without_devices_goes_on() {
    fixture.person(ANNA);
    fixture.accept(incomingCall("c", ANNA));
    assertTrue(view().isRinging());
  }

  @Test
  void what_was_declined_before_a_restart_still_counts() {
    fixture.person(ANNA, android("phone", ANNA), android("tablet", ANNA));
    final long event = fixture.accept(incomingCall("c", ANNA));
    declinedOn("phone", event);
    fixture.crashAndStartAgain();
    assertTrue(view().isRinging());
    declinedOn("tablet", event);
    declined();
  }
}
