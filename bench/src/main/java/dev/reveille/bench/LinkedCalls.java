package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Users whose phones registered a handle alone, with an app that a communication resource reaches
/// through a hub of the same server: their calls take that way.
final class LinkedCalls {
  private static final String HUB = "calls";
  private static final String APP = "com.example.linked";
  private static final String RESOURCE = "linked";
  private static final String VERSION = "?api-version=2020-08-20-preview";
  private static final String POLICY = "DefaultSendSharedAccessSignature";

  private final List<Population.Phone> phones = new ArrayList<>();

  /// @param count of users, each with one iPhone
  LinkedCalls(final WakeStage stage, final WakeStage.Platform platform, final int count)
      throws IOException {
    final var server = stage.server();
    try (var api = server.open();
        var devices = new SetupApi(server.devices(), "", server.trust());
        var _ =
            HubsApi.make(
                server, HUB, AppSetup.APP + ".voip", HubCrashBench.credentials(platform.apple()))) {
      link(api);
      final var tokens = FanoutAudience.tokens(count, 2);
      for (int number = 0; number < count; number++) {
        final var user = "linked-" + number;
        final var token = tokens.get(number);
        platform.listen(token, AppSetup.APP + ".voip");
        register(api, devices, user, token);
        phones.add(new Population.Phone(user, token, token));
      }
    }
  }

  private static void link(final SetupApi api) throws IOException {
    final var all = api.call("GET", "/v1/resources", "");
    final var first = all.path("resources").path(0).path("path").asText();
    final var own = first.substring(0, first.lastIndexOf('/') + 1) + RESOURCE;
    api.call("PUT", own + VERSION, Map.of("location", "global"));
    api.call("PUT", "/v1/apps/" + APP, Map.of("name", "Calls"));
    api.call("PUT", "/v1/resources/" + RESOURCE + "/apps/" + APP, Map.of());
    api.call(
        "POST",
        own + "/linkNotificationHub" + VERSION,
        Map.of("connectionString", connection(api), "resourceId", idOf(all)));
  }

  private static String connection(final SetupApi api) throws IOException {
    for (final var policy : api.call("GET", "/v1/hubs/" + HUB, "").path("policies")) {
      if (policy.path("name").asText().equals(POLICY)) {
        return policy.path("connectionString").asText();
      }
    }
    throw new IOException("the hub has no policy " + POLICY);
  }

  private static String idOf(final JsonNode resources) throws IOException {
    for (final var hub : resources.path("hubs")) {
      if (hub.path("name").asText().equals(HUB)) {
        return hub.path("path").asText();
      }
    }
    throw new IOException("no resource is the hub " + HUB);
  }

  private static void register(
      final SetupApi api, final SetupApi devices, final String user, final String token)
      throws IOException {
    api.call("PUT", "/v1/users/" + user, Map.of());
    final var code =
        api.call("POST", "/v1/users/" + user + "/codes", Map.of("app", APP)).get("code").asText();
    devices.call(
        "POST",
        "/device/v1/installations",
        Map.of("app", APP, "code", code, "platform", "ios", "pnsHandle", token));
  }

  /// The phone of the user of that number, counted round and round.
  Population.Phone phone(final int number) {
    return phones.get(number % phones.size());
  }

  /// All push tokens.
  List<String> tokens() {
    return phones.stream().map(Population.Phone::voip).toList();
  }
}
