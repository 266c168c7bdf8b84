package dev.reveille.server;

import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingRefused;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.routing.settings.SettingsCollection;
import dev.reveille.routing.settings.ValueKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Declares the pool that this server is, in the topology of the organisation `default`: at the
/// first start under the name that the command line gives, else under that of the host. Later
/// starts leave what is declared, unless the command line gives another name.
final class HomePool {
  private static final Logger LOG = LoggerFactory.getLogger(HomePool.class);
  private static final By SERVER = new By("server", "");
  private static final ValueKind NAME = new ValueKind.HostName();

  private HomePool() {}

  /// The name in the spelling in which it is kept.
  ///
  /// @throws Configuration.Wrong when it is no host name
  static @Nullable String checked(final @Nullable String name) {
    try {
      return name == null ? null : NAME.read(List.of(name)).getFirst();
    } catch (final IllegalArgumentException wrong) {
      throw new Configuration.Wrong("--pool (" + name + ") " + wrong.getMessage());
    }
  }

  /// @param wanted null to keep what is declared
  static void declare(final SettingsStore settings, final @Nullable String wanted) {
    final var topology = SettingsCatalogue.get(SettingsCatalogue.TOPOLOGY);
    final var changes = new SettingChanges(settings);
    final var global = topology.identity(Setting.GLOBAL).orElseThrow();
    final var declared =
        changes
            .find(Bootstrap.FIRST, topology, global)
            .orElseThrow()
            .text(SettingsCatalogue.HOME_POOL);
    if (wanted == null ? !declared.isEmpty() : declared.equals(wanted)) {
      return;
    }
    final var name = wanted != null ? wanted : nameOfHost();
    if (name == null) {
      return;
    }
    try {
      declare(changes, topology, global, name);
      LOG.info("this server is the pool {} of the topology", name);
    } catch (final SettingRefused refused) { // pushes do not need it
      LOG.warn("the pool {} could not be declared in the topology: {}", name, refused.getMessage());
    }
  }

  private static void declare(
      final SettingChanges changes,
      final SettingsCollection topology,
      final SettingsCollection.Identity global,
      final String name) {
    final var pool = topology.identity("pool:" + name).orElseThrow();
    if (changes.find(Bootstrap.FIRST, topology, pool).isEmpty()) {
      final var _ =
          changes.replace(
              Bootstrap.FIRST, topology, pool, Map.of(), SettingChanges.ANY_VERSION, SERVER);
    }
    final var _ =
        changes.change(
            Bootstrap.FIRST,
            topology,
            global,
            Map.of(SettingsCatalogue.HOME_POOL, new PropertyChange.Assign(List.of(name))),
            SettingChanges.ANY_VERSION,
            SERVER);
  }

  /// Null when the host has no name that others could use: then the next start looks again.
  private static @Nullable String nameOfHost() {
    try {
      return NAME.read(List.of(InetAddress.getLocalHost().getHostName())).getFirst();
    } catch (final UnknownHostException | IllegalArgumentException unusable) {
      LOG.warn("the host has no usable name ({}); say --pool FQDN", unusable.getMessage());
      return null;
    }
  }
}
