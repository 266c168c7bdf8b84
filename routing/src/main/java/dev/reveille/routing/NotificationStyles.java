package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.presentation.Presentation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds how each app wants its events shown ([Presentation]), from a cache of the apps' settings.
///
/// Thread-safe; reads the disk once per app after a change. [#inMemory] never does.
final class NotificationStyles {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationStyles.class);

  private final SettingsStore settings;
  private final Directory directory;
  private final Map<AppId, Optional<Presentation>> known = new ConcurrentHashMap<>();

  /// @param directory is told of the registry's changes before this is
  NotificationStyles(
      final SettingsStore settings, final Directory directory, final Registry registry) {
    this.settings = settings;
    this.directory = directory;
    registry.onChange(change -> {
      if (change instanceof Registry.Change.AppChanged(var app)) { // its publisher may be another
        known.remove(app);
      }
    });
    settings.onChange(changed -> {
      if (changed.collection().equals(Setting.PRESENTATION)) {
        known.clear();
      }
    });
  }

  /// The same as [#of] from memory, null when it is not known there. Never reads the disk.
  @Nullable Optional<Presentation> inMemory(final AppId app) {
    return known.get(app);
  }

  /// Empty for an app that has said nothing about it. May read the disk.
  Optional<Presentation> of(final AppId app) {
    final var presentation = known.get(app);
    return presentation != null ? presentation : known.computeIfAbsent(app, this::read);
  }

  private Optional<Presentation> read(final AppId id) {
    final var setting =
        directory
            .app(id)
            .flatMap(app -> settings.get(app.publisher(), Setting.PRESENTATION, Setting.ofApp(id)));
    try {
      return setting.map(found -> Presentation.of(found.values()));
    } catch (final IllegalArgumentException mistake) { // written by another version
      LOG.error(
          "the presentation of app {} cannot be read, so its events show themselves plainly: {}",
          id,
          mistake.getMessage());
      return Optional.empty();
    }
  }
}
