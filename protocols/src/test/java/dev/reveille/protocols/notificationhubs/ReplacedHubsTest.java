package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static dev.reveille.protocols.notificationhubs.HubBodies.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.Sends.TargetStory;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Hubs that go while devices register and pushes wait, and hubs that take their names.
final class ReplacedHubsTest {
  private static final String REGISTRATIONS = "/news/registrations" + VERSION;
  private static final String PHONE = "/news/installations/phone" + VERSION;
  private static final OrganisationId OTHER = new OrganisationId("other");

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.heldWrites.countDown();
    hub.close();
  }

  private Hub takenOver() {
    hub.store.registry().makeOrganisation(OTHER, HubUnderTest.ACME, "test");
    hub.hubs.remove(hub.hub, "test");
    return hub.hubs.add(OTHER, new HubName("news"), "test");
  }

  /// The trail of each target, once one is settled.
  private List<TargetStory> settled(final HttpResponse<String> sent) {
    Eventually.holds(
        () -> hub.stories(sent).stream().anyMatch(TargetStory::settled), "its target is settled");
    return hub.stories(sent);
  }

  // ---- what waits -----------------------------------------------------------------------------

  @Test
  void what_waits_of_a_removed_hub_never_leaves_by_the_app_of_a_later_one() {
    hub.isBusy = true;
    final var sent =
        hub.call(
            "POST",
            "/news/messages" + VERSION + "&direct",
            ALERT,
            FORMAT,
            "apple",
            "ServiceBusNotification-DeviceHandle",
            ONE);
    assertEquals(201, sent.statusCode(), sent.body());
    Eventually.holds(() -> !hub.stories(sent).isEmpty(), "its target waits");
    final var later = takenOver();
    hub.isBusy = false;
    final var end = settled(sent).getFirst().tries().getLast();
    assertEquals(List.of(), hub.tokens(), "left by " + later.app());
    assertEquals(Reason.NOT_CONFIGURED, end.why());
    assertNotEquals(hub.hub.app(), later.app());
    assertNotEquals(hub.hub.source(), later.source());
  }

  @Test
  void what_waits_for_registrations_of_a_removed_hub_gets_to_none_of_a_later_one() {
    assertEquals(200, hub.call("PUT", PHONE, iphone("phone", ONE, "")).statusCode());
    hub.isBusy = true;
    final var sent = hub.call("POST", "/news/messages" + VERSION, ALERT, FORMAT, "apple");
    assertEquals(201, sent.statusCode(), sent.body());
    Eventually.holds(() -> !hub.stories(sent).isEmpty(), "its target waits");
    hub.hubs.remove(hub.hub, "test");
    final var later = hub.hubs.add(HubUnderTest.ACME, new HubName("news"), "test");
    final var again =
        hub.callAs(hub.signed(later, Hubs.FULL), "PUT", PHONE, iphone("phone", ONE, ""));
    assertEquals(200, again.statusCode(), again.body());
    assertEquals(1, hub.hubs.registrations(later));
    hub.isBusy = false;
    assertEquals(Reason.SIGNED_OUT, settled(sent).getFirst().tries().getLast().why());
    assertEquals(List.of(), hub.tokens());
  }

  // ---- numbers --------------------------------------------------------------------------------

  @Test
  void each_hub_of_a_name_has_a_number_of_its_own_also_after_a_restart() {
    assertEquals("hub.default.news", hub.hub.app().value());
    final var second = takenOver();
    assertEquals("hub.default.news~2", second.app().value());
    assertEquals("other/default/news~2", second.key());
    final var restarted = Hubs.open(hub.store, InstantSource.system());
    assertEquals(second, restarted.find(Hub.DEFAULT_NAMESPACE, "News").orElseThrow());
    restarted.remove(second, "test");
    assertEquals(3, restarted.add(OTHER, new HubName("News"), "test").number());
    assertEquals(1, restarted.add(OTHER, new HubName("others"), "test").number());
  }

  @Test
  void a_hub_of_a_store_that_knew_no_numbers_keeps_its_names() {
    final var settings = hub.store.settings();
    final var kept = settings.get(HubUnderTest.ACME, "hub", "default/news").orElseThrow();
    final var older = new java.util.HashMap<>(kept.values());
    assertEquals(List.of("1"), older.remove("number"));
    settings.put(HubUnderTest.ACME, "hub", "default/news", older, kept.version(), "older");
    final var restarted = Hubs.open(hub.store, InstantSource.system());
    assertEquals(hub.hub.key(), restarted.find(Hub.DEFAULT_NAMESPACE, "news").orElseThrow().key());
  }

  @Test
  void a_hub_that_was_being_made_when_the_server_stopped_is_made_with_its_app() {
    assertEquals(1, hub.store.hubs().nextHub("default/olds"));
    final var left = new App(new AppId("hub.default.olds"), HubUnderTest.ACME, "hub olds", "", "");
    hub.store.registry().keepApp(left, "test");
    final var made = hub.hubs.add(HubUnderTest.ACME, new HubName("olds"), "test");
    assertEquals(left.id(), made.app());
    assertEquals(1, hub.store.hubs().lastHub("default/olds"));
  }

  // ---- what comes meanwhile -------------------------------------------------------------------

  private CompletableFuture<HttpResponse<String>> later(final String method, final String body) {
    return CompletableFuture.supplyAsync(
        () -> hub.call(method, method.equals("PUT") ? PHONE : REGISTRATIONS, body));
  }

  @Test
  void what_comes_while_its_hub_is_removed_is_refused_and_not_lost()
      throws InterruptedException, ExecutionException, TimeoutException {
    hub.heldWrites = new CountDownLatch(1);
    final var waiting =
        List.of(later("PUT", iphone("phone", ONE, "")), later("POST", apple(ONE, "")));
    Eventually.holds(() -> hub.writesHeld.get() == 2, "both are about to write");
    hub.hubs.remove(hub.hub, "test");
    hub.heldWrites.countDown();
    for (final var each : waiting) {
      refused(404, "40400", each.get(20, TimeUnit.SECONDS));
    }
    assertEquals(List.of(), hub.store.hubs().names(), "nothing is left without a hub");
  }

  @Test
  void what_comes_after_the_count_keeps_a_hub_that_was_to_go_empty() {
    hub.counted =
        () -> {
          hub.counted = () -> {};
          hub.registered(ONE, "");
        };
    assertEquals(1, hub.hubs.removeEmpty(hub.hub, "test"));
    assertEquals(1, hub.hubs.registrations(hub.hub));
    assertEquals(200, hub.call("GET", REGISTRATIONS, "").statusCode());
    assertEquals(1, hub.hubs.removeEmpty(hub.hub, "test"));
    hub.hubs.remove(hub.hub, "test");
    assertTrue(hub.hubs.isEmpty(Hub.DEFAULT_NAMESPACE));
  }
}
