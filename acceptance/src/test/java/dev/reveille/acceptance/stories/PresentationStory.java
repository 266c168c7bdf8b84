package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// How an app's events are shown on its devices: the publisher says it once, each device gets it in
/// its own language.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PresentationStory {
  private static final String WHERE = "/v1/apps/" + Theatre.APP + "/presentation";
  private Theatre theatre;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre();
    theatre.switchPush(true);
  }

  @BeforeEach
  void present() throws Exception {
    theatre.call(
        "PUT",
        WHERE,
        Map.of(
            "defaultLocale",
            "en",
            "styles",
            Map.of(
                "message",
                Map.of(
                    "sound", "ping.caf",
                    "category", "CHAT",
                    "interruption", "time-sensitive",
                    "image", "{data.icon}",
                    "words",
                        Map.of(
                            "en", Map.of("title", "{title} writes", "body", "{text}"),
                            "de", Map.of("title", "{title} schreibt", "body", "{text}"))),
                "alert/voicemail",
                Map.of(
                    "titleKey", "VOICEMAIL_TITLE",
                    "titleArgs", List.of("{title}"),
                    "bodyKey", "VOICEMAIL_BODY",
                    "sound", ""))));
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
  }

  private JsonNode pushed(final String user, final Map<String, Object> what) throws Exception {
    return theatre.payload(theatre.pushOf(theatre.event(user, what)));
  }

  private static Map<String, Object> chat(final String text) {
    return Map.of(
        "class",
        "message",
        "conversation",
        "team",
        "content",
        Map.of(
            "title", "Bob", "text", text, "data", Map.of("icon", "https://example.com/bob.png")));
  }

  // A4-06: a push shows a dialog, plays a sound, or shows the incoming call.
  @Test
  void a_push_shows_a_dialog_plays_a_sound_or_shows_the_incoming_call() throws Exception {
    theatre.phone("kinds", kind -> kind);
    final int from = theatre.now();
    final var event = theatre.event("kinds", chat("look at this"));
    final var dialog =
        theatre.await(from, "kinds", "alert", report -> report.text("event").equals(event));
    assertEquals("Bob writes", dialog.text("title"));
    assertEquals("look at this", dialog.text("text"));
    final var aps = theatre.payload(theatre.pushOf(event)).get("aps");
    assertEquals("ping.caf", aps.get("sound").asText());
    final var call = theatre.ring("kinds", "call", false);
    theatre.await(from, "kinds", "rang", report -> report.text("call").equals(call));
    assertEquals(
        "voip",
        theatre.pushOf(theatre.eventOf(call)).header("apns-push-type"),
        "a call of its own");
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
  }

  // L1-01: a push takes the form of badge, icon and alert; the publisher chooses which.
  @Test
  void a_push_takes_the_form_of_badge_icon_and_alert() throws Exception {
    theatre.phone("forms", kind -> kind);
    final var push = pushed("forms", chat("the first"));
    assertEquals(1, push.at("/aps/badge").asInt());
    assertEquals("https://example.com/bob.png", push.at("/reveille/image").asText());
    assertEquals(1, push.at("/aps/mutable-content").asInt(), "the app's extension fetches it");
    assertEquals("the first", push.at("/aps/alert/body").asText());
    assertEquals("CHAT", push.at("/aps/category").asText());
    assertEquals("time-sensitive", push.at("/aps/interruption-level").asText());
    assertEquals("team", push.at("/aps/thread-id").asText(), "the thread is the conversation");
    theatre.call(
        "PUT", WHERE, Map.of("styles", Map.of("message", Map.of("badge", false, "thread", ""))));
    final var without = pushed("forms", chat("the second"));
    assertTrue(without.at("/aps/badge").isMissingNode());
    assertTrue(without.at("/aps/thread-id").isMissingNode());
    assertEquals("Bob", without.at("/aps/alert/title").asText());
  }

  @Test
  void each_device_is_told_in_its_own_language() throws Exception {
    final var phone =
        theatre.phone("tongue", kind -> kind.withAttributes(Map.of("locale", "de-AT")));
    assertEquals(
        "Bob schreibt", pushed("tongue", chat("in German")).at("/aps/alert/title").asText());
    theatre.asPhone(phone, "PATCH", "/installation", Map.of("locale", "fr-CA"));
    assertEquals(
        "Bob writes", pushed("tongue", chat("in English")).at("/aps/alert/title").asText());
  }

  @Test
  void the_apps_own_texts_are_named() throws Exception {
    theatre.phone("named", kind -> kind);
    final var push =
        pushed(
            "named",
            Map.of(
                "class", "alert",
                "type", "voicemail",
                "content", Map.of("title", "Carol", "text", "0:42 minutes")));
    final var alert = push.at("/aps/alert");
    assertEquals("VOICEMAIL_TITLE", alert.get("title-loc-key").asText());
    assertEquals("Carol", alert.at("/title-loc-args/0").asText());
    assertEquals("VOICEMAIL_BODY", alert.get("loc-key").asText());
    assertFalse(alert.has("body"));
    assertTrue(push.at("/aps/sound").isMissingNode(), "it is to make no sound");
  }

  @Test
  void a_mistake_is_refused_before_a_device_sees_it() throws Exception {
    final var refused =
        theatre.send(
            "PUT",
            WHERE,
            Map.of(
                "defaultLocale",
                "en",
                "styles",
                Map.of("message", Map.of("words", Map.of("en", Map.of("body", "{txt}"))))));
    assertEquals(400, refused.statusCode());
    assertTrue(
        refused.body().contains("styles.message.words.en.body: there is no {txt} here"),
        refused.body());
  }
}
