package dev.reveille.routing;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Tells which push services are switched on: by the site's own settings where it has some, else by
/// the global ones. Without any setting all services are off except a linked hub, which has no
/// switch; so a new organisation sends no push to users.
///
/// Pushes of notification hubs belong to no site. They go unless the organisation's global settings
/// switch their service off, because a hub's credentials serve nothing but its pushes.
///
/// Thread-safe; reads the disk only after a change.
final class PushSwitches {
  private record Scope(OrganisationId organisation, String site) {}

  private final SettingsStore settings;
  private final Map<Scope, Set<PushService>> known = new ConcurrentHashMap<>();
  private final Map<OrganisationId, Set<PushService>> off = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();

  PushSwitches(final SettingsStore settings) {
    this.settings = settings;
    settings.onChange(_ -> {
      changes.incrementAndGet();
      known.clear();
      off.clear();
    });
  }

  /// Grows with every change of the settings.
  long version() {
    return changes.get();
  }

  /// The same from memory, null when it is not known there. Never reads the disk.
  @Nullable Set<PushService> inMemory(final OrganisationId organisation, final String site) {
    return known.get(new Scope(organisation, site));
  }

  /// May read the disk.
  Set<PushService> on(final OrganisationId organisation, final String site) {
    return known.computeIfAbsent(new Scope(organisation, site), this::read);
  }

  private Set<PushService> read(final Scope scope) {
    final var ofSite =
        scope.site.isEmpty()
            ? Optional.<Setting>empty()
            : settings.get(scope.organisation, Setting.PUSH_NOTIFICATION, "site:" + scope.site);
    final var setting =
        ofSite.or(
            () -> settings.get(scope.organisation, Setting.PUSH_NOTIFICATION, Setting.GLOBAL));
    final var on = EnumSet.of(PushService.HUB); // an operator linked it
    setting.ifPresent(found -> {
      for (final var service : PushService.values()) {
        if (service.hasSwitch() && found.isOn(service.setting())) {
          on.add(service);
        }
      }
    });
    return Set.copyOf(on);
  }

  /// Which push services are switched off for hubs, from memory; null when it is not known there.
  /// Never reads the disk.
  @Nullable Set<PushService> offForHubsInMemory(final OrganisationId organisation) {
    return off.get(organisation);
  }

  /// The same; may read the disk.
  Set<PushService> offForHubs(final OrganisationId organisation) {
    return off.computeIfAbsent(organisation, this::readOff);
  }

  private Set<PushService> readOff(final OrganisationId organisation) {
    final var said = EnumSet.noneOf(PushService.class);
    settings
        .get(organisation, Setting.PUSH_NOTIFICATION, Setting.GLOBAL)
        .ifPresent(found -> {
          for (final var service : PushService.values()) {
            if (found.values().containsKey(service.setting()) && !found.isOn(service.setting())) {
              said.add(service);
            }
          }
        });
    return Set.copyOf(said);
  }
}
