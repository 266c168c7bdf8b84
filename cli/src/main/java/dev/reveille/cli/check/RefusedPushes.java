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

/// What the platforms have to say about our settings, as the trails of the newest events tell it: a
/// wrong team or key, a sandbox token at the production service, a topic that is not ours. Only the
/// newest try of each device counts, so that what was mended is not held against anybody.
final class RefusedPushes {
  /// Reasons that need a person, by the mistake behind them.
  private static final Map<String, String> MISTAKES =
      Map.ofEntries(
          Map.entry("RV-205", "wrong-environment"),
          Map.entry("RV-206", "wrong-topic"),
          Map.entry("RV-208", "wrong-topic"),
          Map.entry("RV-209", "credentials-refused"),
          Map.entry("RV-210", "clock"),
          Map.entry("RV-215", "service-unreachable"),
          Map.entry("RV-219", "service-not-built-in"),
          Map.entry("RV-220", "wrong-project"),
          Map.entry("RV-221", "credentials-refused"),
          Map.entry("RV-222", "host-not-allowed"),
          Map.entry("RV-223", "no-bundle-id"));

  private static final int MOST_USERS = 50;
  private static final String EVENTS_EACH = "10";

  private record Try(String app, JsonNode attempt) {
    String when() {
      return attempt.path("at").asText();
    }
  }

  private final Api api;
  private final Landscape landscape;

  RefusedPushes(final Api api, final Landscape landscape) {
    this.api = api;
    this.landscape = landscape;
  }

  List<Finding> find() {
    final Map<String, Try> newest = new HashMap<>();
    for (final String user : lately()) {
      api.get(with(at("users", user, "events"), "limit", EVENTS_EACH))
          .path("events")
          .forEach(event -> read(event, newest));
    }
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

  private static Finding finding(final String mistake, final Try last, final JsonNode why) {
    final String detail = last.attempt().path("detail").asText("");
    return Finding.wrong(
        mistake,
        last.app(),
        why.path("sentence").asText()
            + " ("
            + why.path("code").asText()
            + (detail.isEmpty() ? ")" : ", they say: " + detail + ")"),
        why.path("remedy").asText());
  }

  /// The users of the devices that were there last.
  private Set<String> lately() {
    final var users = new LinkedHashSet<String>();
    landscape.installations().stream()
        .sorted(Comparator.comparing((JsonNode each) -> each.path("lastSeen").asText()).reversed())
        .limit(MOST_USERS)
        .forEach(each -> each.path("users").forEach(user -> users.add(user.asText())));
    return users;
  }

  private void read(final JsonNode event, final Map<String, Try> newest) {
    final JsonNode trail = api.get(at("events", event.path("event").asText(), "trail"));
    for (final JsonNode device : trail.path("devices")) {
      for (final JsonNode attempt : device.path("tries")) {
        if (attempt.path("way").asText().equals("push")) {
          newest.merge(
              device.path("installation").asText(),
              new Try(device.path("app").asText(), attempt),
              (one, other) -> one.when().compareTo(other.when()) >= 0 ? one : other);
        }
      }
    }
  }
}
