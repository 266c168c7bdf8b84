package dev.reveille.model;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// One settings object: a collection's values for one identity (`global`, `site:x`, `service:y`).
///
/// @param version grows with every change; a change with an old version is refused
public record Setting(
    OrganisationId organisation,
    String collection,
    String identity,
    long version,
    Map<String, List<String>> values) {
  public static final String GLOBAL = "global";

  /// The collection that holds the push switches.
  public static final String PUSH_NOTIFICATION = "push-notification";

  /// The collection that holds how each app wants its events shown.
  public static final String PRESENTATION = "presentation";

  /// The collection that holds to which communication resource each app is bound.
  public static final String COMMUNICATION_APP = "communication-app";

  /// The collection in which a server at the border keeps the settings of the server behind it.
  public static final String HOME_SETTINGS = "home-settings";

  /// Collections that the server keeps for itself, in the form of settings: no operator reads or
  /// changes them as such.
  public static final Set<String> INTERNAL =
      Set.of(
          COMMUNICATION_APP,
          "communication-resource",
          "azure-subscription",
          HOME_SETTINGS,
          "hub",
          "hub-namespace",
          "hub-place");

  /// The identity of what is set for one app.
  public static String ofApp(final AppId app) {
    return "app:" + app.value();
  }

  public Setting {
    values = Map.copyOf(values);
  }

  public boolean isOn(final String name) {
    return values.getOrDefault(name, List.of()).equals(List.of("true"));
  }
}
