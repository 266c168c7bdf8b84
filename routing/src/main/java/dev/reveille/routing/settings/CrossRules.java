package dev.reveille.routing.settings;

import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rules between several objects, asked inside the transaction of the change: what they see
/// stays so until it is committed. Static; each method throws [SettingRefused] that names the other
/// object.
final class CrossRules {
  /// Of one collection.
  static final int MOST_OBJECTS = 10_000;

  private static final int MOST_NAMED = 3;

  private CrossRules() {}

  /// @param isNew there is no such object yet
  /// @param values all, with defaults
  static void judge(
      final SettingsCollection collection,
      final SettingsCollection.Identity identity,
      final boolean isNew,
      final Map<String, List<String>> values,
      final View others) {
    if (isNew && others.count(collection.name()) >= MOST_OBJECTS) {
      throw new SettingRefused(
          Reason.TOO_LARGE, collection.name() + " has " + MOST_OBJECTS + " objects, the most");
    }
    switch (collection.name()) {
      case SettingsCatalogue.HOSTING_PROVIDERS -> provider(identity.text(), isNew, values, others);
      case SettingsCatalogue.ACCESS_EDGE -> routing(values, others);
      case SettingsCatalogue.ALLOWED_DOMAINS ->
          onOneList(identity.text(), SettingsCatalogue.BLOCKED_DOMAINS, others);
      case SettingsCatalogue.BLOCKED_DOMAINS ->
          onOneList(identity.text(), SettingsCatalogue.ALLOWED_DOMAINS, others);
      case SettingsCatalogue.TOPOLOGY -> place(values, others);
      default -> {}
    }
  }

  /// @param identity of the object that is to be removed
  static void judgeRemoval(
      final SettingsCollection collection, final String identity, final View others) {
    if (!collection.name().equals(SettingsCatalogue.TOPOLOGY)) {
      return;
    }
    final var home = homePool(others);
    if (!home.isEmpty() && identity.equals("pool:" + home)) {
      throw new SettingRefused(
          Reason.STILL_USED,
          identity + " is the " + SettingsCatalogue.HOME_POOL + " of topology/global");
    }
    for (final var other : others.all(SettingsCatalogue.TOPOLOGY)) {
      final var site = one(other.values(), TopologyCollection.SITE);
      if (!site.isEmpty() && identity.equals("site:" + site)) {
        throw new SettingRefused(
            Reason.STILL_USED, "topology/" + other.identity() + " stands in " + identity);
      }
    }
  }

  private static void provider(
      final String name,
      final boolean isNew,
      final Map<String, List<String>> values,
      final View others) {
    final var proxy = one(values, SettingsCatalogue.PROXY_FQDN);
    for (final var other : others.all(SettingsCatalogue.HOSTING_PROVIDERS)) {
      if (other.identity().equals(name)) {
        continue;
      }
      if (other.identity().equalsIgnoreCase(name)) {
        throw new SettingRefused(
            Reason.EXISTS, "hosting-providers/" + other.identity() + " has this name");
      }
      if (one(other.values(), SettingsCatalogue.PROXY_FQDN).equalsIgnoreCase(proxy)) {
        throw new SettingRefused(
            Reason.EXISTS,
            "values.proxy-fqdn: "
                + proxy
                + " is the proxy of the hosting provider "
                + other.identity()
                + "; no two providers have the same");
      }
    }
    if (isNew && usesDefaultRouting(others)) {
      throw new SettingRefused(
          Reason.STILL_USED,
          "access-edge/global has use-default-routing true, with which there are no hosting"
              + " providers; set it to false first");
    }
  }

  private static boolean usesDefaultRouting(final View others) {
    return others
        .get(SettingsCatalogue.ACCESS_EDGE, Setting.GLOBAL)
        .map(found -> found.isOn(SettingsCatalogue.USE_DEFAULT_ROUTING))
        .orElse(false);
  }

  private static void routing(final Map<String, List<String>> values, final View others) {
    if (!one(values, SettingsCatalogue.USE_DEFAULT_ROUTING).equals("true")) {
      return;
    }
    final var providers = others.all(SettingsCatalogue.HOSTING_PROVIDERS);
    if (!providers.isEmpty()) {
      final var names = providers.stream().limit(MOST_NAMED).map(Setting::identity).toList();
      throw new SettingRefused(
          Reason.STILL_USED,
          "values.use-default-routing: there are hosting providers ("
              + String.join(", ", names)
              + (providers.size() > MOST_NAMED ? " and others" : "")
              + "); remove them first");
    }
  }

  private static void onOneList(final String domain, final String otherList, final View others) {
    if (others.get(otherList, domain).isPresent()) {
      throw new SettingRefused(
          Reason.EXISTS,
          otherList + "/" + domain + ": a domain is on one list only; remove it there first");
    }
  }

  private static void place(final Map<String, List<String>> values, final View others) {
    final var site = one(values, TopologyCollection.SITE);
    if (!site.isEmpty() && others.get(SettingsCatalogue.TOPOLOGY, "site:" + site).isEmpty()) {
      throw SettingRefused.of(
          TopologyCollection.SITE,
          "there is no topology/site:"
              + site
              + "; declare it first: `reveille settings set topology comment=TEXT --identity site:"
              + site
              + "`");
    }
    final var home = one(values, SettingsCatalogue.HOME_POOL);
    if (!home.isEmpty() && others.get(SettingsCatalogue.TOPOLOGY, "pool:" + home).isEmpty()) {
      throw SettingRefused.of(
          SettingsCatalogue.HOME_POOL, "there is no topology/pool:" + home + "; declare it first");
    }
  }

  private static String homePool(final View others) {
    final Optional<Setting> global = others.get(SettingsCatalogue.TOPOLOGY, Setting.GLOBAL);
    return global.map(found -> one(found.values(), SettingsCatalogue.HOME_POOL)).orElse("");
  }

  /// The value of a property that is no list; "" where there is none.
  private static String one(final Map<String, List<String>> values, final String name) {
    final var all = values.getOrDefault(name, List.of());
    return all.isEmpty() ? "" : all.getFirst();
  }
}
