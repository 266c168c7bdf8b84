package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.google.ArrivedMessage;
import dev.reveille.simulators.microsoft.ArrivedNotification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `azure-sb`, the client for Node.js before today's: every call that it has for hubs, good and
/// bad, and what became of its sends.
final class OldNodeClient {
  private static final String HUB = "oldnode";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HubStage stage;

  OldNodeClient(final HubStage stage) {
    this.stage = stage;
  }

  void works() throws Exception {
    final var hub = stage.hub(HUB);
    final var token = stage.iphone();
    final var other = stage.iphone();
    final var droid = stage.android();
    final var channel = stage.windows();
    final var phone = stage.windowsPhone();
    final var said =
        stage.node(
            "azure-sb.js",
            Map.of(
                "connectionString",
                HubStage.connection(hub, HubStage.FULL),
                "listenOnly",
                HubStage.connection(hub, HubStage.LISTEN),
                "hub",
                HUB,
                "token",
                token,
                "other",
                other,
                "droid",
                droid,
                "channel",
                stage.microsoft.uri(channel),
                "phone",
                stage.microsoft.uri(phone)));
    refusedAsPlanned(said);
    registered(said, token);
    toApple(token, other);
    toGoogle(droid);
    toWindows(channel);
    toWindowsPhone(phone);
  }

  /// What failed, with its status; everything else worked.
  private static void refusedAsPlanned(final JsonNode said) {
    final var failed = new ArrayList<String>();
    said.properties()
        .forEach(step -> {
          if (step.getValue().has("failed")) {
            failed.add(step.getKey() + " " + step.getValue().get("failed").asInt());
          }
        });
    assertEquals(
        List.of(
            "stale 412",
            "badPatch 400",
            "getDeletedInstallation 404",
            "noRegistration 404",
            "badTags 400",
            "badBody 400",
            "noAps 400",
            "withoutRight 401",
            "listWithoutRight 401",
            "unknownHub 404",
            "hubs.create 409",
            "hubs.createOther 404",
            "hubs.deleteFull 409",
            "hubs.deleteOther 404",
            "deleteAgain 404",
            "putGone 410"),
        failed,
        said::toPrettyString);
    assertTrue(
        said.path("badPatch").path("message").asText().startsWith("400 - 40000: "),
        said.path("badPatch").toString());
    assertEquals(201, said.path("send").path("status").asInt());
    assertEquals(204, said.path("deleteInstallation").path("status").asInt());
  }

  private static void registered(final JsonNode said, final String token) {
    final var read = said.path("get").path("result");
    assertEquals(
        List.of("AppleRegistrationDescription", token, "news,a"),
        List.of(
            read.path("_").path("ContentRootElement").asText(),
            read.path("DeviceToken").asText(),
            read.path("Tags").asText()));
    assertEquals("news,b", said.path("update").path("result").path("Tags").asText());
    assertEquals("news,d", said.path("put").path("result").path("Tags").asText());
    assertEquals(5, said.path("list").path("result").size());
    assertEquals(2, said.path("byTag").path("result").size(), "an iPhone and an Android");
    assertEquals(2, said.path("apns.list").path("result").size());
    assertEquals(4, said.path("gcm.list").path("result").size());
    assertEquals(6, said.path("wns.list").path("result").size());
    assertEquals(6, said.path("mpns.list").path("result").size());
    final var template = said.path("apns.updateTemplate").path("result");
    assertEquals("{\"aps\":{\"alert\":\"$(text)\"}}", template.path("BodyTemplate").asText());
    assertEquals("2999-01-01T00:00:00Z", template.path("Expiry").asText());
    assertEquals(
        "apns-priority", template.path("ApnsHeaders").path("ApnsHeader").path("Header").asText());
    assertEquals("$(text)", text(said.path("wns.createToast")));
    final var installation = said.path("getInstallation").path("result");
    assertEquals("[\"weather\",\"storms\"]", installation.path("tags").toString());
    final var hub = said.path("hubs.get").path("result");
    assertEquals(HUB, hub.path("NotificationHubName").asText(), hub.toString());
    assertEquals(1, said.path("hubs.list").path("result").size());
  }

  private static String text(final JsonNode step) {
    return step.path("result")
        .path("BodyTemplate")
        .asText()
        .replaceAll(".*>([^<]+)</text>.*", "$1");
  }

  private void toApple(final String token, final String other) throws Exception {
    AcrossProcesses.get("pushes to an iPhone", () -> stage.taken(token) == 2 ? true : null);
    AcrossProcesses.get("pushes to the other", () -> stage.taken(other) == 2 ? true : null);
    final var hello =
        stage.theatre.apple.pushes(token).stream()
            .filter(push -> push.payload().contains("Hello"))
            .findFirst()
            .orElseThrow();
    assertEquals("5", hello.header("apns-priority"));
    assertTrue(Long.parseLong(hello.header("apns-expiration")) > 0, hello.toString());
    final var goals = new ArrayList<String>();
    for (final var push : stage.theatre.apple.pushes("")) {
      if (push.payload().contains("Goal")) {
        assertEquals("32472144000", push.header("apns-expiration"));
        goals.add(JSON.readTree(push.payload()).path("aps").path("alert").asText());
      }
    }
    assertEquals(List.of("Goal \"3:1\" <home>", "Goal \"3:1\" <home>"), goals);
  }

  private void toGoogle(final String droid) throws Exception {
    AcrossProcesses.get(
        "two messages to an Android", () -> stage.google.messages(droid).size() == 2 ? true : null);
    assertEquals(
        List.of("", "droid"),
        stage.google.messages(droid).stream().map(OldNodeClient::hello).sorted().toList());
  }

  private static String hello(final ArrivedMessage message) {
    return message.data("hello");
  }

  private void toWindows(final String channel) throws Exception {
    final var pushes = stage.microsoft.awaitPushes(channel, 11, AcrossProcesses.PATIENCE);
    // each send goes to the channel's two native registrations, that of the template to one
    assertEquals(
        List.of(
            "badge", "badge", "badge", "badge", "raw", "raw", "tile", "tile", "toast", "toast",
            "toast"),
        pushes.stream().map(ArrivedNotification::type).sorted().toList());
    assertTrue(
        pushes.stream().anyMatch(push -> push.text().contains("Goal \"3:1\" &lt;home&gt;")),
        () -> "the template: " + pushes);
    assertTrue(pushes.stream().anyMatch(push -> push.text().equals("raw text")));
  }

  private void toWindowsPhone(final String phone) throws Exception {
    final var pushes = stage.microsoft.awaitPushes(phone, 11, AcrossProcesses.PATIENCE);
    assertEquals(
        List.of(
            "raw", "raw", "tile", "tile", "tile", "tile", "toast", "toast", "toast", "toast",
            "toast"),
        pushes.stream().map(ArrivedNotification::type).sorted().toList());
  }
}
