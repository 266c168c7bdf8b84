package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.google.ArrivedMessage;
import dev.reveille.simulators.google.GoogleReason;
import dev.reveille.simulators.google.RegistrationToken;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.service.Fault;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Cisco text again, for Android: the same states and the same table, with Google's cloud.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AndroidStory {
  private static final Duration TAPS_AFTER = Duration.ofMillis(100);
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| ([^|]+ on [^|]+) \\| [^|]+ \\| `(\\w+)` \\| (\\w+) \\| `(\\w+)` \\|$");

  private Theatre theatre;
  private AndroidStage stage;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre();
    stage = new AndroidStage(theatre);
  }

  @AfterAll
  void lower() throws Exception {
    stage.close();
    theatre.close();
  }

  @AfterEach
  void putBack() {
    stage.google.clearFaults();
  }

  private static int seconds(final ArrivedMessage message) {
    return Integer.parseInt(message.ttl().replace("s", ""));
  }

  // C2-02: each of the two clouds has a sender and a switch of its own.
  @Test
  @Order(1)
  void googles_cloud_has_a_switch_of_its_own() throws Exception {
    theatre.switchPush(true);
    final var phone = stage.phone("switch");
    final var before = theatre.trail(theatre.message("switch", "too early"), phone);
    assertEquals("RV-311", before.at("/why/code").asText());
    stage.switchPush(true);
    assertEquals(200, stage.messageOf(theatre.message("switch", "not too early")).status());
  }

  // C2-02: a call to a user with both kinds of phone leaves through both clouds; each rings once.
  @Test
  @Order(2)
  void a_call_reaches_an_iphone_and_an_android_phone_of_the_same_user() throws Exception {
    theatre.phone("both", kind -> kind);
    stage.phone("both");
    final int from = theatre.now();
    final var call = theatre.ring("both", "call", false);
    final var event = theatre.eventOf(call);
    theatre.pushOf(event);
    stage.messageOf(event);
    AcrossProcesses.get("two rings", () -> theatre.count(from, "both", "rang") == 2 ? true : null);
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    AcrossProcesses.get(
        "silence", () -> theatre.count(from, "both", "ring-over") == 2 ? true : null);
    assertEquals(2, theatre.count(from, "both", "rang"));
  }

  // C2-04: suspended and background are one state, on Android as on iOS.
  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"background", "locked", "screen-off", "suspended"})
  void any_one_of_them_makes_an_android_app_suspended(final String word) throws Exception {
    final var phone = stage.phone("state-" + word);
    theatre.open("state-" + word, phone);
    phone.suspendButStayConnected(word);
    AcrossProcesses.get(
        "away", () -> theatre.presence("state-" + word).equals("away") ? true : null);
    final var event = theatre.message("state-" + word, "are you there");
    assertEquals("push", theatre.trail(event, phone).get("decision").asText());
    assertEquals(200, stage.messageOf(event).status());
  }

  // C2-23: on Android calls and messages have channels of their own and share the token.
  @Test
  @Order(2)
  void both_channels_of_an_android_phone_share_its_token() throws Exception {
    final var phone = stage.phone("channels");
    final var addresses =
        theatre.call("GET", "/v1/installations/" + phone.installation(), "").get("addresses");
    final Set<String> channels =
        addresses
            .valueStream()
            .map(one -> one.get("service").asText() + " " + one.get("channel").asText())
            .collect(Collectors.toSet());
    assertEquals(Set.of("fcm voip", "fcm message"), channels);
    final Set<String> tokens =
        addresses
            .valueStream()
            .map(one -> one.get("fingerprint").asText())
            .collect(Collectors.toSet());
    assertEquals(1, tokens.size());
    final var call = theatre.ring("channels", "call", false);
    final var ring = stage.messageOf(theatre.eventOf(call));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    assertEquals(ring.token(), stage.messageOf(theatre.message("channels", "hello")).token());
  }

  // C2-31: a call to an open Android app goes both ways at once and rings once.
  @Test
  @Order(3)
  void a_call_to_an_open_app_goes_both_ways_and_rings_once() throws Exception {
    final var phone = stage.phone("open-call");
    theatre.open("open-call", phone);
    final int from = theatre.now();
    final var call = theatre.ring("open-call", "call", false);
    theatre.await(from, "open-call", "rang", report -> report.text("call").equals(call));
    final var event = theatre.eventOf(call);
    assertTrue(stage.messageOf(event).data("reveille").contains(call));
    final var trail = theatre.trail(event, phone);
    assertEquals("live-and-push", trail.get("decision").asText());
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    theatre.await(from, "open-call", "ring-over", report -> report.text("call").equals(call));
    assertEquals(1, theatre.count(from, "open-call", "rang"));
    assertEquals(List.of(), phone.counters().violations());
  }

  // C2-31: a message to an open Android app takes the live channel; zero pushes.
  @Test
  @Order(3)
  void a_message_to_an_open_app_makes_no_push() throws Exception {
    final var phone = stage.phone("open-message");
    theatre.open("open-message", phone);
    final int from = theatre.now();
    final var event = theatre.message("open-message", "lunch?");
    theatre.await(from, "open-message", "message", report -> report.text("event").equals(event));
    assertEquals("live-else-push", theatre.trail(event, phone).get("decision").asText());
    assertEquals(List.of(), stage.messagesOf(event));
  }

  // C2-03, C2-40, C2-41, C2-42: the call channel, data only, at high priority, with the caller; the
  // app shows its own call screen.
  @ParameterizedTest
  @Order(4)
  @ValueSource(booleans = {false, true})
  void a_call_to_a_sleeping_phone_rings_by_a_data_message(final boolean video) throws Exception {
    final var user = "sleeping-call-" + video;
    final var phone = stage.phone(user);
    final int from = theatre.now();
    final var handedIn = Instant.now();
    final var call = theatre.ring(user, video ? "video-call" : "call", video);
    final var rang = theatre.await(from, user, "rang", report -> report.text("call").equals(call));
    assertEquals("push", rang.text("via"));
    assertTrue(rang.text("caller").contains("Carol"));
    final var message = stage.messageOf(theatre.eventOf(call));
    assertEquals("HIGH", message.priority());
    assertFalse(message.message().has("notification"), "the app shows it, not the system");
    assertFalse(message.message().path("android").has("notification"));
    assertTrue(seconds(message) <= 20, "it lives no longer than the ring: " + message.ttl());
    final long remained = Duration.between(message.at(), handedIn.plusSeconds(20)).toSeconds();
    assertTrue(seconds(message) >= remained - 1, "and no less: " + message.ttl());
    assertEquals("", message.collapseKey());
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    theatre.await(from, user, "ring-over", report -> report.text("call").equals(call));
    assertEquals(List.of(), phone.counters().violations());
  }

  // C2-40: the end of the ringing comes as a data message of high priority too.
  @Test
  @Order(4)
  void a_call_answered_on_the_iphone_falls_silent_on_the_sleeping_android_phone() throws Exception {
    final var iphone = theatre.phone("elsewhere", kind -> kind);
    stage.phone("elsewhere");
    final int from = theatre.now();
    final var call = theatre.ring("elsewhere", "call", false);
    AcrossProcesses.get(
        "two rings", () -> theatre.count(from, "elsewhere", "rang") == 2 ? true : null);
    iphone.answer(call);
    theatre.await(from, "elsewhere", "ring-over", report -> report.text("how").equals("answered"));
    final var ended =
        AcrossProcesses.get(
            "the end",
            () ->
                stage.google.messages("").stream()
                    .filter(one -> one.data("reveille").contains(call))
                    .filter(one -> one.data("reveille").contains("call-end"))
                    .findFirst()
                    .orElse(null));
    assertEquals("HIGH", ended.priority());
    assertFalse(ended.message().has("notification"));
  }

  // C2-43, C2-44 (and C2-36 to C2-38 for Android): the message channel; a notification appears, the
  // tap opens the app, the session is resumed and the message downloaded from the server. On the
  // way lies Google's cloud.
  @Test
  @Order(4)
  void a_message_to_a_sleeping_phone_waits_for_the_tap() throws Exception {
    final var phone =
        theatre.phone(
            "sleeping-message",
            kind ->
                kind.withGoogle(URI.create(stage.google.control()), AndroidStage.PROJECT)
                    .tapping(TAPS_AFTER));
    theatre.open("sleeping-message", phone);
    theatre.suspend("sleeping-message", phone, "locked");
    final int from = theatre.now();
    final var event = theatre.message("sleeping-message", "see you at eight");
    final var alert =
        theatre.await(
            from, "sleeping-message", "alert", report -> report.text("event").equals(event));
    final var downloaded =
        theatre.await(
            from, "sleeping-message", "message", report -> report.text("event").equals(event));
    assertEquals("Bob", alert.text("title"));
    assertFalse(downloaded.at().isBefore(alert.at().plus(TAPS_AFTER)));
    assertTrue(downloaded.fields().toString().contains("see you at eight"));
    assertEquals(0, phone.counters().gaps(), "resumed, not begun anew");
    assertEquals("HIGH", stage.messageOf(event).priority());
  }

  // C2-45: while suspended the user's presence is Away.
  @Test
  @Order(5)
  void presence_is_away_while_suspended() throws Exception {
    final var phone = stage.phone("presence");
    theatre.open("presence", phone);
    assertEquals("available", theatre.presence("presence"));
    theatre.suspend("presence", phone, "background");
    assertEquals("away", theatre.presence("presence"));
  }

  // C2-46: the documented table of clients, systems and clouds is what routing follows, row by row.
  @Test
  @Order(5)
  void the_documented_table_is_what_routing_follows() throws Exception {
    final var page =
        Files.readString(Packaged.launcher().resolveSibling("docs/protocols/push-payload.md"));
    final var rows = ROW.matcher(page).results().toList();
    assertEquals(4, rows.size(), "rows of the table");
    int number = 0;
    for (final var row : rows) {
      final var app =
          "com.example." + row.group(1).split(" ")[0].toLowerCase(java.util.Locale.ROOT);
      theatre.app(app);
      stage.app(app);
      final var user = "row-" + ++number;
      final boolean android = row.group(2).equals("android");
      theatre.phone(
          user,
          app,
          kind ->
              android
                  ? kind.withGoogle(URI.create(stage.google.control()), AndroidStage.PROJECT)
                  : kind.withPlatform(row.group(2), 18));
      final var event = theatre.message(user, "hello");
      if (row.group(4).equals("fcm")) {
        assertEquals("Google", row.group(3));
        assertEquals(200, stage.messageOf(event).status());
        assertEquals(List.of(), theatre.pushesOf(event));
      } else {
        assertEquals("Apple", row.group(3));
        assertEquals(200, theatre.pushOf(event).status());
        assertEquals(List.of(), stage.messagesOf(event));
      }
    }
  }

  // ---- when Google is not well ------------------------------------------------------------------

  @Test
  @Order(6)
  void a_refusal_that_was_a_delivery_rings_once() throws Exception {
    final var phone = stage.phone("twice");
    final int from = theatre.now();
    stage.google.fault(Fault.answer(GoogleReason.UNAVAILABLE).butDelivered());
    final var call = theatre.ring("twice", "call", false);
    final var event = theatre.eventOf(call);
    AcrossProcesses.get("rang", () -> theatre.count(from, "twice", "rang") > 0 ? true : null);
    final var tries = theatre.trail(event, phone).get("tries").toString();
    assertTrue(tries.contains("503 UNAVAILABLE"), tries);
    // a second try leaves only when the app had not yet said that it has the call
    assertTrue(stage.messagesOf(event).size() <= 2, tries);
    assertEquals(1, theatre.count(from, "twice", "rang"));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
  }

  @Test
  @Order(6)
  void a_ring_is_never_late_whatever_google_asks_to_wait() throws Exception {
    final var phone = stage.phone("late");
    final int from = theatre.now();
    stage.google.fault(Fault.answer(GoogleReason.UNAVAILABLE).withRetryAfter(30).always());
    final var call = UUID.randomUUID().toString();
    final var event =
        theatre.event(
            "late",
            Map.of(
                "class", "call",
                "ringFor", "PT2S",
                "call",
                    Map.of(
                        "id", call, "caller", Map.of("name", "Carol", "address", "sip:c@x.org"))));
    final var tries = theatre.trail(event, phone).get("tries");
    assertEquals(1, stage.messagesOf(event).size(), tries.toString());
    assertTrue(tries.toString().contains("503 UNAVAILABLE"), tries.toString());
    assertEquals(0, theatre.count(from, "late", "rang"));
  }

  @Test
  @Order(6)
  void an_address_that_google_retired_leaves_the_registry() throws Exception {
    final var phone = stage.phone("retired");
    final var token = stage.messageOf(theatre.message("retired", "the first")).token();
    stage.google.put(
        new RegistrationToken(token, AndroidStage.PROJECT, RegistrationToken.State.UNREGISTERED));
    final var dead = theatre.trail(theatre.message("retired", "the second"), phone);
    assertTrue(dead.get("tries").toString().contains("RV-203"), dead.toString());
    final var next =
        AcrossProcesses.get(
            "no address",
            () -> {
              final var trail = theatre.trail(theatre.message("retired", "the third"), phone);
              return trail.at("/why/code").asText().equals("RV-312") ? trail : null;
            });
    assertEquals("suppress", next.get("decision").asText());
  }

  @Test
  @Order(7)
  void the_operator_sees_what_became_of_tries_by_service() throws Exception {
    final var page = theatre.metrics();
    for (final var word : List.of("accepted", "address-retired", "try-again")) {
      final var line =
          Pattern.compile(
              "(?m)^reveille_push_outcomes_total\\{outcome=\""
                  + word
                  + "\",service=\"fcm\"} (\\S+)$");
      final var found = line.matcher(page);
      assertTrue(found.find(), page);
      assertTrue(Double.parseDouble(found.group(1)) >= 1, found.group());
    }
  }

  @Test
  @Order(7)
  void a_key_of_the_old_interface_is_refused_with_what_to_do() throws Exception {
    final var answer =
        theatre.send(
            "PUT",
            "/v1/apps/" + Theatre.APP + "/credentials/fcm",
            Map.of("serviceAccount", "AAAAaBcDeFg:APA91b" + "x".repeat(134)));
    assertEquals(400, answer.statusCode());
    assertTrue(answer.body().contains("switched off in 2024"), answer.body());
    assertTrue(answer.body().contains("generate a new private key"), answer.body());
    assertFalse(answer.body().contains("xxxx"), "the key is not repeated");
  }

  @Test
  @Order(8)
  void credentials_are_written_and_removed_but_never_shown() throws Exception {
    final var shown = theatre.call("GET", "/v1/apps/" + Theatre.APP, "");
    assertTrue(shown.get("credentials").toString().contains("fcm"), shown.toString());
    assertFalse(shown.toString().contains("PRIVATE KEY"));
    final Phone phone = stage.phone("removed");
    theatre.call("DELETE", "/v1/apps/" + Theatre.APP + "/credentials/fcm", "");
    final var trail = theatre.trail(theatre.message("removed", "hello"), phone);
    assertTrue(trail.get("tries").toString().contains("RV-218"), trail.toString());
    stage.app(Theatre.APP);
    assertEquals(200, stage.messageOf(theatre.message("removed", "good evening")).status());
  }
}
