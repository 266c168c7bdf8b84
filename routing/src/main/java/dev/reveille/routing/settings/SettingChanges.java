package dev.reveille.routing.settings;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsSource;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.SettingsStore.Consent;
import dev.reveille.routing.port.SettingsStore.Edit;
import dev.reveille.routing.port.SettingsStore.Place;
import dev.reveille.routing.port.SettingsStore.View;
import dev.reveille.routing.settings.PropertyChange.Adjust;
import dev.reveille.routing.settings.PropertyChange.Assign;
import dev.reveille.routing.settings.PropertyChange.Reset;
import dev.reveille.routing.settings.SettingsCollection.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Shows and changes objects of the catalogue's collections, each change under all of their rules
/// and in one transaction with them. Thread-safe; blocks on the disk. A change is durable when its
/// method returns. Methods that change throw [SettingRefused], and [SettingsStore.Stale] when the
/// version is another than expected.
public final class SettingChanges {
  /// Whatever version there is.
  public static final long ANY_VERSION = -1;

  private static final String GLOBAL = Setting.GLOBAL;
  private static final int LONGEST_IN_AUDIT = 500;

  private final SettingsStore store;

  public SettingChanges(final SettingsStore store) {
    this.store = store;
  }

  /// The objects of a collection in the order of their identities; the global one is there where
  /// the collection has one, also when nothing is stored.
  public List<EffectiveSetting> list(
      final OrganisationId organisation, final SettingsCollection collection) {
    return objects(store, organisation, collection);
  }

  static List<EffectiveSetting> objects(
      final SettingsSource store,
      final OrganisationId organisation,
      final SettingsCollection collection) {
    final var all = new ArrayList<EffectiveSetting>();
    boolean hasGlobal = !collection.hasGlobal();
    for (final var setting : store.all(organisation, collection.name())) {
      final var identity = collection.identity(setting.identity());
      if (identity.isPresent()) { // else another version wrote it
        all.add(EffectiveSetting.of(identity.get().shape(), setting));
        hasGlobal |= identity.get().isGlobal();
      }
    }
    if (!hasGlobal) {
      all.add(
          EffectiveSetting.ofDefaults(
              organisation, collection, collection.identity(GLOBAL).orElseThrow()));
    }
    all.sort((one, other) -> one.identity().compareTo(other.identity()));
    return all;
  }

  /// One object; the global one is always there.
  public Optional<EffectiveSetting> find(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity) {
    final var kept = spelled(organisation, collection, identity);
    final var found = store.get(organisation, collection.name(), kept.text());
    if (found.isEmpty() && kept.isGlobal()) {
      return Optional.of(EffectiveSetting.ofDefaults(organisation, collection, kept));
    }
    return found.map(setting -> EffectiveSetting.of(kept.shape(), setting));
  }

  /// Makes or replaces an object.
  ///
  /// @param given all that it sets
  /// @param expected as [SettingsStore#change] has it
  public EffectiveSetting replace(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity,
      final Map<String, List<String>> given,
      final long expected,
      final By by) {
    final var values = new HashMap<String, List<String>>();
    given.forEach((name, value) -> values.put(name, read(identity, name, value)));
    return keep(organisation, collection, identity, expected, by, _ -> values);
  }

  /// Changes some properties of an object and leaves the others; makes the object of a scope that
  /// has none.
  ///
  /// @throws SettingRefused also when there is no such object in a flat list
  public EffectiveSetting change(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity,
      final Map<String, PropertyChange> changes,
      final long expected,
      final By by) {
    return keep(
        organisation,
        collection,
        identity,
        expected,
        by,
        before -> {
          final boolean resetsOnly =
              changes.values().stream().allMatch(PropertyChange.Reset.class::isInstance);
          // an empty object of a site would take the place of the global one, and switch all off
          if (before.isEmpty() && (collection.isFlat() || resetsOnly && !identity.isGlobal())) {
            throw missing(collection, identity);
          }
          return changed(identity, before, changes);
        });
  }

  /// Enables or disables an object of a flat list.
  ///
  /// @throws SettingRefused when it is so already, or there is none
  public EffectiveSetting enable(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity,
      final boolean on,
      final By by) {
    final var wanted = List.of(Boolean.toString(on));
    return keep(
        organisation,
        collection,
        identity,
        ANY_VERSION,
        by,
        before -> {
          final var values =
              new HashMap<>(before.orElseThrow(() -> missing(collection, identity)).values());
          if (wanted.equals(values.put(SettingsCatalogue.ENABLED, wanted))) {
            throw new SettingRefused(
                Reason.ALREADY_SO,
                collection.name()
                    + "/"
                    + identity.text()
                    + " is "
                    + (on ? "enabled" : "disabled")
                    + " already");
          }
          return values;
        });
  }

