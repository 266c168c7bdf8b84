package dev.reveille.routing.settings;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// An object of a collection with everything that holds for it: its own values and the defaults of
/// what it leaves out. Immutable.
///
/// @param shape of the objects that it is one of
/// @param own as it is stored; version 0 and without values when nothing is
/// @param values all, in the catalogue's order
public record EffectiveSetting(
    SettingsCollection.Shape shape, Setting own, Map<String, List<String>> values) {
  public EffectiveSetting {
    values = Collections.unmodifiableMap(values);
  }

  static EffectiveSetting of(final SettingsCollection.Shape shape, final Setting own) {
    return new EffectiveSetting(shape, own, shape.effective(own.values()));
  }

  /// The global object where nothing is stored.
  static EffectiveSetting ofDefaults(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final SettingsCollection.Identity global) {
    return of(
        global.shape(), new Setting(organisation, collection.name(), global.text(), 0, Map.of()));
  }

  public String identity() {
    return own.identity();
  }

  /// Whether it is the object that there is always, and nothing is stored.
  public boolean isDefault() {
    return own.version() == 0;
  }

  public boolean isOn(final String name) {
    return text(name).equals("true");
  }

  public long number(final String name) {
    return Long.parseLong(text(name));
  }

  /// The value of a property that is no list; "" where there is none.
  public String text(final String name) {
    final var all = texts(name);
    return all.isEmpty() ? "" : all.getFirst();
  }

  /// @throws IllegalArgumentException when objects of this kind have no such property
  public List<String> texts(final String name) {
    final var all = values.get(name);
    if (all == null) {
      throw new IllegalArgumentException(own.collection() + " has no property " + name);
    }
    return all;
  }
}
