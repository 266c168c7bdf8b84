package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.util.List;
import java.util.function.Consumer;

/// Reads the objects of settings collections. Thread-safe; [#all] may block on the disk.
public interface SettingsSource {
  /// What is set in a collection; no object for what only has its defaults.
  List<Setting> all(OrganisationId organisation, String collection);

  /// @param listener told an object of each collection that changed, after the change can be read
  void onChange(Consumer<Setting> listener);
}
