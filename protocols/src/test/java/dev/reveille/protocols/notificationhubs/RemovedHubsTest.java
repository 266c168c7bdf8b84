package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.Stores;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Hubs that go, also when the store fails half way; and what of a hub is kept for newer versions.
final class RemovedHubsTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String TOKEN = "a1".repeat(32);
  private static final StoreException FULL = new StoreException("the disk is full", "free some");

  private final HubUnderTest hub = new HubUnderTest();
  private final AtomicBoolean fails = new AtomicBoolean();

  @AfterEach
  void stop() {
    hub.close();
  }

  private Object unlessItFails(
      final boolean isMeant, final RuntimeException fault, final Callable<Object> real)
      throws Exception {
    if (isMeant && fails.get()) {
      throw fault;
    }
    return real.call();
  }

  /// The same store with some parts altered.
  private Stores with(
      final Registry registry, final SettingsStore settings, final SealedSecrets sealed) {
    final var parts = Stores.Parts.of(hub.store);
    return new Stores.Parts(
        parts.journal(),
        parts.inbox(),
        parts.trail(),
        parts.sends(),
        parts.waiting(),
        parts.calls(),
        registry,
        settings,
        parts.secrets(),
        sealed,
        parts.hubs(),
        parts.hubJobs(),
        parts.handles(),
        parts.openReports(),
        parts.clock(),
        parts.starts(),
        parts.domains(),
        parts.passwords());
  }

  /// Settings that cannot be removed while [#fails].
  private Stores failing() {
    final var settings =
        Altered.of(
            SettingsStore.class,
            hub.store.settings(),
            (method, real) -> unlessItFails(method.equals("remove"), FULL, real));
    return with(hub.store.registry(), settings, hub.store.sealed());
  }

  /// Keys that cannot be removed while [#fails].
  private Stores breakingOff() {
    final var sealed =
        Altered.of(
            SealedSecrets.class,
            hub.store.sealed(),
            (method, real) -> unlessItFails(method.equals("remove"), FULL, real));
    return with(hub.store.registry(), hub.store.settings(), sealed);
  }

  private Stores withDevices() {
    final var registry =
        Altered.of(
            Registry.class,
            hub.store.registry(),
            (method, real) ->
                unlessItFails(method.equals("removeApp"), new Registry.Taken("a device"), real));
    return with(registry, hub.store.settings(), hub.store.sealed());
  }

  private void register() {
    final var made = hub.call("POST", "/news/registrations" + VERSION, apple(TOKEN, ""));
    assertEquals(200, made.statusCode(), made.body());
  }

  private boolean isOnDisk() {
    return !Hubs.open(hub.store, CLOCK).isEmpty(Hub.DEFAULT_NAMESPACE);
  }

  // ---- removals -------------------------------------------------------------------------------

  @Test
  void a_removal_that_failed_can_be_repeated() {
    register();
    final var hubs = Hubs.open(failing(), CLOCK);
    fails.set(true);
    assertThrows(StoreException.class, () -> hubs.remove(hub.hub, "test"));
    assertEquals(3, hubs.policies(hubs.find(Hub.DEFAULT_NAMESPACE, "news").orElseThrow()).size());
    assertTrue(isOnDisk());
    fails.set(false);
    hubs.remove(hub.hub, "test");
    assertTrue(hubs.isEmpty(Hub.DEFAULT_NAMESPACE));
    assertEquals(List.of(), hub.store.hubs().names());
    assertEquals(List.of(), hub.store.sealed().names(HubUnderTest.ACME, "sas", "", 10));
    assertTrue(hub.store.registry().app(hub.hub.app()).isEmpty());
    assertTrue(!isOnDisk());
  }

  @Test
  void a_removal_that_broke_off_can_be_repeated_after_a_restart() {
    register();
    fails.set(true);
    assertThrows(
        StoreException.class, () -> Hubs.open(breakingOff(), CLOCK).remove(hub.hub, "test"));
    final var restarted = Hubs.open(hub.store, CLOCK);
    restarted.remove(restarted.find(Hub.DEFAULT_NAMESPACE, "news").orElseThrow(), "test");
    assertTrue(!isOnDisk());
    assertEquals(List.of(), hub.store.hubs().names());
    assertEquals(List.of(), hub.store.sealed().names(HubUnderTest.ACME, "sas", "", 10));
  }

  @Test
  void a_hub_whose_app_has_devices_stays_whole() {
    register();
    final var hubs = Hubs.open(withDevices(), CLOCK);
    fails.set(true);
    assertThrows(Registry.Taken.class, () -> hubs.remove(hub.hub, "test"));
    assertEquals(1, hubs.registrations(hub.hub));
    assertEquals(3, hubs.policies(hub.hub).size());
  }

  @Test
  void what_a_device_wrote_while_its_hub_was_removed_goes_at_the_start() {
    register();
    final var left = new Entry("r", Kind.REGISTRATION, Bytes.of("x"), Optional.empty(), List.of());
    hub.store.hubs().put(HubUnderTest.ACME + "/default/olds", left, new Condition.Any());
    final var restarted = Hubs.open(hub.store, CLOCK);
    assertEquals(List.of(hub.hub.key()), hub.store.hubs().names());
    assertEquals(1, restarted.registrations(hub.hub));
  }

  @Test
  void a_hub_that_another_organisation_has_now_is_not_taken_for_the_removed_one() {
    hub.hubs.remove(hub.hub, "test");
    assertThrows(Hubs.Refused.class, () -> hub.hubs.remove(hub.hub, "test"));
    final var other = new OrganisationId("other");
    hub.store.registry().makeOrganisation(other, HubUnderTest.ACME, "test");
    final var made = hub.hubs.add(other, new HubName("news"), "test");
    assertEquals(List.of(), hub.hubs.policies(hub.hub));
    assertThrows(
        Hubs.Refused.class, () -> hub.hubs.rekey(hub.hub, Hubs.FULL, Hubs.Key.PRIMARY, "test"));
    assertThrows(Hubs.Refused.class, () -> hub.hubs.remove(hub.hub, "test"));
    assertEquals(3, hub.hubs.policies(made).size());
  }

  // ---- newer versions -------------------------------------------------------------------------

  @Test
  void words_of_a_newer_version_are_kept_and_hinder_no_start() {
    final var settings = hub.store.settings();
    final var kept = settings.get(HubUnderTest.ACME, "hub", "default/news").orElseThrow();
    final Map<String, List<String>> newer = new HashMap<>(kept.values());
    newer.put("colour", List.of("red"));
    newer.put("policy:Auditors", List.of("Audit"));
    newer.put("policy:" + Hubs.SEND, List.of(AccessRight.SEND.word(), "Audit"));
    settings.put(HubUnderTest.ACME, "hub", "default/news", newer, kept.version(), "newer");
    final var hubs = Hubs.open(hub.store, CLOCK);
    final var found = hubs.find(Hub.DEFAULT_NAMESPACE, "news").orElseThrow();
    assertEquals(Set.of(Hubs.FULL, Hubs.SEND, Hubs.LISTEN), found.policies().keySet());
    hubs.putSandbox(found, true, "test");
    hubs.removePolicy(found, Hubs.LISTEN, "test");
    final var now =
        settings.get(HubUnderTest.ACME, "hub", "default/news").map(Setting::values).orElseThrow();
    assertEquals(List.of("red"), now.get("colour"));
    assertEquals(List.of("Audit"), now.get("policy:Auditors"));
    assertEquals(List.of("Audit", AccessRight.SEND.word()), now.get("policy:" + Hubs.SEND));
    assertTrue(!now.containsKey("policy:" + Hubs.LISTEN), "what was removed is not carried");
    assertEquals(List.of("true"), now.get("sandbox"));
  }
}
