package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A backend that uses Azure Notification Hubs changes its connection string and keeps its SDK: the
/// packaged server, the simulators of Apple, Google and Microsoft, and `@azure/notification-hubs`
/// as Microsoft publishes it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NotificationHubsStory {
  private static final String BUNDLE = "com.example.news";
  private static final String HUB = "news";
  private static final Path SCRIPTS = Packaged.launcher().resolveSibling("acceptance/node");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_SECONDS = 60;
  private static final String PROJECT = "a-hub";
  private static final String WINDOWS_HOST = "localhost";

  @SuppressWarnings("NullAway") // set before all tests
  private Theatre theatre;

  @SuppressWarnings("NullAway") // set before all tests
  private AppleSimulator apple;

  @SuppressWarnings("NullAway") // set before all tests
  private GoogleSimulator google;

  @SuppressWarnings("NullAway") // set before all tests
  private MicrosoftSimulator microsoft;

  @SuppressWarnings("NullAway") // set before all tests
  private String channel;

  @SuppressWarnings("NullAway") // set before all tests
  private Path folder;

  @SuppressWarnings("NullAway") // set before all tests
  private JsonNode made;

  @BeforeAll
  void raise(@TempDir final Path folder) throws Exception {
    this.folder = folder;
    apple = AppleSimulator.start(AppleOptions.DEFAULT);
    google = GoogleSimulator.start(GoogleOptions.DEFAULT);
    microsoft = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost(WINDOWS_HOST));
    final var windows = WINDOWS_HOST + ":" + microsoft.port();
    final var authority =
        Files.writeString(folder.resolve("windows.pem"), microsoft.authorityPem());
    theatre =
        new Theatre(
            "push:\n  allowed-hosts: [\"%s\"]\n  trust: {\"%s\": \"%s\"}\n"
                .formatted(windows, windows, authority));
    theatre.switchPush(true);
    made = theatre.call("POST", "/v1/hubs", Map.of("name", HUB));
    final var app = made.path("app").asText();
    theatre.call("PUT", "/v1/apps/" + app, Map.of("bundleId", BUNDLE));
    final var key = apple.makeKey();
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/apns",
        Map.of(
            "team", key.team(),
            "keyId", key.keyId(),
            "key", key.pem(),
            "endpoint", apple.production(),
            "trust", apple.authorityPem()));
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/fcm",
        Map.of(
            "serviceAccount", google.makeAccount(PROJECT).json(),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
    final var identity = microsoft.makeStoreIdentity();
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/wns",
        Map.of(
            "client", identity.clientId(),
            "secret", identity.secret(),
            "endpoint", microsoft.storeTokenUri().replaceFirst("(https://[^/]*).*", "$1"),
            "trust", microsoft.authorityPem()));
    channel = microsoft.newChannel(identity.clientId());
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
    apple.close();
    google.close();
    microsoft.close();
  }

  private String connection(final String policy) {
    for (final var one : made.path("policies")) {
      if (one.path("name").asText().equals(policy)) {
        return one.path("connectionString").asText();
      }
    }
    throw new AssertionError("the hub has no policy " + policy + ": " + made);
  }

  /// What the script says, with its errors.
  private JsonNode node(final String script, final Map<String, String> told) throws Exception {
    final var in = Files.writeString(folder.resolve("in.json"), JSON.writeValueAsString(told));
    final var out = folder.resolve("out.json");
    final var error = folder.resolve("error.txt");
    final var builder =
        new ProcessBuilder("node", SCRIPTS.resolve(script).toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile());
    builder.environment().put("NODE_EXTRA_CA_CERTS", theatre.authority().toString());
    final var process = builder.start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(script + " did not end: " + Files.readString(error));
    }
    assertEquals(0, process.exitValue(), Files.readString(error));
    return JSON.readTree(Files.readString(out));
  }

  private static List<String> tags(final JsonNode one) {
    final var tags = new ArrayList<String>();
    one.path("tags").forEach(tag -> tags.add(tag.asText()));
    return tags;
  }

  private static void ended(final JsonNode details, final int times) {
    assertEquals("Completed", details.path("state").asText(), details.toString());
    assertEquals(
        times,
        details
            .path("apnsOutcomeCounts")
            .path("Success")
            .asInt(details.path("apnsOutcomeCounts").path(0).path("count").asInt()),
        details.toString());
  }

  /// Azure's SDK of today: every call that it has and that is served, good and bad.
  @Test
  void the_sdk_of_today_works_with_our_connection_string() throws Exception {
    final var one = apple.newToken(BUNDLE, false);
    final var other = apple.newToken(BUNDLE, false);
    final var droid = google.newToken(PROJECT);
    final var said =
        node(
            "hub.js",
            Map.of(
                "connectionString", connection("DefaultFullSharedAccessSignature"),
                "listenOnly", connection("DefaultListenSharedAccessSignature"),
                "hub", HUB,
                "token", one,
                "other", other,
                "droid", droid,
                "channel", microsoft.uri(channel)));
    final var id = said.path("create").path("registrationId").asText();
    assertTrue(id.matches("\\d+-\\d+-\\d+"), said.path("create").toString());
    assertEquals(List.of("news", "a"), tags(said.path("get")));
    assertEquals(one, said.path("get").path("deviceToken").asText());
    assertEquals(List.of("news", "b"), tags(said.path("update")));
    assertEquals(412, said.path("stale").path("failed").asInt(), said.path("stale").toString());
    assertEquals(
        said.path("newId").path("id").asText(),
        said.path("upsert").path("registrationId").asText());
    assertEquals(2, said.path("list").path("found").size());
    assertEquals(1, said.path("byTag").path("found").size());
    assertEquals(1, said.path("byChannel").path("found").size());

    assertEquals(List.of("weather", "storms"), tags(said.path("getInstallation")));
    assertEquals(400, said.path("badPatch").path("failed").asInt());
    assertTrue(
        said.path("badPatch").path("message").asText().contains("colour"),
        said.path("badPatch").toString());

    ended(said.path("outcome"), 1);
    ended(said.path("toUserOutcome"), 1);
    ended(said.path("directOutcome"), 1);
    ended(said.path("batchOutcome"), 2);
    ended(said.path("broadcastOutcome"), 3);
    assertEquals(1, said.path("test").path("successCount").asInt(), said.path("test").toString());
    assertEquals("Scheduled", said.path("scheduled").path("state").asText());
    assertEquals("Canceled", said.path("cancelled").path("state").asText());
    assertEquals(400, said.path("badTags").path("failed").asInt());
    assertEquals(401, said.path("withoutRight").path("failed").asInt());
    assertEquals(404, said.path("getDeleted").path("failed").asInt());

    // to one: by tag, directly, in the batch, the test, the broadcast, and twice by its template
    assertEquals(7, taken(one), "pushes to the first iPhone");
    // to the other: by user, in the batch, and twice by the broadcast, as it is registered twice;
    // never by its template, which is broken
    assertEquals(4, taken(other), "pushes to the second iPhone");
    assertTrue(
        apple.pushes(one).stream().allMatch(push -> push.header("apns-push-type").equals("alert")));
    theTemplatesWereFilled(said, one, droid);
  }

  /// The same properties in the words of three platforms; Google's is left out of the test.
  private void theTemplatesWereFilled(final JsonNode said, final String one, final String droid)
      throws Exception {
    assertEquals("scores", said.path("getTemplate").path("templateName").asText());
    final var told = said.path("templateOutcome");
    assertEquals("Completed", told.path("state").asText(), told.toString());
    assertEquals("apple,fcmv1,windows", told.path("targetPlatforms").asText(), told.toString());
    assertEquals(
        Map.of("InvalidNotificationFormat", 1, "Success", 1), counts(told, "apnsOutcomeCounts"));
    assertEquals(Map.of("Success", 1), counts(told, "fcmV1OutcomeCounts"));
    assertEquals(Map.of("Success", 1), counts(told, "wnsOutcomeCounts"));
    final var test = said.path("testTemplate");
    assertEquals(2, test.path("successCount").asInt(), test.toString());
    assertEquals(1, test.path("failureCount").asInt(), test.toString());
    assertEquals(400, said.path("noTexts").path("failed").asInt());
    assertEquals("Canceled", said.path("cancelledTemplate").path("state").asText());

    for (final var push : apple.pushes(one).reversed().subList(0, 2)) {
      assertEquals(
          "Goal \"3:1\" <home>, Zoë",
          JSON.readTree(push.payload()).path("aps").path("alert").asText());
      assertEquals("5", push.header("apns-priority"));
      assertEquals("32472144000", push.header("apns-expiration"));
    }
    assertEquals(
        List.of("Goal \"3:1\" <home>"),
        google.messages(droid).stream().map(message -> message.data("goal")).toList());
    assertEquals(2, microsoft.pushes(channel).size());
    for (final var push : microsoft.pushes(channel)) {
      assertEquals(200, push.status(), push.reason());
      assertEquals("toast", push.type());
      assertTrue(push.text().contains(">Goal \"3:1\" &lt;home&gt;</text>"), push.text());
    }
    final var id = said.path("sendTemplate").path("notificationId").asText();
    final var targets = theatre.call("GET", "/v1/sends/" + id + "/targets", "");
    final var templates = new ArrayList<String>();
    targets
        .path("targets")
        .forEach(target ->
            templates.add(
                target.path("service").asText() + " " + target.path("template").asText()));
    assertEquals(
        List.of("apns scores", "fcm goals", "wns scores", "apns broken"),
        templates,
        targets.toString());
  }

  private static Map<String, Integer> counts(final JsonNode details, final String platform) {
    final Map<String, Integer> counts = new TreeMap<>();
    details
        .path(platform)
        .forEach(one -> counts.put(one.path("state").asText(), one.path("count").asInt()));
    return counts;
  }

  private long taken(final String token) {
    return apple.pushes(token).stream().map(ArrivedPush::status).filter(s -> s == 200).count();
  }
}
