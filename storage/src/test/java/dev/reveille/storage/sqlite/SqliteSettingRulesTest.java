package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingRulesContract;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSettingRulesTest implements SettingRulesContract {
  private static final OrganisationId GLOBEX = new OrganisationId("globex");

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public SettingsStore settings() {
    return store.settings();
  }

  @Test
  void the_settings_of_an_organisation_go_with_it_and_with_what_was_remembered_of_them() {
    store.registry().makeOrganisation(GLOBEX, Samples.ACME, "operator");
    final var effective = new EffectiveSettings(settings());
    for (final var collection : SettingsCatalogue.names()) {
      final Setting _ =
          settings().put(GLOBEX, collection, "site:a", Map.of("x", List.of("y")), 0, "operator");
    }
    final Setting _ =
        settings()
            .put(
                GLOBEX,
                SettingsCatalogue.IM_FILTER,
                Setting.GLOBAL,
                Map.of("enabled", List.of("true")),
                0,
                "operator");
    assertTrue(effective.global(GLOBEX, SettingsCatalogue.IM_FILTER).isOn("enabled"));
    assertTrue(store.registry().removeOrganisation(GLOBEX, Samples.ACME, "operator"));
    for (final var collection : SettingsCatalogue.names()) {
      assertEquals(List.of(), settings().all(GLOBEX, collection), collection);
    }
    assertTrue(effective.global(GLOBEX, SettingsCatalogue.IM_FILTER).isDefault());
  }
}
