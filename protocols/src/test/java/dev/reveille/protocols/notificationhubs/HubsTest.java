package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.HubName;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Hubs as the store keeps them.
final class HubsTest {
  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void hubs_are_there_again_after_a_restart() {
    final var again = Hubs.open(hub.store, java.time.InstantSource.system());
    final var found = again.find(Hub.DEFAULT_NAMESPACE, "NEWS").orElseThrow();
    assertEquals(hub.hub.key(), found.key());
    assertEquals(hub.hubs.policies(hub.hub), again.policies(found));
    hub.hubs.remove(hub.hub, "test");
    assertTrue(
        Hubs.open(hub.store, java.time.InstantSource.system()).isEmpty(Hub.DEFAULT_NAMESPACE));
    assertTrue(hub.store.registry().app(hub.hub.app()).isEmpty());
  }

  @Test
  void a_hub_of_a_removed_ones_name_begins_empty_also_when_the_removal_broke_off() {
    final var entry = Bytes.of("left");
    hub.store
        .hubs()
        .put(
            HubUnderTest.ACME + "/default/olds",
            new Entry("left", Kind.REGISTRATION, entry, Optional.empty(), List.of()),
            new Condition.Any());
    final var olds = hub.hubs.add(HubUnderTest.ACME, new HubName("Olds"), "test");
    assertEquals(0, hub.store.hubs().count(olds.key()));
  }

  @Test
  void a_policy_that_is_not_there_gets_no_key() {
    final var refused =
        assertThrows(
            Hubs.Refused.class, () -> hub.hubs.rekey(hub.hub, "none", Hubs.Key.PRIMARY, "test"));
    assertEquals(Reason.NOT_FOUND, refused.why());
  }
}
