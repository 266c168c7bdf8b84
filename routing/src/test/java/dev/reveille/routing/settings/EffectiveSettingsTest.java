package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.MemorySettings;
import dev.reveille.routing.port.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which object holds for whom.
class EffectiveSettingsTest {
  private static final String MOBILITY = SettingsCatalogue.MOBILITY;
  private static final String FILTER = SettingsCatalogue.IM_FILTER;

  private final MemorySettings store = new MemorySettings();
  private final EffectiveSettings settings = new EffectiveSettings(store);

  private void put(final String collection, final String identity, final String... values) {
    final var all = new java.util.HashMap<String, List<String>>();
    for (int i = 0; i < values.length; i += 2) {
      all.put(values[i], List.of(values[i + 1]));
    }
    final var _ = store.put(Samples.ACME, collection, identity, all, -1, "test");
  }

  private EffectiveSetting ofSite(final String collection, final String site) {
    return settings.ofSite(Samples.ACME, collection, site);
  }

  @Test
  void defaults_hold_where_nothing_is_stored() {
    assertFalse(ofSite(FILTER, "Redmond").isOn("enabled"));
    assertEquals(3_600, ofSite(MOBILITY, "").number("session-short-expiration-interval"));
    assertEquals(Map.of(), settings.all(Samples.ACME, SettingsCatalogue.HOSTING_PROVIDERS));
  }

  // L0-55: scopes are independent; the narrowest that has an object counts as a whole.
  @Test
  void the_narrowest_object_counts_as_a_whole() {
    put(MOBILITY, "global", "exposed-web-url", "Internal");
    put(MOBILITY, "site:Redmond", "push-notification-proxy-uri", "sip:a@b");
    put(MOBILITY, "service:WebServer:p.example", "session-expiration-interval", "7200");
    assertEquals("Internal", ofSite(MOBILITY, "Dublin").text("exposed-web-url"));
    final var redmond = ofSite(MOBILITY, "Redmond");
    assertEquals("site:Redmond", redmond.identity());
    assertEquals("External", redmond.text("exposed-web-url"));
    final var service = settings.ofWebService(Samples.ACME, MOBILITY, "P.Example", "Redmond");
    assertEquals(7_200, service.number("session-expiration-interval"));
    assertEquals("sip:push@push.lync.com", service.text("push-notification-proxy-uri"));
    assertEquals(redmond, settings.ofWebService(Samples.ACME, MOBILITY, "q.example", "Redmond"));
    assertEquals(
        "global", settings.ofWebService(Samples.ACME, MOBILITY, "q.example", "").identity());
  }

  @Test
  void a_change_counts_at_once_and_for_its_organisation_only() {
    final var other = new OrganisationId("globex");
    assertFalse(ofSite(FILTER, "Redmond").isOn("enabled"));
    assertFalse(settings.global(other, FILTER).isOn("enabled"));
    final long before = settings.version();
    put(FILTER, "site:Redmond", "enabled", "true");
    assertTrue(settings.version() > before);
    assertTrue(ofSite(FILTER, "Redmond").isOn("enabled"));
    assertFalse(ofSite(FILTER, "Dublin").isOn("enabled"));
    assertFalse(settings.global(other, FILTER).isOn("enabled"));
    store.remove(Samples.ACME, FILTER, "site:Redmond", "test");
    assertFalse(ofSite(FILTER, "Redmond").isOn("enabled"));
  }

  @Test
  void memory_is_asked_without_a_read() {
    assertNull(settings.ofSiteInMemory(Samples.ACME, FILTER, "Redmond"));
    put(FILTER, "site:Redmond", "enabled", "true");
    ofSite(FILTER, "Dublin");
    final var known = settings.ofSiteInMemory(Samples.ACME, FILTER, "Redmond");
    assertNotNull(known);
    assertTrue(known.isOn("enabled"));
    put(FILTER, "global", "enabled", "true");
    assertNull(settings.ofSiteInMemory(Samples.ACME, FILTER, "Redmond"));
  }

  @Test
  void what_has_no_scopes_or_is_not_known_is_a_mistake_of_the_caller() {
    assertThrows(
        IllegalArgumentException.class, () -> ofSite(SettingsCatalogue.ALLOWED_DOMAINS, "Redmond"));
    assertThrows(IllegalArgumentException.class, () -> ofSite("colours", "Redmond"));
    assertThrows(IllegalArgumentException.class, () -> ofSite(FILTER, "").text("colour"));
    assertTrue(
        settings.find(Samples.ACME, SettingsCatalogue.ALLOWED_DOMAINS, "a.example").isEmpty());
  }
}
