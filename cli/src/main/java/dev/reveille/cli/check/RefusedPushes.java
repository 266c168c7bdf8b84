package dev.reveille.cli.check;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Api;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds what the platforms refuse because of our settings, in the trails of the newest events: a
/// wrong team or key, a topic that is not ours, a service out of reach. Only the newest try of each
/// device counts; one that is older than the newest change of the app's credentials is a note,
/// since the change may have mended it.
final class RefusedPushes {
  /// Reasons that need a person, by the mistake behind them.
  private static final Map<String, String> MISTAKES =
      Map.ofEntries(
          Map.entry("RV-208", "wrong-topic"),
          Map.entry("RV-209", "credentials-refused"),
          Map.entry("RV-210", "clock"),
          Map.entry("RV-215", "service-unreachable"),
          Map.entry("RV-219", "service-not-built-in"),
          Map.entry("RV-221", "credentials-refused"),
          Map.entry("RV-222", "host-not-allowed"),
          Map.entry("RV-223", "no-bundle-id"));

  private static final String UNREACHABLE = "RV-215";

  /// Those that a change of the app's credentials or bundle id may mend.
  private static final Set<String> OURS =
      Set.of("wrong-topic", "credentials-refused", "clock", "host-not-allowed", "no-bundle-id");

  /// A further try is about to leave: what the one before met still holds.
  private static final String NOT_OVER = "leaves";

  private static final int MOST_DEVICES_OF_AN_APP = 20;
  private static final String EVENTS_EACH = "10";

  private record Try(String app, JsonNode address, JsonNode attempt) {
    String when() {
      return attempt.path("at").asText();
    }
  }

  private final Api api;
  private final ServerInventory inventory;

  RefusedPushes(final Api api, final ServerInventory inventory) {
    this.api = api;
    this.inventory = inventory;
  }

  List<Finding> find() {
    final Map<String, Try> newest = new HashMap<>();
    final var events = new LinkedHashSet<String>(); // many users may share one
    for (final String user : lately()) {
      api.get(with(at("users", user, "events"), "limit", EVENTS_EACH))
          .path("events")
          .forEach(event -> events.add(event.path("event").asText()));
    }
    events.forEach(event -> read(event, newest));
    final Map<String, Finding> findings = new LinkedHashMap<>();
    newest.values().stream()
        .sorted(Comparator.comparing(Try::when))
        .forEach(each -> {
          final JsonNode why = each.attempt().path("why");
          final String mistake = MISTAKES.get(why.path("code").asText());
          if (mistake != null) {
            findings.put(mistake + each.app(), finding(mistake, each, why));
          }
        });
    return new ArrayList<>(findings.values());
  }

  private Finding finding(final String mistake, final Try last, final JsonNode why) {
    final JsonNode app = inventory.app(last.app());
    final String detail = last.attempt().path("detail").asText("");
    final JsonNode cause = last.attempt().path("cause");
    final boolean unreached = why.path("code").asText().equals(UNREACHABLE);
    final String sentence =
        (last.address().isMissingNode()
                ? ""
                : last.address().path("service").asText()
                    + ", as "
                    + Accounts.of(app, last.address())
                    + ": ")
            + why.path("sentence").asText()
            + (cause.isMissingNode() ? "" : " " + cause.path("sentence").asText())
            + " ("
            + why.path("code").asText()
            + (cause.isMissingNode() ? "" : ", " + cause.path("word").asText())
            + (detail.isEmpty() ? ")" : (unreached ? ", " : ", they say: ") + detail + ")");
    final String changed = app.path("credentialsChanged").asText("");
    if (OURS.contains(mistake) && last.when().compareTo(changed) < 0) {
      return Finding.note(
          mistake,
          last.app(),
          sentence
              + " Seen at "
              + last.when()
              + ", before the app's settings changed at "
              + changed
              + ".",
          "Send a message to a device of the app, and look again.");
    }
    final String remedy = (cause.isMissingNode() ? why : cause).path("remedy").asText();
    return Finding.wrong(mistake, last.app(), sentence, remedy);
  }

  /// The address at which a device gets its pushes; missing when it has none any more.
  private JsonNode address(final JsonNode device) {
    return inventory.installation(device.path("installation").asText()).path("addresses").path(0);
  }

  /// The users of the devices of each app that were there last.
  private Set<String> lately() {
    final var users = new LinkedHashSet<String>();
    for (final JsonNode app : inventory.apps()) {
      inventory.of(app).stream()
          .sorted(
              Comparator.comparing((JsonNode each) -> each.path("lastSeen").asText()).reversed())
          .limit(MOST_DEVICES_OF_AN_APP)
          .forEach(each -> each.path("users").forEach(user -> users.add(user.asText())));
    }
    return users;
  }

  private void read(final String event, final Map<String, Try> newest) {
    final JsonNode trail = api.getWhole(at("events", event, "trail"), "devices");
    for (final JsonNode device : trail.path("devices")) {
      for (final JsonNode attempt : device.path("tries")) {
        if (attempt.path("way").asText().equals("push")
            && !attempt.path("outcome").asText().equals(NOT_OVER)) {
          newest.merge(
              device.path("installation").asText(),
              new Try(device.path("app").asText(), address(device), attempt),
              (one, other) -> one.when().compareTo(other.when()) >= 0 ? one : other);
        }
      }
    }
  }
}
