package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.model.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The catalogue by itself, and the page made of it.
class SettingsCatalogueTest {
  @Test
  void the_page_of_settings_is_up_to_date() throws IOException {
    final var page = Path.of("../docs/operations/settings.md");
    assertEquals(
        SettingsPage.text(), Files.readString(page), "SettingsPage.java says how to write it");
  }

  @Test
  void names_are_words_with_dashes_and_each_occurs_once() {
    assertEquals(SettingsCatalogue.names().size(), new HashSet<>(SettingsCatalogue.names()).size());
    for (final var collection : SettingsCatalogue.all()) {
      assertTrue(collection.name().matches("[a-z]+(-[a-z]+)*"), collection::toString);
      assertFalse(Setting.INTERNAL.contains(collection.name()), collection::toString);
      for (final var shape : collection.shapes()) {
        assertEquals(shape.names().size(), new HashSet<>(shape.names()).size());
        shape.names().forEach(name -> assertTrue(name.matches("[a-z]+(-[a-z]+)*"), name));
      }
    }
  }

  @Test
  void each_default_is_a_value_that_the_property_takes_and_each_meaning_a_sentence() {
    for (final var collection : SettingsCatalogue.all()) {
      for (final var shape : collection.shapes()) {
        for (final var property : shape.properties()) {
          final var name = collection.name() + "." + property.name();
          if (!property.isRequired()) {
            assertEquals(property.byDefault(), property.read(property.byDefault()), name);
          }
          assertTrue(property.meaning().matches("[A-Z].*\\."), name);
        }
        for (final var rule : collection.rules()) {
          final var all = shape.effective(Map.of());
          assertTrue(rule.of(Map.of(), all).isEmpty(), () -> collection + " refuses its defaults");
        }
      }
    }
  }

  // L1-16: a fresh installation has push off, for every service.
  @Test
  void each_push_service_with_a_switch_is_off_by_default_L1_16() {
    final var shape = SettingsCatalogue.get("push-notification").shapes().getFirst();
    final var switches =
        Arrays.stream(PushService.values())
            .filter(PushService::hasSwitch)
            .map(PushService::setting)
            .distinct()
            .toList();
    assertEquals(switches, shape.names());
    shape.effective(Map.of()).forEach((name, value) -> assertEquals(List.of("false"), value, name));
  }

  @Test
  void identities_have_one_spelling() {
    final var mobility = SettingsCatalogue.get("mobility");
    assertEquals(
        "service:WebServer:pool.example",
        mobility.identity("SERVICE:webserver:Pool.Example").orElseThrow().text());
    assertEquals("site:Redmond", mobility.identity("site:Redmond").orElseThrow().text());
    assertTrue(mobility.identity("service:Registrar:pool.example").isEmpty());
    assertTrue(mobility.identity("site:").isEmpty());
    assertTrue(mobility.identity("Global").isEmpty());
    assertEquals("global, site:NAME or service:WebServer:FQDN", mobility.forms());
    final var quota = SettingsCatalogue.get("push-quota");
    assertEquals(
        "partner:contoso.example:Phone: 1",
        quota.identity("Partner:Contoso.Example:Phone: 1").orElseThrow().text());
    assertEquals(
        "partner:contoso.example", quota.identity("partner:Contoso.example").orElseThrow().text());
    assertTrue(quota.identity("partner:contoso.example:").isEmpty());
    assertTrue(quota.identity("partner:no host:phone").isEmpty());
    assertTrue(quota.identity("part").isEmpty());
    final var content = SettingsCatalogue.get("push-content");
    assertEquals("app:com.Phone", content.identity("app:com.Phone").orElseThrow().text());
    assertTrue(content.identity("app:").isEmpty());
    final var domains = SettingsCatalogue.get("allowed-domains");
    assertEquals("push.lync.com", domains.identity("Push.Lync.COM").orElseThrow().text());
    assertTrue(domains.identity("*.lync.com").isEmpty());
    final var providers = SettingsCatalogue.get("hosting-providers");
    assertTrue(providers.identity("  ").isEmpty());
    assertEquals("Lync Online", providers.identity("Lync Online").orElseThrow().text());
  }
}
