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

  private final Heart heart = new Heart(RoutingOptions.DEFAULT.withInFlight(LIMIT));

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
    heart.settings.put(organisation, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, on, -1, "test");
  }

  @Test
  void messages_that_phones_did_not_acknowledge_yet_hold_no_call_up() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    heart.person(BEN, iPhone("live", 18, BEN));
    heart.live.foreground("live");
    for (int i = 0; i < 2 * LIMIT; i++) {
      heart.accept(message("m" + i, BEN));
    }
    assertTrue(heart.routing.inFlight() > LIMIT + LIMIT / 4);
    final int before = heart.apns().taken.size();
    heart.accept(incomingCall("c", ANNA));
    assertEquals(before + 1, heart.apns().taken.size());
  }

  @Test
  void the_calls_of_one_organisation_hold_none_of_another_up() {
    heart.switchEverythingOn();
    theirPushesAreOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    heart.person(OLGA, iPhone("theirs", 18, OLGA));
    for (int i = 0; i < 3 * LIMIT; i++) {
      heart.accept(incomingCall("c" + i, ANNA));
    }
    assertEquals(LIMIT + LIMIT / 4, heart.apns().taken.size());
    heart.accept(callOf(OTHER, "theirs"));
    assertEquals(LIMIT + LIMIT / 4 + 1, heart.apns().taken.size());
    heart.apns().always = _ -> new HandedOver("");
    List.copyOf(heart.apns().taken).forEach(heart.apns()::handOver);
    heart.apns().taken.clear();
    heart.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), heart.store.rows());
    assertEquals(0, heart.routing.inFlight());
  }

  /// None of them has many calls.
  @Test
  void many_organisations_that_ring_together_wait_as_rows_beyond_a_last_reserve() {
    heart.switchEverythingOn();
    for (int i = 0; i < 2 * LIMIT; i++) {
      final var organisation = new OrganisationId("org" + i);
      final var user = new UserId(organisation, "user");
      pushesAreOn(organisation);
      heart.person(user, iPhone("phone" + i, 18, user));
      heart.accept(callOf(organisation, "c" + i, user));
    }
    assertEquals(LIMIT + LIMIT / 2, heart.apns().taken.size());
    assertEquals(LIMIT / 2, heart.store.rows().size());
  }

  @Test
  void two_organisations_that_flood_have_the_calls_of_both_wait_as_rows() {
    heart.switchEverythingOn();
    heart.person(ANNA, iPhone("phone", 18, ANNA));
    for (int i = 0; i < 3 * LIMIT; i++) {
      heart.accept(incomingCall("c" + i, ANNA));
    }
    heart.person(OLGA, iPhone("theirs", 18, OLGA));
    theirPushesAreOn();
    for (int i = 0; i < 3 * LIMIT; i++) {
      heart.accept(callOf(OTHER, "t" + i));
    }
    assertTrue(heart.apns().taken.size() <= LIMIT + LIMIT / 2);
    assertTrue(heart.store.rows().size() >= 4 * LIMIT);
  }
}
