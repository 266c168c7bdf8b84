package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.HUB_APP;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.App;
import dev.reveille.model.Audience;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventKey;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.Setting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What holds for sends of notification hubs: the switches of their organisation, and whose app
/// they leave by.
final class HubSendTest extends SendFanOutStage {
  private void switched(final Map<String, List<String>> values) {
    fixture.settings.put(ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, values, -1, "test");
  }

  private List<String> story(final long send, final int number) {
    return fixture.story(send, address(number).key());
  }

  // ---- switches -------------------------------------------------------------------------------

  @Test
  void a_switched_off_service_is_the_end_of_its_targets_and_nothing_is_sent() {
    switched(Map.of("apple", List.of("false")));
    fixture.audiences = new Even(8, new HashSet<>());
    fixture.crashAndStartAgain();
    final long all = accept(send("1", new Audience.Registered("news", "", 8), NOW));
    final long some = accept(send("2", new Audience.Addresses(addresses(2)), NOW));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(Map.of("refused", 4L), progress(all).outcomes());
    assertEquals(Map.of("refused", 2L), progress(some).outcomes());
    assertEquals(List.of("push refused PUSH_SWITCHED_OFF", "settled"), story(some, 1));
    fixture.nothingIsLeft();
  }

  @Test
  void a_service_of_which_nothing_is_said_is_not_switched_off_for_hubs() {
    fixture.apns().always = _ -> new HandedOver("");
    for (final var values :
        List.of(
            Map.<String, List<String>>of(),
            Map.of("google", List.of("false")),
            Map.of("apple", List.of("true")))) {
      switched(values);
      final long send = accept(send("of " + values, new Audience.Addresses(addresses(2)), NOW));
      assertEquals(Map.of("handed-over", 2L), progress(send).outcomes(), values::toString);
    }
  }

  @Test
  void a_service_that_is_switched_off_meanwhile_gets_nothing_that_waited() {
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(send("1", new Audience.Addresses(addresses(1)), NOW));
    switched(Map.of("apple", List.of("false")));
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(
        List.of("push refused PUSH_SWITCHED_OFF", "settled"),
        story(send, 1).reversed().subList(0, 2).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void what_no_hub_sends_is_not_held_by_what_is_said_for_hubs() {
    switched(Map.of("apple", List.of("false")));
    final var hubs = send("1", new Audience.Addresses(addresses(1)), NOW);
    final var key = new EventKey(ACME, Send.SOURCES + "challenge", "1");
    final long send =
        accept(new Send(key, hubs.life(), hubs.lane(), hubs.notBefore(), hubs.to(), hubs.what()));
    handOverAll();
    assertEquals(Map.of("handed-over", 1L), progress(send).outcomes());
  }

  // ---- apps -----------------------------------------------------------------------------------

  /// A hub that was removed by a version whose apps had no numbers.
  @Test
  void what_waited_never_leaves_by_an_app_that_another_organisation_has_now() {
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long theirs = accept(send("1", new Audience.Addresses(addresses(1)), NOW));
    fixture.registry.keepApp(new App(HUB_APP, new OrganisationId("other"), "hub", "", ""), "test");
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(
        List.of("push given-up NOT_CONFIGURED", "settled"),
        story(theirs, 1).reversed().subList(0, 2).reversed());
    fixture.nothingIsLeft();
  }

  @Test
  void what_waited_leaves_by_the_app_of_its_own_organisation() {
    fixture.registry.keepApp(new App(HUB_APP, ACME, "hub", "", ""), "test");
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(send("1", new Audience.Addresses(addresses(1)), NOW));
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(30));
    handOverAll();
    assertEquals(Map.of("handed-over", 1L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }
}
