package dev.reveille.routing.settings;

import dev.reveille.routing.MemorySettings;
import dev.reveille.routing.port.SettingsStore;

class MemorySettingRulesTest implements SettingRulesContract {
  private final MemorySettings settings = new MemorySettings();

  @Override
  public SettingsStore settings() {
    return settings;
  }
}
