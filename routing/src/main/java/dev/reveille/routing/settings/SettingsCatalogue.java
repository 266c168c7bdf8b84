package dev.reveille.routing.settings;

import dev.reveille.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All collections of settings that operators read and change. `docs/operations/settings.md` shows
/// it as a table.
public final class SettingsCatalogue {
  public static final String PUSH_NOTIFICATION = Setting.PUSH_NOTIFICATION;
  public static final String MOBILITY = "mobility";
  public static final String ACCESS_EDGE = "access-edge";
  public static final String IM_FILTER = "im-filter";
  public static final String HOSTING_PROVIDERS = "hosting-providers";
  public static final String ALLOWED_DOMAINS = "allowed-domains";
  public static final String BLOCKED_DOMAINS = "blocked-domains";
  public static final String TOPOLOGY = "topology";
  public static final String TEST_SCHEDULES = "test-schedules";
  public static final String PUSH_QUOTA = "push-quota";
  public static final String PUSH_CONTENT = "push-content";

  /// The flag of objects that can be enabled and disabled.
  public static final String ENABLED = "enabled";

  public static final String PROXY_FQDN = "proxy-fqdn";
  public static final String USE_DEFAULT_ROUTING = "use-default-routing";

  /// Of `mobility`: the address at the clearing house that pushes are sent to.
  public static final String PUSH_NOTIFICATION_PROXY_URI = "push-notification-proxy-uri";

  /// Of `push-quota`: pushes a minute.
  public static final String PER_MINUTE = "per-minute";

  /// Of `push-quota`: pushes at once.
  public static final String BURST = "burst";

  /// Of `push-quota`: of the pushes at once, how many per cent only calls have.
  public static final String RESERVED_FOR_CALLS = "reserved-for-calls";

  /// Of `push-content`: nothing that can be read is taken.
  public static final String SEALED_ONLY = "sealed-only";

  /// Of `topology`: the pool that this server is.
  public static final String HOME_POOL = "home-pool";

  private static final List<SettingsCollection> ALL =
      List.of(
          PushCollections.PUSH_NOTIFICATION,
          PushCollections.MOBILITY,
          FederationCollections.ACCESS_EDGE,
          PushCollections.IM_FILTER,
          FederationCollections.HOSTING_PROVIDERS,
          FederationCollections.ALLOWED_DOMAINS,
          FederationCollections.BLOCKED_DOMAINS,
          ClearingHouseCollections.PUSH_QUOTA,
          ClearingHouseCollections.PUSH_CONTENT,
          TopologyCollection.TOPOLOGY,
          TestScheduleCollection.TEST_SCHEDULES);

  private static final Map<String, SettingsCollection> BY_NAME =
      ALL.stream().collect(Collectors.toMap(SettingsCollection::name, Function.identity()));

  private SettingsCatalogue() {}

  public static List<SettingsCollection> all() {
    return ALL;
  }

  public static List<String> names() {
    return ALL.stream().map(SettingsCollection::name).toList();
  }

  public static Optional<SettingsCollection> find(final String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// The one with this name.
  ///
  /// @throws IllegalArgumentException when there is none
  public static SettingsCollection get(final String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no collection is called " + name));
  }
}
