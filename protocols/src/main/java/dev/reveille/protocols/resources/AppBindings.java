package dev.reveille.protocols.resources;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which communication resource each app is bound to: a setting of the app's publisher, and in
/// memory. A binding ends with its app, and with the publisher that made it.
///
/// An app that an operator took off its resource stays so: its binding names no resource.
///
/// Thread-safe; looking never reads the disk.
final class AppBindings {
  private static final String RESOURCE = "resource";
  private static final String NONE = "";
  private static final String SERVER = "server";
  private static final long ANY_VERSION = -1;

  /// @param resource its name in small letters, "" for none
  record Binding(OrganisationId organisation, String resource) {}

  private final SettingsStore settings;
  private final Registry registry;
  private final Map<AppId, Binding> all = new ConcurrentHashMap<>();

  AppBindings(final SettingsStore settings, final Registry registry) {
    this.settings = settings;
    this.registry = registry;
  }

  /// Reads those of an organisation, and removes what is left of apps that it does not publish any
  /// more: another organisation may have an app of the name.
  void read(final OrganisationId organisation) {
    for (final var setting : settings.all(organisation, Setting.COMMUNICATION_APP)) {
      final var app = new AppId(setting.identity());
      if (isPublisher(app, organisation)) {
        final var resource = setting.values().getOrDefault(RESOURCE, List.of(NONE));
        all.put(app, new Binding(organisation, resource.isEmpty() ? NONE : resource.getFirst()));
      } else {
        final var _ =
            settings.remove(organisation, Setting.COMMUNICATION_APP, setting.identity(), SERVER);
      }
    }
  }

  private boolean isPublisher(final AppId app, final OrganisationId organisation) {
    return registry.app(app).filter(it -> it.publisher().equals(organisation)).isPresent();
  }

  /// An app was made, changed or removed.
  synchronized void appChanged(final AppId app) {
    final var binding = all.get(app);
    if (binding != null && !isPublisher(app, binding.organisation())) {
      all.remove(app);
      final var _ =
          settings.remove(binding.organisation(), Setting.COMMUNICATION_APP, app.value(), SERVER);
    }
  }

  /// @return whether the app is still its publisher's, and so bound now
  synchronized boolean bind(final App app, final CommunicationResource resource, final String who) {
    if (!isPublisher(app.id(), resource.organisation())) {
      return false;
    }
    put(app.id(), new Binding(resource.organisation(), resource.folded()), who);
    return true;
  }

  /// Takes an app off its resource, until an operator binds it again.
  ///
  /// @return whether it was bound to one
  synchronized boolean unbind(
      final OrganisationId organisation, final AppId app, final String who) {
    final boolean was =
        of(app)
            .filter(it -> it.organisation().equals(organisation))
            .filter(it -> !it.resource().equals(NONE))
            .isPresent();
    if (was) {
      put(app, new Binding(organisation, NONE), who);
    }
    return was;
  }

  private void put(final AppId app, final Binding binding, final String who) {
    final var _ =
        settings.put(
            binding.organisation(),
            Setting.COMMUNICATION_APP,
            app.value(),
            Map.of(RESOURCE, List.of(binding.resource())),
            ANY_VERSION,
            who);
    all.put(app, binding);
  }

  Optional<Binding> of(final AppId app) {
    return Optional.ofNullable(all.get(app));
  }

  /// Whether the app is bound to a resource of its publisher, or was taken off one.
  boolean isKnown(final App app) {
    return of(app.id()).filter(it -> it.organisation().equals(app.publisher())).isPresent();
  }

  /// The apps that are bound to a resource, in their order.
  List<AppId> apps(final CommunicationResource resource) {
    final var wanted = new Binding(resource.organisation(), resource.folded());
    return all.entrySet().stream()
        .filter(each -> each.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(AppId::value))
        .toList();
  }

  /// The organisation is gone.
  void forget(final OrganisationId organisation) {
    all.values().removeIf(each -> each.organisation().equals(organisation));
  }
}
