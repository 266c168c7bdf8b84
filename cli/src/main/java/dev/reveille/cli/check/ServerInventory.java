package dev.reveille.cli.check;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The data that the checks read from the server: apps, installations, and which push services are
/// switched on.
record ServerInventory(
    List<JsonNode> apps,
    List<JsonNode> installations,
    Map<String, JsonNode> byId,
    List<JsonNode> switches) {

  static ServerInventory of(final Api api) {
    final var installations = api.getAll("installations", "installations");
    return new ServerInventory(
        Json.elements(api.getWhole("apps", "apps").path("apps")).toList(),
        installations,
        installations.stream()
            .collect(
                Collectors.toMap(
                    each -> each.path("id").asText(), each -> each, (_, last) -> last)),
        Json.elements(
                api.getWhole(at("settings", "push-notification"), "settings").path("settings"))
            .toList());
  }

  /// The installation with this id; without fields when there is none.
  JsonNode installation(final String id) {
    return byId.getOrDefault(id, Json.object());
  }

  /// The app with this id; without fields when there is none.
  JsonNode app(final String id) {
    return apps.stream()
        .filter(each -> each.path("id").asText().equals(id))
        .findFirst()
        .orElseGet(Json::object);
  }

  /// The installations of an app.
  List<JsonNode> of(final JsonNode app) {
    final String id = app.path("id").asText();
    return installations.stream().filter(each -> each.path("app").asText().equals(id)).toList();
  }

  /// The push services that devices of the app registered for, and that the server can send to.
  TreeSet<String> servicesWanted(final JsonNode app) {
    final var all = new TreeSet<String>();
    of(app)
        .forEach(
            each -> direct(each).forEach(address -> all.add(address.path("service").asText())));
    return all;
  }

  /// The addresses of an installation for which the server needs credentials: those that are no
  /// handles of a clearing house.
  static List<JsonNode> direct(final JsonNode installation) {
    return Json.elements(installation.path("addresses"))
        .filter(address -> !address.has("clearingHouse"))
        .toList();
  }

  /// Whether the switch of a service is on anywhere.
  boolean isOn(final String name) {
    return switches.stream()
        .anyMatch(each -> Json.texts(each.path("values").path(name)).contains("true"));
  }

  /// Whether the global settings switch a service off explicitly.
  boolean isSwitchedOff(final String name) {
    return switches.stream()
        .filter(each -> each.path("identity").asText().equals("global"))
        .anyMatch(each -> Json.texts(each.path("values").path(name)).contains("false"));
  }

  /// The name of a service's switch.
  static String switchOf(final String service) {
    return switch (service) {
      case "apns" -> "apple";
      case "fcm" -> "google";
      case "wns", "mpns" -> "microsoft";
      default -> "web";
    };
  }
}
