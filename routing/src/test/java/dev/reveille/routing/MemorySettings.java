package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Settings in memory.
final class MemorySettings implements SettingsStore {
  private final Map<List<String>, Setting> all = new ConcurrentHashMap<>();
  private final List<Consumer<Setting>> listeners = new CopyOnWriteArrayList<>();
  private final Runnable whoReads;

  MemorySettings() {
    this(() -> {});
  }

  /// @param whoReads asked before each read, on the thread that reads
  MemorySettings(final Runnable whoReads) {
    this.whoReads = whoReads;
  }

  @Override
  public Optional<Setting> get(
      final OrganisationId organisation, final String collection, final String identity) {
    whoReads.run();
    return Optional.ofNullable(all.get(List.of(organisation.value(), collection, identity)));
  }

  @Override
  public List<Setting> all(final OrganisationId organisation, final String collection) {
    return List.copyOf(all.values());
  }

  @Override
  public Setting put(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final Map<String, List<String>> values,
      final long expected,
      final String who) {
    final var setting = new Setting(organisation, collection, identity, 1, values);
    all.put(List.of(organisation.value(), collection, identity), setting);
    listeners.forEach(listener -> listener.accept(setting));
    return setting;
  }

  @Override
  public boolean remove(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final String who) {
    return all.remove(List.of(organisation.value(), collection, identity)) != null;
  }

  @Override
  public void onChange(final Consumer<Setting> listener) {
    listeners.add(listener);
  }

  @Override
  public List<Audit> audit(
      final OrganisationId organisation, final AuditFilter wanted, final int most) {
    return List.of();
  }
}
