package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.phone.Phone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Cisco text: foreground and suspended, VoIP and Message channels, the behaviour table,
/// presence, resume and download. Here for Apple's devices; [AndroidStory] plays the same table for
/// Google's.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CiscoStory {
  private static final Duration TAPS_AFTER = Duration.ofMillis(100);

  @AutoClose private final Theatre theatre = Theatres.open();

  // C2-01, L1-16: one switch for the cluster, off until an operator switches it on.
  @Test
  @Order(1)
  void push_is_off_until_the_one_switch_is_on() throws Exception {
    final var phone = theatre.phone("switch", kind -> kind);
    final var before = theatre.message("switch", "too early");
    final var trail = theatre.trail(before, phone);
    assertEquals("suppress", trail.get("decision").asText());
    assertEquals("RV-311", trail.at("/why/code").asText());
    assertTrue(
        trail.at("/why/remedy").asText().contains("reveille settings set push-notification"));
    assertEquals(List.of(), theatre.pushesOf(before));
    theatre.switchPush(true);
    theatre.pushOf(theatre.message("switch", "not too early"));
  }

  // C2-04, C2-16, C2-17, C2-18, C2-19: any one of off screen, locked, screen off is suspended.
  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"background", "locked", "screen-off"})
  void any_one_of_three_makes_an_app_suspended(final String word) throws Exception {
    final var phone = theatre.phone("state-" + word, kind -> kind);
    theatre.open("state-" + word, phone);
    phone.suspendButStayConnected(word);
    AcrossProcesses.get(
        "away", () -> theatre.presence("state-" + word).equals("away") ? true : null);
    final var event = theatre.message("state-" + word, "are you there");
    assertEquals("push", theatre.trail(event, phone).get("decision").asText());
    assertEquals(word, theatre.trail(event, phone).at("/known/reported").asText());
    theatre.pushOf(event);
  }

  // C2-20: a stopped client is handled like a suspended one. C2-10: it gave us its platform token
  // at start-up.
  @Test
  @Order(2)
  void a_stopped_client_is_pushed_to() throws Exception {
    final var phone = theatre.phone("stopped", kind -> kind);
    theatre.open("stopped", phone);
    phone.loseNetwork();
    AcrossProcesses.get("away", () -> theatre.presence("stopped").equals("away") ? true : null);
    theatre.pushOf(theatre.message("stopped", "hello"));
  }

  // C2-05, C2-15: suspended, it stays reachable by the other channel, again and again.
  @Test
  @Order(2)
  void a_suspended_phone_stays_reachable() throws Exception {
    theatre.phone("reachable", kind -> kind);
    for (int i = 0; i < 3; i++) {
      assertEquals(200, theatre.pushOf(theatre.message("reachable", "message " + i)).status());
    }
  }

  // C2-12, C2-26, C2-27, C2-28 and for newer systems C2-31: live channel and push at once, one
  // ring.
  @ParameterizedTest
  @Order(3)
  @ValueSource(ints = {12, 18})
  void a_call_to_an_open_app_goes_both_ways_and_rings_once(final int ios) throws Exception {
    final var user = "open-call-" + ios;
    final var phone = theatre.phone(user, kind -> kind.withPlatform("ios", ios));
    theatre.open(user, phone);
    final int from = theatre.now();
    final var call = theatre.ring(user, "call", false);
    theatre.await(from, user, "rang", report -> report.text("call").equals(call));
    final var event = theatre.eventOf(call);
    final var push = theatre.pushOf(event);
    assertEquals("voip", push.header("apns-push-type"));
    assertTrue(
        push.payload().contains(call),
        "the push carries the same call UUID, so that the app folds it");
    final var trail = theatre.trail(event, phone);
    assertEquals("live-and-push", trail.get("decision").asText());
    final Set<String> ways =
        trail
            .get("tries")
            .valueStream()
            .map(each -> each.get("way").asText())
            .collect(Collectors.toSet());
    assertTrue(ways.containsAll(Set.of("live", "push")), "the explanation shows both: " + ways);
    assertFalse(trail.path("acknowledgedAt").isMissingNode(), "the live channel carried the call");
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    theatre.await(from, user, "ring-over", report -> report.text("call").equals(call));
    assertEquals(1, theatre.count(from, user, "rang"));
    assertEquals(List.of(), phone.counters().violations());
  }

  // C2-29, C2-30, C2-31: a message to an open app takes the live channel; zero pushes.
  @ParameterizedTest
  @Order(3)
  @ValueSource(ints = {12, 18})
  void a_message_to_an_open_app_makes_no_push(final int ios) throws Exception {
    final var user = "open-message-" + ios;
    final var phone = theatre.phone(user, kind -> kind.withPlatform("ios", ios));
    theatre.open(user, phone);
    final int from = theatre.now();
    final var event = theatre.message(user, "lunch?");
    theatre.await(from, user, "message", report -> report.text("event").equals(event));
    final var trail = theatre.trail(event, phone);
    assertEquals("live-else-push", trail.get("decision").asText());
    assertFalse(trail.path("acknowledgedAt").isMissingNode());
    assertEquals(List.of(), theatre.pushesOf(event));
  }

  // C2-13, C2-14: a frozen channel delivers nothing; without acknowledgement the push goes out.
  @Test
  @Order(3)
  void nothing_counts_as_delivered_on_a_frozen_channel() throws Exception {
    final var phone = theatre.phone("frozen", kind -> kind);
    theatre.open("frozen", phone);
    phone.freeze();
    final var event = theatre.message("frozen", "still there?");
    final var tries = theatre.trail(event, phone).get("tries");
    assertEquals("live", tries.at("/0/way").asText(), tries.toString());
    assertEquals("unacknowledged", tries.at("/0/outcome").asText(), tries.toString());
    theatre.pushOf(event);
    phone.thaw();
  }

  // C2-32, C2-33, C2-25: iOS 12, one channel for calls and messages; the call rings by itself.
  @Test
  @Order(4)
  void ios_12_has_one_channel_for_calls_and_messages() throws Exception {
    final var phone = theatre.phone("twelve", kind -> kind.withPlatform("ios", 12));
    final int from = theatre.now();
    final var call = theatre.ring("twelve", "call", false);
    theatre.await(from, "twelve", "rang", report -> report.text("call").equals(call));
    final var ringPush = theatre.pushOf(theatre.eventOf(call));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    theatre.await(from, "twelve", "ring-over", report -> report.text("call").equals(call));
    theatre.suspend("twelve", phone, "locked"); // the ring had brought the app to the foreground
    final var message = theatre.pushOf(theatre.message("twelve", "hello"));
    assertEquals(ringPush.token(), message.token());
    assertEquals(List.of(), phone.counters().violations());
  }

  // C2-03, C2-23, C2-40, C2-41, C2-42: channel VoIP, CallKit with the caller's id at once; voice
  // and video alike.
  @ParameterizedTest
  @Order(4)
  @ValueSource(booleans = {false, true})
  void a_call_to_a_sleeping_phone_rings_by_the_voip_channel(final boolean video) throws Exception {
    final var user = "sleeping-call-" + video;
    final var phone = theatre.phone(user, kind -> kind);
    final var message = messageTo(user, phone); // before the ring, which wakes the app
    final int from = theatre.now();
    final var call = theatre.ring(user, video ? "video-call" : "call", video);
    final var rang = theatre.await(from, user, "rang", report -> report.text("call").equals(call));
    final var push = theatre.pushOf(theatre.eventOf(call));
    assertEquals("voip", push.header("apns-push-type"));
    assertEquals(Theatre.APP + ".voip", push.header("apns-topic"));
    assertEquals("10", push.header("apns-priority"));
    assertTrue(push.payload().contains("Carol"), "the caller's id travels with the push");
    assertTrue(rang.text("caller").contains("Carol"));
    assertFalse(message.token().equals(push.token()), "messages have a token of their own");
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    assertEquals(
        List.of(), phone.counters().violations(), "a voip push is always a call to report");
  }

  private ArrivedPush messageTo(final String user, final Phone phone) throws Exception {
    final var message = theatre.pushOf(theatre.message(user, "to " + phone.installation()));
    assertEquals("alert", message.header("apns-push-type"));
    return message;
  }

  // C2-24: whatever the channel, each stage of the one way through the server counts it, and the
  // trail tells the same steps.
  @Test
  @Order(4)
  void both_channels_run_through_one_pipeline() throws Exception {
    final var phone = theatre.phone("pipeline", kind -> kind);
    final var before = stages();
    final var call = theatre.ring("pipeline", "call", false);
    final var ofCall = theatre.trail(theatre.eventOf(call), phone);
    final var between = stages();
    final var ofMessage = theatre.trail(theatre.message("pipeline", "good morning"), phone);
    final var after = stages();
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    for (int i = 0; i < before.size(); i++) {
      assertTrue(between.get(i) > before.get(i), "the call at stage " + i);
      assertTrue(after.get(i) > between.get(i), "the message at stage " + i);
    }
    for (final var trail : List.of(ofCall, ofMessage)) {
      assertEquals("push", trail.get("decision").asText());
      final var ways = trail.get("tries").findValuesAsText("way");
      final int push = ways.indexOf("push");
      assertEquals(
          "handed-over", trail.at("/tries/" + push + "/outcome").asText(), trail.toString());
    }
  }

  /// What was taken in, decided, pushed and handed over so far.
  private List<Double> stages() throws Exception {
    final var page = theatre.metrics();
    final var counted = new ArrayList<Double>();
    for (final var stage : List.of("events", "decisions", "pushes", "pushes_handed_over")) {
      final var line = Pattern.compile("(?m)^reveille_" + stage + "_total (\\S+)$").matcher(page);
      assertTrue(line.find(), stage);
      counted.add(Double.parseDouble(line.group(1)));
    }
    return counted;
  }

  // C2-34, C2-36, C2-37, C2-38, C2-43, C2-44: an alert appears, the tap opens the app, the session
  // is resumed and the message downloaded from the server. (C2-35's relay in between belongs to
  // federation; here the server sends to Apple itself.)
  @ParameterizedTest
  @Order(4)
  @ValueSource(ints = {12, 18})
  void a_message_to_a_sleeping_phone_waits_for_the_tap(final int ios) throws Exception {
    final var user = "sleeping-message-" + ios;
    final var phone =
        theatre.phone(user, kind -> kind.withPlatform("ios", ios).tapping(TAPS_AFTER));
    theatre.open(user, phone);
    theatre.suspend(user, phone, "locked");
    final int from = theatre.now();
    final var event = theatre.message(user, "see you at eight");
    final var alert =
        theatre.await(from, user, "alert", report -> report.text("event").equals(event));
    final var downloaded =
        theatre.await(from, user, "message", report -> report.text("event").equals(event));
    theatre.await(from, user, "connected", _ -> true);
    assertFalse(
        downloaded.at().isBefore(alert.at().plus(TAPS_AFTER)),
        "nothing is downloaded before the tap");
    assertTrue(
        downloaded.fields().toString().contains("see you at eight"),
        "the message comes from the server");
    assertEquals(0, phone.counters().gaps(), "resumed, not begun anew");
    assertEquals(0, phone.counters().repeats());
  }

  // C2-39, C2-45: while suspended the user's presence is Away.
  @ParameterizedTest
  @Order(5)
  @ValueSource(ints = {12, 18})
  void presence_is_away_while_suspended(final int ios) throws Exception {
    final var user = "presence-" + ios;
    final var phone = theatre.phone(user, kind -> kind.withPlatform("ios", ios));
    theatre.open(user, phone);
    assertEquals("available", theatre.presence(user));
    theatre.suspend(user, phone, "background");
    assertEquals("away", theatre.presence(user));
  }
}
