package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.apple.DeviceToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients written for Azure Notification Hubs get another connection string and work, those of the
/// past too: two packages as Microsoft published them, and the recorded requests of those that run
/// elsewhere. What is wrong in any of them gets the answer that they can read, and changes nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HubClientsStory {
  private static final Path RECORDED =
      Packaged.launcher().resolveSibling("acceptance/src/test/resources/recorded");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> POLICIES =
      Map.of("full", HubStage.FULL, "send", HubStage.SEND, "listen", HubStage.LISTEN);

  @SuppressWarnings("NullAway") // set before all tests
  private HubStage stage;

  @BeforeAll
  void raise(@TempDir final Path folder) throws Exception {
    stage = new HubStage(folder);
  }

  @AfterAll
  void lower() throws Exception {
    stage.close();
  }

  // ---- packages -------------------------------------------------------------------------------

  @Test
  void the_older_client_for_node_works_with_our_connection_string() throws Exception {
    new OldNodeClient(stage).works();
  }

  @Test
  void the_published_client_for_java_works_with_our_connection_string() throws Exception {
    new OldJavaClient(stage).works();
  }

  // ---- a pass-through -------------------------------------------------------------------------

  // A4-15, A4-16, A4-17, A4-18: a hub that is in use passes on what comes with a handle, to the
  // platform of the handle, and keeps nothing of it; its own registrations and settings stay.
  // A4-30: a call goes to the topic with the suffix `.voip`, also where the hub's bundle id has
  // none.
  @Test
  void a_hub_passes_calls_on_to_the_handles_that_come_with_them() throws Exception {
    final var hub = stage.hub("calls");
    final var phone = stage.theatre.apple.newToken(HubStage.BUNDLE + ".voip", false);
    final var droid = stage.android();
    final var registered = stage.iphone();
    final var list = new DirectCalls.Request("GET", "/calls/registrations", "", Map.of());
    try (var full = new DirectCalls(stage, hub, HubStage.FULL);
        var send = new DirectCalls(stage, hub, HubStage.SEND)) {
      full.register("kept", registered);
      final var before = full.answer(list).body();
      final var call =
          "{\"aps\":{},\"data\":{\"eventId\":107,\"callId\":\"%s\",\"displayName\":\"Zo\u00eb\"}}"
              .formatted(UUID.randomUUID());
      final var voip =
          Map.of(
              "ServiceBusNotification-Format", "apple",
              "ServiceBusNotification-Apns-Push-Type", "voip",
              "ServiceBusNotification-DeviceHandle", phone);
      final var direct = new DirectCalls.Request("POST", "/calls/messages?direct", call, voip);
      assertEquals(201, send.answer(direct).statusCode());
      final var push =
          stage.theatre.apple.awaitPushes(phone, 1, AcrossProcesses.PATIENCE).getFirst();
      assertEquals(200, push.status(), push.toString());
      assertEquals(HubStage.BUNDLE + ".voip", push.header("apns-topic"));
      assertEquals("voip", push.header("apns-push-type"));
      assertEquals(call, push.payload());

      final var message = "{\"message\":{\"data\":{\"eventId\":\"107\"}}}";
      final var google =
          Map.of(
              "ServiceBusNotification-Format",
              "fcmv1",
              "ServiceBusNotification-DeviceHandle",
              droid);
      assertEquals(
          201,
          send.answer(new DirectCalls.Request("POST", "/calls/messages?direct", message, google))
              .statusCode());
      AcrossProcesses.get(
          "the message", () -> stage.google.messages(droid).isEmpty() ? null : true);
      assertEquals("107", stage.google.messages(droid).getFirst().data("eventId"));

      final var without = Map.of("ServiceBusNotification-Format", "apple");
      assertEquals(
          400,
          send.answer(new DirectCalls.Request("POST", "/calls/messages?direct", call, without))
              .statusCode(),
          "a handle comes with each request: none is remembered");
      assertEquals(DirectCalls.still(before), DirectCalls.still(full.answer(list).body()));
      assertEquals(0, stage.taken(registered));
    }
  }

  // ---- explain --------------------------------------------------------------------------------

  // Who was matched and by which tag, who was not and why, what the service answered, by HTTP and
  // by the command.
  @Test
  void explain_says_for_whom_a_notification_was_and_why_a_handle_got_nothing() throws Exception {
    final var hub = stage.hub("explained");
    final var told = stage.iphone();
    final var muted = stage.iphone();
    final var gone = stage.iphone();
    final var later = stage.iphone();
    try (var full = new DirectCalls(stage, hub, HubStage.FULL)) {
      full.register("told", told, "sport");
      full.register("muted", muted, "sport", "muted");
      full.register("gone", gone, "sport");
      stage.theatre.apple.put(
          new DeviceToken(
              gone, HubStage.BUNDLE, false, DeviceToken.State.UNREGISTERED, Instant.now()));
      final var sent =
          full.answer(
              new DirectCalls.Request(
                  "POST",
                  "/explained/messages",
                  "{\"aps\":{\"alert\":\"Goal\"}}",
                  Map.of(
                      "ServiceBusNotification-Format", "apple",
                      "ServiceBusNotification-Tags", "sport && !muted")));
      assertEquals(201, sent.statusCode(), sent.body());
      full.register("later", later, "sport");
      final var location = sent.headers().firstValue("Location").orElseThrow();
      final var id = location.replaceFirst(".*/messages/", "").replaceFirst("[?].*", "");
      final var path = "/v1/sends/" + id + "/registrations";
      final var one = settled(path + "?target=" + told);
      assertEquals("told", one.path("standing").asText(), one.toString());
      assertEquals("told", one.path("registration").asText(), one.toString());
      assertEquals("[\"sport\"]", one.path("carries").toString());
      assertEquals("handed-over", one.path("tries").path(0).path("outcome").asText());
      final var dead = settled(path + "?target=" + gone);
      assertEquals("RV-203", dead.path("tries").path(0).path("why").path("code").asText());
      assertTrue(dead.has("removedAt"), dead.toString());
      assertEquals(
          404, stage.theatre.send("GET", path + "?target=" + "ab".repeat(32), "").statusCode());

      final var ofMuted = stage.theatre.command("explain", id, "--target", muted);
      assertTrue(
          ofMuted.contains("Not matched, because of its tags: it has the tag muted"), ofMuted);
      final var all = stage.theatre.command("explain", id);
      assertTrue(all.contains("registration told (apns, "), all);
      assertTrue(all.contains("Matched: it has the tag sport and has not the tag muted."), all);
      assertTrue(all.contains("it was registered after the send was accepted"), all);
    }
  }

  private JsonNode settled(final String path) throws Exception {
    return AcrossProcesses.get(
        "the end of " + path,
        () -> {
          final var one = stage.theatre.call("GET", path, "").path("registrations").path(0);
          return one.path("settled").asBoolean() ? one : null;
        });
  }

  // ---- recorded requests ----------------------------------------------------------------------

  private HubClientPlay play(final JsonNode hub, final JsonNode other, final boolean lenient)
      throws Exception {
    final var name = hub.path("name").asText();
    return new HubClientPlay(
        stage.api(),
        stage.trusting(),
        new HubClientValues(
            stage.api(),
            name,
            POLICIES,
            Map.of(
                "full", HubStage.key(hub, HubStage.FULL),
                "send", HubStage.key(hub, HubStage.SEND),
                "listen", HubStage.key(hub, HubStage.LISTEN),
                "other", HubStage.key(other, HubStage.FULL))),
        lenient);
  }

  @Test
  void what_clients_were_recorded_to_send_is_answered_as_they_read_it() throws Exception {
    final var hub = stage.hub("devices");
    final var answers = JSON.createObjectNode();
    for (final var client :
        JSON.readTree(RECORDED.resolve("hub-clients.json").toFile()).get("clients")) {
      try (var play = play(hub, hub, false)) { // a client of its own, with a connection of its own
        answers.set(client.get("client").asText(), play.play(client));
      }
    }
    compare("hub-client-answers.json", answers);
  }

  @Test
  void bad_input_gets_its_own_answer_and_changes_nothing() throws Exception {
    final var hub = stage.hub("recorded");
    final var other = stage.hub("other");
    final var parts = JSON.readTree(RECORDED.resolve("hub-bad-input.json").toFile());
    final var answers = JSON.createObjectNode();
    try (var play = play(hub, other, false)) {
      final var made = play.play(parts.get("before"));
      made.forEach(answer -> assertEquals(200, answer.get("status").asInt(), made::toPrettyString));
      final var before = play.play(parts.get("list"));
      for (final var part : parts.get("parts")) {
        answers.set(part.get("client").asText(), play.play(part));
      }
      assertEquals(before, play.play(parts.get("list")), "what is there before and after");
    }
    compare("hub-bad-input-answers.json", answers);
    answers
        .properties()
        .forEach(part ->
            part.getValue()
                .properties()
                .forEach(one -> isRefused(part.getKey() + ", " + one.getKey(), one.getValue())));
    assertEquals(List.of(), stage.theatre.apple.pushes("a1b2c3d4e5f60718293a4b5c6d7e8f90"));
  }

  /// The readers alone meet a million of them in a test of their own.
  @Test
  void requests_with_changes_at_random_are_answered_as_planned() throws Exception {
    final var hub = stage.theatre.call("POST", "/v1/hubs", Map.of("name", "mutated"));
    final var parts = new ArrayList<JsonNode>();
    final var bad = JSON.readTree(RECORDED.resolve("hub-bad-input.json").toFile());
    JSON.readTree(RECORDED.resolve("hub-clients.json").toFile()).get("clients").forEach(parts::add);
    bad.get("parts").forEach(parts::add);
    final int times = Boolean.getBoolean("reveille.long") ? 100_000 : 600;
    try (var play = play(hub, hub, true)) {
      final int refused = new HubMutations(parts).play(play, times);
      assertTrue(refused > times / 2 && refused < times, () -> refused + " are refused");
    }
  }

  /// One client reads nothing but `Detail`, another wants `Code` before it.
  private static void isRefused(final String name, final JsonNode answer) {
    final int status = answer.get("status").asInt();
    assertEquals(4, status / 100, () -> name + ": " + answer);
    assertTrue(
        answer
            .path("body")
            .asText()
            .matches(
                ("<Error><Code>%d</Code><Detail>%d\\d\\d: .*\\.TrackingId:<guid>,TimeStamp:<moment>"
                        + "</Detail></Error>")
                    .formatted(status, status)),
        () -> name + ": " + answer);
  }

  /// With `-Dreveille.record=true` the answers of this server become the recorded ones.
  private static void compare(final String file, final ObjectNode answers) throws IOException {
    final var path = RECORDED.resolve(file);
    if (Boolean.getBoolean("reveille.record")) {
      Files.writeString(
          path, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answers) + "\n");
    }
    final var recorded = JSON.readTree(path.toFile());
    final var found = new ArrayList<String>();
    for (final var part : names(recorded, answers)) {
      for (final var name : names(recorded.path(part), answers.path(part))) {
        final var was = recorded.path(part).path(name);
        final var is = answers.path(part).path(name);
        if (!was.equals(is)) {
          found.add(part + ", " + name + ":\n  recorded " + was + "\n  answered " + is);
        }
      }
    }
    assertEquals(0, found.size(), () -> found.size() + " differ:\n" + String.join("\n", found));
  }

  private static TreeSet<String> names(final JsonNode one, final JsonNode other) {
    final var names = new TreeSet<String>();
    one.fieldNames().forEachRemaining(names::add);
    other.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
