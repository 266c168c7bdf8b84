package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.SettingRulesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSettingRulesTest implements SettingRulesContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public SettingsStore settings() {
    return store.settings();
  }
}