  /// Removes an object. The global one goes back to its defaults, which always succeeds.
  ///
  /// @return whether there was one
  public boolean remove(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity,
      final By by) {
    final var kept = spelled(organisation, collection, identity);
    final var consent =
        new Consent() {
          @Override
          public void judge(final Setting before, final View others) {
            CrossRules.judgeRemoval(collection, kept.text(), others);
          }

          @Override
          public String inWords(final Map<String, List<String>> before) {
            final var all = new ArrayList<String>();
            kept.shape()
                .effective(before)
                .forEach((name, values) -> {
                  if (before.containsKey(name)) {
                    all.add(name + " was " + shown(values));
                  }
                });
            return String.join(", ", all);
          }
        };
    return store.remove(new Place(organisation, collection.name(), kept.text()), by, consent)
        || kept.isGlobal();
  }

  private interface Merge {
    Map<String, List<String>> after(Optional<Setting> before);
  }

  private EffectiveSetting keep(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity,
      final long expected,
      final By by,
      final Merge merge) {
    final var kept = spelled(organisation, collection, identity);
    final var edit =
        new Edit() {
          @Override
          public Map<String, List<String>> values(
              final Optional<Setting> before, final View others) {
            final var values = merge.after(before);
            judge(collection, kept, before, values, others);
            return values;
          }

          @Override
          public String inWords(
              final Map<String, List<String>> before, final Map<String, List<String>> after) {
            return difference(kept.shape(), before, after);
          }
        };
    return EffectiveSetting.of(
        kept.shape(),
        store.change(new Place(organisation, collection.name(), kept.text()), expected, by, edit));
  }

  /// The identity of an object of a flat list as it was first written.
  private Identity spelled(
      final OrganisationId organisation,
      final SettingsCollection collection,
      final Identity identity) {
    return identity.shape().kind() == IdentityKind.NAME
        ? store.all(organisation, collection.name()).stream()
            .map(Setting::identity)
            .filter(identity.text()::equalsIgnoreCase)
            .findFirst()
            .map(text -> new Identity(identity.shape(), text))
            .orElse(identity)
        : identity;
  }

  private static SettingRefused missing(
      final SettingsCollection collection, final Identity identity) {
    return new SettingRefused(
        Reason.NOT_FOUND, "setting " + collection.name() + "/" + identity.text());
  }

  private static Map<String, List<String>> changed(
      final Identity identity,
      final Optional<Setting> before,
      final Map<String, PropertyChange> changes) {
    final var own = before.map(Setting::values).orElse(Map.of());
    final var all = identity.shape().effective(own);
    final var values = new HashMap<>(own);
    changes.forEach((name, change) -> {
      switch (change) {
        case Assign(var given) -> values.put(name, read(identity, name, given));
        case Reset _ -> values.remove(name);
        case Adjust adjust ->
            values.put(name, read(identity, name, adjust.of(all.getOrDefault(name, List.of()))));
      }
    });
    return values;
  }

  private static List<String> read(
      final Identity identity, final String name, final List<String> given) {
    try {
      return identity.shape().property(name).orElseThrow().read(given);
    } catch (IllegalArgumentException mistake) {
      throw SettingRefused.of(name, String.valueOf(mistake.getMessage()));
    }
  }

  private static void judge(
      final SettingsCollection collection,
      final Identity identity,
      final Optional<Setting> before,
      final Map<String, List<String>> values,
      final View others) {
    for (final var property : identity.shape().properties()) {
      final var name = property.name();
      if (property.isRequired() && !values.containsKey(name)) {
        throw SettingRefused.of(name, "is missing: it must be " + property.kind().inWords());
      }
      if (property.isFixed()
          && before.isPresent()
          && !Objects.equals(before.get().values().get(name), values.get(name))) {
        throw SettingRefused.of(
            name,
            "cannot be changed; remove "
                + collection.name()
                + "/"
                + identity.text()
                + " and make it anew");
      }
    }
    final var all = identity.shape().effective(values);
    for (final var rule : collection.rules()) {
      rule.of(values, all)
          .ifPresent(complaint -> {
            throw SettingRefused.of(complaint.property(), complaint.sentence());
          });
    }
    CrossRules.judge(collection, identity, before.isEmpty(), all, others);
  }

  /// `enabled from false (default) to true`.
  private static String difference(
      final SettingsCollection.Shape shape,
      final Map<String, List<String>> before,
      final Map<String, List<String>> after) {
    final var was = shape.effective(before);
    final var is = shape.effective(after);
    final var changed = new LinkedHashMap<String, String>();
    for (final var name : shape.names()) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        changed.put(
            name, name + " from " + shown(name, before, was) + " to " + shown(name, after, is));
      }
    }
    return String.join(", ", changed.values());
  }

  private static String shown(
      final String name, final Map<String, List<String>> own, final Map<String, List<String>> all) {
    return shown(all.getOrDefault(name, List.of())) + (own.containsKey(name) ? "" : " (default)");
  }

  private static String shown(final List<String> values) {
    final var text = String.join(" ", values);
    return text.isEmpty()
        ? "nothing"
        : text.length() <= LONGEST_IN_AUDIT ? text : text.substring(0, LONGEST_IN_AUDIT) + "…";
  }
}
