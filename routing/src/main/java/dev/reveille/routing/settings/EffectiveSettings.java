package dev.reveille.routing.settings;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Answers which settings hold: for a user's site, for a service, or each object of a flat list.
/// The object of the narrower scope counts as a whole; the global one counts where there is none.
///
/// A change is effective at once: what was remembered of its collection is forgotten after its
/// commit. Thread-safe; reads the disk once for each collection of an organisation after a change
/// of it, and holds that collection in memory. The methods named after memory never read the disk.
public final class EffectiveSettings {
  private record Key(OrganisationId organisation, String collection) {}

  private final SettingsSource settings;
  private final Map<Key, Map<String, EffectiveSetting>> known = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();

  public EffectiveSettings(final SettingsSource settings) {
    this.settings = settings;
    settings.onChange(now -> {
      changes.incrementAndGet();
      known.remove(new Key(now.organisation(), now.collection()));
    });
  }

  /// Grows with every change of a setting.
  public long version() {
    return changes.get();
  }

  /// What holds for the users of a site; may read the disk.
  ///
  /// @param site "" for users without one
  public EffectiveSetting ofSite(
      final OrganisationId organisation, final String collection, final String site) {
    return narrowest(all(organisation, collection), collection, "site:" + site);
  }

  /// The same from memory, null when it is not known there.
  public @Nullable EffectiveSetting ofSiteInMemory(
      final OrganisationId organisation, final String collection, final String site) {
    final var objects = known.get(new Key(organisation, collection));
    return objects == null ? null : narrowest(objects, collection, "site:" + site);
  }

  /// What holds for the web services of a pool: their own object, else that of the pool's site,
  /// else the global one. May read the disk.
  ///
  /// @param site "" for a pool without one
  public EffectiveSetting ofWebService(
      final OrganisationId organisation,
      final String collection,
      final String pool,
      final String site) {
    final var objects = all(organisation, collection);
    final var own = IdentityKind.WEB_SERVICE.read("service:WebServer:" + pool).map(objects::get);
    return own.orElseGet(() -> narrowest(objects, collection, "site:" + site));
  }

  /// What holds for a partner and an app: their own object, else the partner's, else the global
  /// one. May read the disk.
  ///
  /// @param partner a domain in lower case
  public EffectiveSetting ofPartner(
      final OrganisationId organisation,
      final String collection,
      final String partner,
      final String app) {
    final var objects = all(organisation, collection);
    final var ofPartner = IdentityKind.OF_PARTNER + partner;
    final var own = objects.get(ofPartner + ":" + app);
    return own != null ? own : narrowest(objects, collection, ofPartner);
  }

  /// What holds for an app; may read the disk.
  public EffectiveSetting ofApp(
      final OrganisationId organisation, final String collection, final AppId app) {
    return narrowest(all(organisation, collection), collection, IdentityKind.OF_APP + app.value());
  }

  /// What holds for the whole organisation; may read the disk.
  public EffectiveSetting global(final OrganisationId organisation, final String collection) {
    return narrowest(all(organisation, collection), collection, Setting.GLOBAL);
  }

  /// An object of its own; may read the disk.
  public Optional<EffectiveSetting> find(
      final OrganisationId organisation, final String collection, final String identity) {
    return Optional.ofNullable(all(organisation, collection).get(identity));
  }

  /// All objects of a collection by their identity, with the global one where the collection has
  /// one; may read the disk.
  public Map<String, EffectiveSetting> all(
      final OrganisationId organisation, final String collection) {
    final var key = new Key(organisation, collection);
    final var objects = known.get(key);
    return objects != null ? objects : known.computeIfAbsent(key, this::read);
  }

  private static EffectiveSetting narrowest(
      final Map<String, EffectiveSetting> objects, final String collection, final String identity) {
    final var narrow = objects.get(identity);
    if (narrow != null) {
      return narrow;
    }
    final var global = objects.get(Setting.GLOBAL);
    if (global == null) {
      throw new IllegalArgumentException(collection + " has no scopes");
    }
    return global;
  }

  private Map<String, EffectiveSetting> read(final Key key) {
    final var objects = new TreeMap<String, EffectiveSetting>();
    SettingChanges.objects(settings, key.organisation, SettingsCatalogue.get(key.collection))
        .forEach(each -> objects.put(each.identity(), each));
    return objects;
  }
}
