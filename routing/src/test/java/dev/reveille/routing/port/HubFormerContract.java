package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.OTHER_HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.installation;
import static dev.reveille.routing.port.HubSamples.key;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.registration;
import static dev.reveille.routing.port.HubSamples.template;
import static dev.reveille.routing.port.HubSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Former;
import dev.reveille.routing.port.HubRegistrations.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns targets that were
/// removed, and the entry of a target.
public interface HubFormerContract {
  Condition WHATEVER = new Condition.Any();

  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private void keep(final Entry entry) {
    final var _ = done(hubs().put(HUB, entry, WHATEVER));
  }

  private static String handle(final int number) {
    return address(PushService.APNS, number).token().value();
  }

  private List<String> idsAt(final String handle) {
    return hubs().former(HUB, "", handle, 100).stream().map(Former::id).toList();
  }

  @Test
  default void a_removed_registration_is_known_by_its_id_and_its_handle_for_ninety_days() {
    keep(registration("r1", 1));
    keep(registration("r2", 2));
    assertEquals(List.of(), hubs().former(HUB, "r1", handle(1), 100), "it is there");
    hubs().remove(HUB, "r1", Kind.REGISTRATION, WHATEVER);
    final var former = hubs().former(HUB, "r1", "", 100).getFirst();
    assertEquals(key(HUB, "r1", ""), former.target());
    assertEquals(Kind.REGISTRATION, former.kind());
    assertEquals(store().clock().instant().getEpochSecond(), former.removed().getEpochSecond());
    assertEquals(List.of("r1"), idsAt(handle(1)));
    assertEquals(List.of("r1"), idsAt(handle(1).toUpperCase(Locale.ROOT)), "Apple knows no case");
    assertEquals(List.of(), idsAt(handle(2)));
    assertEquals(List.of(), hubs().former(OTHER_HUB, "r1", handle(1), 100));
    store().clock().advance(HubRegistrations.GONE_IDS_KEPT.plusSeconds(1));
    assertEquals(List.of(), idsAt(handle(1)), "also before it is swept");
    while (hubs().removeEnded(store().clock().instant(), 1) > 0) {
      // until nothing is left
    }
    assertEquals(List.of(), idsAt(handle(1)));
  }

  @Test
  default void of_an_installation_what_was_at_a_dead_address_is_known_though_it_stays() {
    final var at = address(PushService.APNS, 1);
    keep(
        entry(
            "phone",
            Kind.INSTALLATION,
            plain(HUB, "phone", at),
            template(HUB, "phone", "goals", at)));
    final var now = store().clock().instant();
    assertTrue(hubs().dead(HUB, key(HUB, "phone", ""), now.plusSeconds(1)).isPresent());
    assertEquals(List.of("phone", "phone"), idsAt(handle(1)), "both of its targets");
    assertEquals(2, hubs().former(HUB, "phone", "", 100).size());
    assertEquals(1, hubs().former(HUB, "phone", "", 1).size());
    store().clock().advance(Duration.ofSeconds(10));
    keep(installation("phone", 2));
    hubs().remove(HUB, "phone", Kind.INSTALLATION, WHATEVER);
    assertEquals(
        List.of(key(HUB, "phone", ""), key(HUB, "phone", "goals")),
        hubs().former(HUB, "phone", "", 100).stream().map(Former::target).toList(),
        "the last one first");
  }

  @Test
  default void what_ended_by_itself_is_known_like_what_was_removed() {
    keep(until(registration("r1", 1), store().clock().instant().plusSeconds(60)));
    store().clock().advance(Duration.ofSeconds(61));
    hubs().removeEnded(store().clock().instant(), 100);
    assertEquals(List.of("r1"), idsAt(handle(1)));
    hubs().removeHub(HUB);
    assertEquals(List.of(), idsAt(handle(1)), "goes with its hub");
  }

  @Test
  default void the_entry_of_a_target_is_found_also_when_its_time_is_over() {
    keep(until(registration("r1", 1), store().clock().instant().plusSeconds(60)));
    store().clock().advance(Duration.ofSeconds(61));
    assertEquals("r1", hubs().withTarget(HUB, key(HUB, "r1", "")).orElseThrow().entry().id());
    assertTrue(hubs().find(HUB, key(HUB, "r1", "")).isEmpty(), "it is over");
    assertTrue(hubs().withTarget(OTHER_HUB, key(HUB, "r1", "")).isEmpty());
  }
}
