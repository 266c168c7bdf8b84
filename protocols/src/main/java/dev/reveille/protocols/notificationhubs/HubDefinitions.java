package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.routing.port.SettingsStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and writes hubs as settings of their organisation, one object each. Fields and rights that
/// a newer version wrote are kept when a hub is changed. A policy whose rights are all unknown here
/// is ignored until that version runs again.
final class HubDefinitions {
  private static final Logger LOG = LoggerFactory.getLogger(HubDefinitions.class);
  private static final String COLLECTION = "hub";
  private static final String NAME = "name";
  private static final String NUMBER = "number";
  private static final String MADE_AT = "made-at";
  private static final String SANDBOX = "sandbox";
  private static final String TTL = "registration-ttl";
  private static final Set<String> OWN = Set.of(NAME, NUMBER, MADE_AT, SANDBOX, TTL);

  /// Before the name of a policy.
  private static final String POLICY = "policy:";

  private static final long NEW = 0;
  private static final long ANY_VERSION = -1;

  private final SettingsStore settings;

  HubDefinitions(final SettingsStore settings) {
    this.settings = settings;
  }

  /// @param unreadable told the key that the first hub of a name would have of each that cannot be
  ///   read: what is registered with it must not be taken for left over
  List<Hub> of(final OrganisationId organisation, final Consumer<String> unreadable) {
    final var hubs = new ArrayList<Hub>();
    for (final var setting : settings.all(organisation, COLLECTION)) {
      try {
        hubs.add(read(setting));
      } catch (final RuntimeException damaged) {
        LOG.error("the hub {} of {} cannot be read", setting.identity(), organisation, damaged);
        unreadable.accept(organisation + "/" + setting.identity());
      }
    }
    return hubs;
  }

  private static Hub read(final Setting setting) {
    final var values = setting.values();
    final Map<String, Set<AccessRight>> policies = new HashMap<>();
    values.forEach((key, words) -> {
      if (key.startsWith(POLICY) && !rights(words).isEmpty()) {
        policies.put(key.substring(POLICY.length()), rights(words));
      }
    });
    return new Hub(
        setting.organisation(),
        setting.identity().substring(0, setting.identity().indexOf('/')),
        new HubName(only(values, NAME)),
        values.containsKey(NUMBER) ? Long.parseLong(only(values, NUMBER)) : 1,
        policies,
        setting.isOn(SANDBOX),
        values.containsKey(TTL) ? Optional.of(Duration.parse(only(values, TTL))) : Optional.empty(),
        Instant.parse(only(values, MADE_AT)));
  }

  private static String only(final Map<String, List<String>> values, final String name) {
    return values.getOrDefault(name, List.of("")).getFirst();
  }

  private static Set<AccessRight> rights(final List<String> words) {
    final var rights = EnumSet.noneOf(AccessRight.class);
    for (final var word : words) {
      Arrays.stream(AccessRight.values())
          .filter(right -> right.word().equals(word))
          .forEach(rights::add);
    }
    return rights;
  }

  void make(final Hub hub, final String who) {
    put(hub, NEW, who);
  }

  void change(final Hub hub, final String who) {
    put(hub, ANY_VERSION, who);
  }

  private void put(final Hub hub, final long expected, final String who) {
    final Map<String, List<String>> kept =
        settings
            .get(hub.organisation(), COLLECTION, hub.place())
            .map(Setting::values)
            .orElse(Map.of());
    final Map<String, List<String>> values = new HashMap<>();
    kept.forEach((key, words) -> {
      if (isUnknown(key, words)) {
        values.put(key, words);
      }
    });
    values.put(NAME, List.of(hub.name().value()));
    values.put(NUMBER, List.of(Long.toString(hub.number())));
    values.put(MADE_AT, List.of(hub.madeAt().toString()));
    values.put(SANDBOX, List.of(Boolean.toString(hub.sandbox())));
    hub.registrationTtl().ifPresent(ttl -> values.put(TTL, List.of(ttl.toString())));
    hub.policies()
        .forEach((name, rights) ->
            values.put(POLICY + name, words(rights, kept.getOrDefault(POLICY + name, List.of()))));
    final var _ = settings.put(hub.organisation(), COLLECTION, hub.place(), values, expected, who);
  }

  /// Whether it was written by a newer version: a field, or a policy whose rights are all unknown.
  private static boolean isUnknown(final String key, final List<String> words) {
    return key.startsWith(POLICY) ? rights(words).isEmpty() : !OWN.contains(key);
  }

  /// The words of a policy's rights, with those of a newer version that it has.
  private static List<String> words(final Set<AccessRight> rights, final List<String> kept) {
    final var unknown = kept.stream().filter(word -> rights(List.of(word)).isEmpty());
    return Stream.concat(rights.stream().map(AccessRight::word), unknown).sorted().toList();
  }

  void remove(final Hub hub, final String who) {
    final var _ = settings.remove(hub.organisation(), COLLECTION, hub.place(), who);
  }
}
