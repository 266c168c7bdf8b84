package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the push of a call waits for when more is under way than the limit says, and what not.
class CrowdedCallsTest {
  private static final OrganisationId OTHER = new OrganisationId("other");
  private static final UserId OLGA = new UserId(OTHER, "olga");
  private static final int LIMIT = 40;

  private final RoutingFixture fixture =
      new RoutingFixture(RoutingOptions.DEFAULT.withInFlight(LIMIT));

  private static Event.IncomingCall callOf(final OrganisationId organisation, final String id) {
    return callOf(organisation, id, OLGA);
  }

  private static Event.IncomingCall callOf(
      final OrganisationId organisation, final String id, final UserId to) {
    final var sample = incomingCall(id);
    return new Event.IncomingCall(
        new EventKey(organisation, "pbx", id),
        List.of(to),
        sample.type(),
        call(id),
        sample.caller(),
        sample.video(),
        sample.life());
  }

  private void theirPushesAreOn() {
    pushesAreOn(OTHER);
  }

  private void pushesAreOn(final OrganisationId organisation) {
    final var on = Map.of("apple", List.of("true"));
    fixture.settings.put(organisation, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, on, -1, "test");
  }

  @Test
  void messages_that_phones_did_not_acknowledge_yet_hold_no_call_up() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN, iPhone("live", 18, BEN));
    fixture.live.foreground("live");
    for (int i = 0; i < 2 * LIMIT; i++) {
      fixture.accept(message("m" + i, BEN));
    }
    assertTrue(fixture.routing.inFlight() > LIMIT + LIMIT / 4);
    final int before = fixture.apns().taken.size();
    fixture.accept(incomingCall("c", ANNA));
    assertEquals(before + 1, fixture.apns().taken.size());
  }

  @Test
  void the_calls_of_one_organisation_hold_none_of_another_up() {
    fixture.switchEverythingOn();
    theirPushesAreOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(OLGA, iPhone("theirs", 18, OLGA));
    for (int i = 0; i < 3 * LIMIT; i++) {
      fixture.accept(incomingCall("c" + i, ANNA));
    }
    assertEquals(LIMIT + LIMIT / 4, fixture.apns().taken.size());
    fixture.accept(callOf(OTHER, "theirs"));
    assertEquals(LIMIT + LIMIT / 4 + 1, fixture.apns().taken.size());
    fixture.apns().always = _ -> new HandedOver("");
    List.copyOf(fixture.apns().taken).forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), fixture.store.rows());
    assertEquals(0, fixture.routing.inFlight());
  }

  /// None of them has many calls.
  @Test
  void many_organisations_that_ring_together_wait_as_rows_beyond_a_last_reserve() {
    fixture.switchEverythingOn();
    for (int i = 0; i < 2 * LIMIT; i++) {
      final var organisation = new OrganisationId("org" + i);
      final var user = new UserId(organisation, "user");
      pushesAreOn(organisation);
      fixture.person(user, iPhone("phone" + i, 18, user));
      fixture.accept(callOf(organisation, "c" + i, user));
    }
    assertEquals(LIMIT + LIMIT / 2, fixture.apns().taken.size());
    assertEquals(LIMIT / 2, fixture.store.rows().size());
  }

  @Test
  void two_organisations_that_flood_have_the_calls_of_both_wait_as_rows() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    for (int i = 0; i < 3 * LIMIT; i++) {
      fixture.accept(incomingCall("c" + i, ANNA));
    }
    fixture.person(OLGA, iPhone("theirs", 18, OLGA));
    theirPushesAreOn();
    for (int i = 0; i < 3 * LIMIT; i++) {
      fixture.accept(callOf(OTHER, "t" + i));
    }
    assertTrue(fixture.apns().taken.size() <= LIMIT + LIMIT / 2);
    assertTrue(fixture.store.rows().size() >= 4 * LIMIT);
  }
}
