package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A resource of Azure Communication Services is linked to a hub with the text's own call and with
/// Microsoft's own clients, and incoming calls wake phones through it: through a hub of the same
/// server, and through one of another server, over TLS.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommunicationServicesStory {
  private static final Logger LOG = Logger.getLogger(CommunicationServicesStory.class.getName());
  private static final String BUNDLE = "com.example.calls.voip";
  private static final String PROJECT = "calls";
  private static final String SEND = "DefaultSendSharedAccessSignature";
  private static final String LISTEN = "DefaultListenSharedAccessSignature";
  private static final String FULL = "DefaultFullSharedAccessSignature";
  private static final String VERSION = "?api-version=2020-08-20-preview";
  private static final Path SCRIPTS = Packaged.launcher().resolveSibling("acceptance/node");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_SECONDS = 60;

  @SuppressWarnings("NullAway") // set before all tests
  private Theatre far;

  @SuppressWarnings("NullAway") // set before all tests
  private Theatre theatre;

  @SuppressWarnings("NullAway") // set before all tests
  private GoogleSimulator google;

  @SuppressWarnings("NullAway") // set before all tests
  private Path folder;

  private int apps;

  @BeforeAll
  void raise(@TempDir final Path folder) throws Exception {
    this.folder = folder;
    google = GoogleSimulator.start(GoogleOptions.DEFAULT);
    far = new Theatre();
    final var elsewhere = "127.0.0.1:" + far.address("api").getPort();
    theatre =
        new Theatre(
            "push:\n  allowed-hosts: [\"%s\"]\n  trust: {\"%s\": \"%s\"}\n"
                .formatted(elsewhere, elsewhere, far.authority()));
    hub(far, "calls");
  }

  @AfterAll
  void lower() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final var other =
          threads.submit(() -> {
            far.close();
            return true;
          });
      theatre.close();
      assertTrue(other.get());
    }
    google.close();
  }

  // ---- the stage ------------------------------------------------------------------------------

  /// Makes a hub with a key of Apple's and one of Google's.
  private JsonNode hub(final Theatre at, final String name) throws Exception {
    final var made = at.call("POST", "/v1/hubs", Map.of("name", name));
    final var app = "/v1/apps/" + made.path("app").asText();
    final var key = at.apple.makeKey();
    at.call("PUT", app, Map.of("bundleId", BUNDLE));
    at.call(
        "PUT",
        app + "/credentials/apns",
        Map.of(
            "team", key.team(),
            "keyId", key.keyId(),
            "key", key.pem(),
            "endpoint", at.apple.production(),
            "trust", at.apple.authorityPem()));
    at.call(
        "PUT",
        app + "/credentials/fcm",
        Map.of(
            "serviceAccount", google.makeAccount(PROJECT).json(),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
    return made;
  }

  private static String connection(final JsonNode hub, final String policy) {
    for (final var one : hub.path("policies")) {
      if (one.path("name").asText().equals(policy)) {
        return one.path("connectionString").asText();
      }
    }
    throw new AssertionError("the hub has no policy " + policy + ": " + hub);
  }

  /// A resource of its own for one test, to which a new app is bound.
  private record Bound(String app, String path) {}

  private Bound bound() throws Exception {
    final var name = "resource" + ++apps;
    final var app = "com.example.calls" + apps;
    final var path = resources().path("resources").path(0).path("path").asText();
    final var own = path.substring(0, path.lastIndexOf('/') + 1) + name;
    theatre.call("PUT", own + VERSION, Map.of("location", "global"));
    theatre.call("PUT", "/v1/apps/" + app, Map.of("name", "Calls"));
    theatre.call("PUT", "/v1/resources/" + name + "/apps/" + app, Map.of());
    return new Bound(app, own);
  }

  private JsonNode resources() throws Exception {
    return theatre.call("GET", "/v1/resources", "");
  }

  private String idOf(final String hub) throws Exception {
    for (final var one : resources().path("hubs")) {
      if (one.path("name").asText().equals(hub)) {
        return one.path("path").asText();
      }
    }
    throw new AssertionError("no hub " + hub);
  }

  private void link(final Bound to, final String string, final String hub) throws Exception {
    theatre.call(
        "POST",
        to.path() + "/linkNotificationHub" + VERSION,
        Map.of("connectionString", string, "resourceId", hub));
  }

  /// A device that registers with a handle alone, as an app of the calling SDK does.
  ///
  /// @return its device token
  private String register(
      final String app, final String user, final String platform, final String handle)
      throws Exception {
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    final var code =
        theatre
            .call("POST", "/v1/users/" + user + "/codes", Map.of("app", app))
            .path("code")
            .asText();
    theatre.scan().confidential().token(handle);
    return theatre
        .asDevice(
            "",
            "POST",
            "/installations",
            Map.of("app", app, "code", code, "platform", platform, "pnsHandle", handle))
        .path("token")
        .asText();
  }

  /// The SDK's part of the last push to an iPhone, once there are so many.
  private static JsonNode rang(final Theatre at, final String token, final int times)
      throws Exception {
    final var pushes = at.apple.awaitPushes(token, times, AcrossProcesses.PATIENCE);
    assertEquals(times, pushes.size(), pushes.toString());
    final var push = pushes.getLast();
    assertEquals(200, push.status());
    assertEquals("voip", push.header("apns-push-type"));
    assertEquals(BUNDLE, push.header("apns-topic"));
    return JSON.readTree(push.payload());
  }

  private List<JsonNode> messages(final String token, final int times) throws Exception {
    return AcrossProcesses.get(
        times + " messages",
        () -> {
          final var all = new ArrayList<JsonNode>();
          for (final var one : google.messages(token)) {
            final var data = JSON.createObjectNode();
            for (final var name : List.of("eventId", "callId", "reveille")) {
              data.put(name, one.data(name));
            }
            all.add(data);
          }
          return all.size() >= times ? all : null;
        });
  }

  /// The trail of an event once it says this; each look is a request, not a program.
  private String endOf(final String event, final String code) throws Exception {
    return AcrossProcesses.get(
        code + " in the trail",
        () -> {
          final var told = theatre.call("GET", "/v1/events/" + event + "/trail", "").toString();
          return told.contains(code) ? told : null;
        });
  }

  private String run(final Path in, final String... command) throws Exception {
    final var out = folder.resolve("out.txt");
    final var error = folder.resolve("error.txt");
    final var builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile());
    builder.environment().put("NODE_EXTRA_CA_CERTS", theatre.authority().toString());
    final var process = builder.start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(command[0] + " did not end: " + Files.readString(error));
    }
    assertEquals(0, process.exitValue(), Files.readString(error));
    return Files.readString(out);
  }

  // ---- linking --------------------------------------------------------------------------------

  // A4-18, A4-25 (the client's half), A4-32, A4-33: Microsoft's own clients of Resource Manager
  // make, link, read and unlink.
  @Test
  void azure_s_clients_of_resource_manager_work() throws Exception {
    final var hub = hub(theatre, "sdk");
    final var to = bound();
    final var in =
        Files.writeString(
            folder.resolve("arm.json"),
            JSON.writeValueAsString(
                Map.of(
                    "server", theatre.address("api").toString(),
                    "key", theatre.key(),
                    "subscription", resources().path("subscription").asText(),
                    "group", "reveille",
                    "resource", to.path().substring(to.path().lastIndexOf('/') + 1),
                    "string", connection(hub, SEND),
                    "hub", idOf("sdk"))));
    final var said = JSON.readTree(run(in, "node", SCRIPTS.resolve("arm.js").toString()));
    for (final var good :
        List.of(
            "list",
            "made",
            "ofGroup",
            "update",
            "keys",
            "rekeyed",
            "free",
            "deleted",
            "namespaceFree",
            "namespace",
            "hubFree",
            "hub",
            "policy",
            "policyKeys",
            "policyRekeyed",
            "policies",
            "hubs",
            "policyDeleted",
            "hubDeleted",
            "namespaceDeleted",
            "namespaces",
            "linked",
            "read",
            "unlinked",
            "readAgain")) {
      assertFalse(said.path(good).has("failed"), () -> good + ": " + said.path(good));
    }
    assertEquals("Europe", said.path("made").path("dataLocation").asText());
    assertEquals("c", said.path("update").path("tags").path("a").asText());
    assertFalse(said.path("free").path("nameAvailable").asBoolean(true));
    assertEquals(404, said.path("gone").path("failed").asInt());
    assertEquals("ResourceNotFound", said.path("gone").path("code").asText());
    assertTrue(said.path("hubFree").path("isAvailiable").asBoolean());
    assertTrue(
        said.path("policyKeys")
            .path("primaryConnectionString")
            .asText()
            .startsWith("Endpoint=sb://127.0.0.1:"));
    assertEquals("ConnectionStringRefused", said.path("noLink").path("code").asText());
    assertEquals(idOf("sdk"), said.path("linked").path("resourceId").asText());
    assertEquals(idOf("sdk"), said.path("read").path("notificationHubId").asText());
    assertFalse(said.path("readAgain").has("notificationHubId"));
    assertEquals(401, said.path("stranger").path("failed").asInt());
  }

  // A4-27, A4-32, A4-34, A4-35, A4-36: the text's line by curl, with the single quotes of the text.
  @Test
  void the_text_s_own_line_links_a_hub() throws Exception {
    final var hub = hub(theatre, "curl");
    final var to = bound();
    final var nothing = Files.writeString(folder.resolve("nothing"), "");
    final var line =
        List.of(
            "curl",
            "--silent",
            "--cacert",
            theatre.authority().toString(),
            "--request",
            "POST",
            theatre.address("api").resolve(to.path()) + "/linkNotificationHub" + VERSION,
            "--data",
            "{'connectionString': '%s','resourceId': '%s'}"
                .formatted(connection(hub, FULL), idOf("curl")));
    final var stranger = JSON.readTree(run(nothing, line.toArray(String[]::new)));
    assertEquals("AuthenticationFailed", stranger.path("error").path("code").asText());
    final var signedIn = new ArrayList<>(line);
    signedIn.addAll(List.of("--header", "Authorization: Bearer " + theatre.key()));
    final var linked = JSON.readTree(run(nothing, signedIn.toArray(String[]::new)));
    assertEquals(idOf("curl"), linked.path("resourceId").asText(), linked.toString());
    assertEquals(1, linked.path("warnings").size(), linked.toString());
    final var shown = theatre.command("resources");
    assertTrue(shown.contains(to.path() + System.lineSeparator()), shown);
    assertTrue(shown.contains("the policy allows more than to send"), shown);
  }

  // A4-22, A4-24, A4-26: a hub that could wake no phone is not linked, for a reason of its own.
  @Test
  void a_hub_that_could_wake_no_phone_is_not_linked() throws Exception {
    final var to = bound();
    final var bare = theatre.call("POST", "/v1/hubs", Map.of("name", "bare"));
    assertEquals("NotificationHubWithoutCredentials", refusal(to, connection(bare, SEND), "bare"));
    theatre.call(
        "PUT",
        "/v1/apps/" + bare.path("app").asText() + "/credentials/wns",
        Map.of("client", "ms-app://s-1-15-2-1", "secret", "secret-of-the-bare-hub"));
    assertEquals("PlatformNotSupported", refusal(to, connection(bare, SEND), "bare"));
    final var full = hub(theatre, "listening");
    assertEquals("SendRightMissing", refusal(to, connection(full, LISTEN), "listening"));
    final var left = theatre.call("GET", to.path() + VERSION, "").path("properties");
    assertFalse(left.has("notificationHubId"), left.toString());
  }

  private String refusal(final Bound to, final String string, final String hub) throws Exception {
    final var body = Map.of("connectionString", string, "resourceId", idOf(hub));
    final var answer = theatre.send("POST", to.path() + "/linkNotificationHub" + VERSION, body);
    assertEquals(400, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body()).path("error").path("code").asText();
  }

  // ---- calls ----------------------------------------------------------------------------------

  // A4-12, A4-13, A4-14, A4-15, A4-16, A4-17, A4-28, A4-40, A4-41, A4-42: a call that came before
  // the link reached no phone; the next one wakes them, through a hub with a key for tokens at
  // Apple, and is accepted and declined with the payload and the device's own token.
  @Test
  void a_call_wakes_phones_through_the_linked_hub_from_the_next_push_on() throws Exception {
    final var hub = hub(theatre, "own");
    final var to = bound();
    final var iphone = theatre.apple.newToken(BUNDLE, false);
    final var droid = google.newToken(PROJECT);
    final var anna = register(to.app(), "anna", "ios", iphone);
    final var other = register(to.app(), "anna", "android", droid);
    final var before = theatre.ring("anna", "call", false);
    final var _ = endOf(theatre.eventOf(before), "RV-243");
    assertEquals(List.of(), theatre.apple.pushes(iphone));

    final long linking = System.nanoTime();
    link(to, connection(hub, SEND), idOf("own"));
    final var call = theatre.ring("anna", "call", false);
    final var data = rang(theatre, iphone, 1).path("data");
    LOG.info(() ->
        "a link acts after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - linking)
            + " ms; the text allows 10 minutes");
    assertEquals(107, data.path("eventId").asInt());
    assertEquals(call, data.path("callId").asText());
    assertEquals("107", messages(droid, 1).getFirst().path("eventId").asText());

    final var mine = "/calls/" + data.path("callId").asText();
    assertEquals("ringing", theatre.asDevice(anna, "GET", mine, "").path("state").asText());
    final var accepted = theatre.asDevice(anna, "POST", mine + "/answer", Map.of());
    assertEquals("answered", accepted.path("how").asText(), accepted.toString());
    final var stopped = messages(droid, 2).getLast();
    assertEquals("110", stopped.path("eventId").asText());
    assertEquals(call, stopped.path("callId").asText());

    theatre.ring("anna", "call", true);
    final var second = messages(droid, 3).getLast();
    final var declined =
        theatre.asDevice(
            other, "POST", "/calls/" + second.path("callId").asText() + "/decline", Map.of());
    assertEquals("declined", declined.path("how").asText(), declined.toString());
    oneDeviceThatSignsOutLeavesTheOthers(anna, iphone, droid);
  }

  private void oneDeviceThatSignsOutLeavesTheOthers(
      final String device, final String iphone, final String droid) throws Exception {
    theatre.asDevice(device, "POST", "/sign-out", Map.of());
    final int before = theatre.apple.pushes(iphone).size();
    final var call = theatre.ring("anna", "call", false);
    AcrossProcesses.get(
        "the ring at the other device",
        () ->
            messages(droid, 1).stream()
                    .anyMatch(one ->
                        one.path("callId").asText().equals(call)
                            && one.path("eventId").asText().equals("107"))
                ? true
                : null);
    assertEquals(before, theatre.apple.pushes(iphone).size());
  }

  // A4-16, A4-21: the same through a hub of another server, in a subscription that is declared.
  @Test
  void a_hub_elsewhere_is_reached_by_direct_send() throws Exception {
    final var to = bound();
    final var azure = UUID.randomUUID().toString();
    final var id =
        "/subscriptions/%s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/n/notificationHubs/calls"
            .formatted(azure);
    final var string = connection(far.call("GET", "/v1/hubs/calls", ""), SEND);
    final var refused =
        theatre.send(
            "POST",
            to.path() + "/linkNotificationHub" + VERSION,
            Map.of("connectionString", string, "resourceId", id));
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().contains("NotificationHubOfAnotherSubscription"), refused::body);
    theatre.command("resources", "subscriptions", "add", azure);
    link(to, string, id);

    final var iphone = far.apple.newToken(BUNDLE, false);
    final var droid = google.newToken(PROJECT);
    register(to.app(), "bert", "ios", iphone);
    register(to.app(), "bert", "android", droid);
    final var call = theatre.ring("bert", "call", false);
    assertEquals(call, rang(far, iphone, 1).path("data").path("callId").asText());
    assertEquals(call, messages(droid, 1).getFirst().path("callId").asText());

    far.call("POST", "/v1/hubs/calls/policies/" + SEND + "/rekey", Map.of("key", "primary"));
    final var late = theatre.ring("bert", "call", false);
    final var told = endOf(theatre.eventOf(late), "RV-242");
    assertTrue(told.contains("401"), told);
    link(to, connection(far.call("GET", "/v1/hubs/calls", ""), SEND), id);
    assertEquals(late, rang(far, iphone, 2).path("data").path("callId").asText());
  }

  // A4-27, A4-39: a key that was made anew at the hub: the trail, `check` and `/health` say what to
  // do; `check` says of the same link that its policy allows more than it has to.
  @Test
  void a_key_made_anew_is_told_until_the_hub_is_linked_again() throws Exception {
    final var hub = hub(theatre, "rekeyed");
    final var to = bound();
    link(to, connection(hub, FULL), idOf("rekeyed"));
    final var iphone = theatre.apple.newToken(BUNDLE, false);
    register(to.app(), "carl", "ios", iphone);
    theatre.call("POST", "/v1/hubs/rekeyed/policies/" + FULL + "/rekey", Map.of("key", "primary"));
    final var call = UUID.randomUUID().toString();
    final var event =
        theatre.event(
            "carl",
            Map.of(
                "class", "call",
                "ringFor", "PT2M",
                "call", Map.of("id", call, "caller", Map.of("name", Theatre.CALLER))));
    final var _ = endOf(event, "RV-242");
    final var told = theatre.explain(event);
    assertTrue(told.contains("hub refuses the key; link it again"), told);
    assertTrue(theatre.health().contains("code=RV-242"), theatre.health());
    final var found = theatre.check();
    assertTrue(found.contains(to.app()), found);
    assertTrue(found.contains("allows more than to send"), found);
    final var now = theatre.call("GET", "/v1/hubs/rekeyed", "");
    link(to, connection(now, FULL), idOf("rekeyed"));
    assertEquals(call, rang(theatre, iphone, 1).path("data").path("callId").asText());
    assertFalse(theatre.health().contains("code=RV-242"), theatre.health());
  }

  // A4-20: chat is skipped with a reason of its own unless it is switched on.
  @Test
  void chat_goes_only_where_it_is_switched_on() throws Exception {
    final var hub = hub(theatre, "chat");
    final var to = bound();
    link(to, connection(hub, SEND), idOf("chat"));
    final var droid = google.newToken(PROJECT);
    register(to.app(), "dora", "android", droid);
    final var _ = endOf(theatre.message("dora", "see you at the lighthouse"), "RV-244");
    assertEquals(List.of(), google.messages(droid));
    final var name = to.path().substring(to.path().lastIndexOf('/') + 1);
    theatre.command("resources", "set", name, "--chat", "true");
    theatre.message("dora", "bring the blue umbrella");
    assertEquals("200", messages(droid, 1).getFirst().path("eventId").asText());
  }
}
