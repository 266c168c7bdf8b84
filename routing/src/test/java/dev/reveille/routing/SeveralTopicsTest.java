package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.missedCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Devices of one app under several topics, for which it may have several credentials: Anna has the
/// app itself, Ben its beta.
class SeveralTopicsTest {
  private static final String BETA = "com.example.phone.beta";
  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void peopleHavePhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    final var bens = iPhone("bens", 18, BEN);
    fixture.person(
        BEN,
        People.with(
            bens,
            bens.addresses().stream()
                .<PushAddress>map(each -> ((PushAddress.Direct) each).withScope(BETA))
                .toList()));
  }

  private void refuseBeta() {
    fixture.apns().always =
        push ->
            push.to().scope().equals(BETA)
                ? new Withheld(
                    Reason.CREDENTIALS_REFUSED,
                    "403 InvalidProviderToken",
                    fixture.clock.instant().plusSeconds(30),
                    ServiceReply.MOMENT)
                : new HandedOver("");
  }

  @Test
  void refused_credentials_of_the_beta_hold_nothing_of_the_release_back() {
    refuseBeta();
    final var beta = new ArrayList<Long>();
    final var release = new ArrayList<Long>();
    for (int i = 0; i < 30; i++) {
      beta.add(fixture.accept(missedCall("b" + i, BEN)));
      release.add(fixture.accept(missedCall("r" + i, ANNA)));
    }
    fixture.pass(Duration.ofSeconds(1));
    for (final long event : release) {
      assertTrue(fixture.story(event, "phone").contains("push handed-over HANDED_TO_PLATFORM"));
    }
    for (final long event : beta) {
      assertFalse(fixture.story(event, "bens").contains("settled"), "it waits");
    }
    fixture.crashAndStartAgain();
    fixture.apns().always = _ -> new HandedOver("");
    fixture.pass(Duration.ofMinutes(2));
    for (final long event : beta) {
      assertTrue(fixture.story(event, "bens").contains("push handed-over HANDED_TO_PLATFORM"));
    }
    fixture.nothingIsLeft();
  }

  private static PushAddress.Direct address(final String scope) {
    return People.address("t", PushService.APNS, PushChannel.MESSAGE).withScope(scope);
  }

  @Test
  void each_topic_has_a_breaker_and_without_one_it_is_named_as_ever() {
    final var breakers = new CircuitBreakers(Senders.of(fixture.senders.values()));
    final var usual = breakers.before(address(""));
    assertEquals("apns com.example.phone", usual.name());
    final var beta = breakers.before(address(BETA));
    assertEquals("apns com.example.phone as " + BETA, beta.name());
    assertNotSame(usual, beta);
    assertSame(beta, breakers.before(address(BETA)));
    assertSame(beta, breakers.named(beta.name()));
    assertEquals(
        "apns sandbox com.example.phone as " + BETA,
        breakers.before(address(BETA).proven(true)).name());
  }

  @Test
  void a_change_of_the_app_is_one_for_all_its_topics() {
    final var breakers = new CircuitBreakers(Senders.of(fixture.senders.values()));
    final var beta = breakers.before(address(BETA));
    beta.withheld(Reason.CREDENTIALS_REFUSED, NOW.plusSeconds(60), NOW);
    assertFalse(beta.wantsProbe(NOW.plusSeconds(1)));
    breakers.changed(People.APP, NOW);
    assertTrue(beta.wantsProbe(NOW.plusSeconds(1)));
  }

  @Test
  void any_number_of_topics_has_a_bounded_number_of_breakers() {
    final var breakers = new CircuitBreakers(Senders.of(fixture.senders.values()));
    final var first = breakers.before(address("topic0"));
    for (int i = 1; i < 20_000; i++) {
      breakers.before(address("topic" + i));
    }
    assertEquals(10_001, breakers.size(), "the one that all others of the app share");
    assertSame(first, breakers.before(address("topic0")));
    assertSame(breakers.before(address("")), breakers.before(address("topic19999")));
    assertEquals(List.of(), fixture.store.rows());
  }
}
