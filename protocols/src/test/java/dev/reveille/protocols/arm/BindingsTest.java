package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubReach;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which resource an app is bound to: its publisher's, and no other's, whatever was there before;
/// and what a change of a linked hub says to the apps that are bound.
class BindingsTest {
  private static final OrganisationId ACME = ArmUnderTest.ACME;
  private static final OrganisationId OTHER = ArmUnderTest.OTHER;

  private ArmUnderTest arm;

  @BeforeEach
  void start() {
    arm = new ArmUnderTest();
  }

  @AfterEach
  void stop() {
    arm.close();
  }

  private App app(final OrganisationId publisher) {
    final var app = new App(new AppId("phone"), publisher, "phone", "", "");
    arm.store.registry().keepApp(app, "test");
    return app;
  }

  private CommunicationResources afterRestart() {
    return CommunicationResources.open(
        arm.store, Hubs.open(arm.store, InstantSource.system()), InstantSource.system());
  }

  private static List<AppId> bound(
      final CommunicationResources resources, final OrganisationId organisation) {
    return resources.apps(resources.of(organisation).getFirst());
  }

  /// Settings of another organisation than the app's, as a server left them that did not remove
  /// them with the app.
  private void leave(final OrganisationId organisation) {
    arm.store
        .settings()
        .put(
            organisation,
            Setting.COMMUNICATION_APP,
            "phone",
            Map.of("resource", List.of("reveille")),
            -1,
            "test");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_app_that_another_organisation_had_is_bound_to_its_publisher_alone(
      final boolean isFormerFirst) {
    final var former = isFormerFirst ? ACME : OTHER;
    final var now = isFormerFirst ? OTHER : ACME;
    arm.resources.bindUnlessBound(app(former));
    assertTrue(arm.store.registry().removeApp(new AppId("phone"), "test"));
    assertEquals(List.of(), bound(arm.resources, former));
    assertEquals(
        List.of(),
        arm.store.settings().all(former, Setting.COMMUNICATION_APP),
        "the binding goes with the app");

    arm.resources.bindUnlessBound(app(now));
    leave(former);
    for (final var resources : List.of(arm.resources, afterRestart())) {
      assertEquals(List.of(new AppId("phone")), bound(resources, now));
      assertEquals(List.of(), bound(resources, former));
    }
    assertEquals(List.of(), arm.store.settings().all(former, Setting.COMMUNICATION_APP));
  }

  @Test
  void a_binding_that_was_left_reaches_no_app_of_another() {
    leave(OTHER);
    final var resources = afterRestart();
    app(ACME);
    assertInstanceOf(HubReach.Unbound.class, resources.reach(new AppId("phone")));
    assertTrue(!resources.unbind(OTHER, new AppId("phone"), "test"));
  }

  @Test
  void an_app_that_moves_to_another_publisher_leaves_its_resource() {
    arm.resources.bindUnlessBound(app(ACME));
    app(OTHER);
    assertInstanceOf(HubReach.Unbound.class, arm.resources.reach(new AppId("phone")));
    assertEquals(List.of(), arm.store.settings().all(ACME, Setting.COMMUNICATION_APP));
  }

  @Test
  void an_app_that_was_taken_off_stays_off_until_it_is_bound_again() {
    final var app = app(ACME);
    arm.resources.bindUnlessBound(app);
    assertTrue(arm.resources.unbind(ACME, app.id(), "test"));
    for (final var resources : List.of(arm.resources, afterRestart())) {
      resources.bindUnlessBound(app); // as a device does that renews its handle
      assertInstanceOf(HubReach.Unbound.class, resources.reach(app.id()));
      assertTrue(!resources.unbind(ACME, app.id(), "test"));
    }
    arm.resources.bind(app, arm.resources.of(ACME).getFirst(), "test");
    assertInstanceOf(HubReach.Unlinked.class, arm.resources.reach(app.id()));
  }

  // ---- a change of the hub --------------------------------------------------------------------

  private long number(final App app) {
    return arm.store.registry().app(app.id()).orElseThrow().credentials();
  }

  private void assertTold(final App app, final Runnable change) {
    final long before = number(app);
    change.run();
    assertTrue(number(app) > before, "what the hub's platform refused before is worth a try");
  }

  @Test
  void a_change_of_the_linked_hub_is_one_of_the_apps_that_are_reached_through_it() {
    arm.openApple();
    arm.link();
    final var app = app(ACME);
    arm.resources.bindUnlessBound(app);
    assertTold(app, arm::openGoogle);
    assertTold(app, () -> arm.openApple("com.example.other.voip", ArmUnderTest.APPLE_KEY));
    assertTold(app, () -> arm.hubs.putSandbox(arm.hub, true, "test"));
    assertTold(app, () -> arm.hubs.rekey(arm.hub, Hubs.SEND, Hubs.Key.SECONDARY, "test"));
  }

  @Test
  void a_change_of_another_hub_says_nothing() {
    arm.openApple();
    final var app = app(ACME);
    arm.resources.bindUnlessBound(app);
    final var azure = UUID.randomUUID();
    arm.resources.subscriptions().declare(ACME, azure, "test");
    arm.link(arm.string(Hubs.SEND), arm.hubId().replace(arm.subscription(), azure.toString()));
    final long before = number(app);
    arm.openGoogle(); // of the hub here that has the foreign one's name
    assertEquals(before, number(app));
  }
}
