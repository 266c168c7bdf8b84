package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What the packaged server says to phones, live and through Apple and Google, is what the
/// published schemas say; and what they refuse of a phone, the server refuses.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchemaStory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TO_PHONE = "frames-to-the-phone";
  private static final String FROM_PHONE = "frames-from-the-phone";
  private static final String ENVELOPE = "push-envelope";

  /// An X25519 public key: the base point's double would do as well, the server only seals for it.
  private static final String CONTENT_KEY = "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo";

  private Theatre theatre;
  private Schemas schemas;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre();
    theatre.switchPush(true);
    schemas = new Schemas();
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
  }

  private static Map<String, Object> alert() {
    return Map.of(
        "class", "alert",
        "type", "voicemail",
        "collapse", "voicemail",
        "content",
            Map.of("title", "Carol", "text", "0:42 minutes", "data", Map.of("k", "a value")));
  }

  private static final Map<String, Object> CHANGE =
      Map.of("class", "change", "folders", List.of("INBOX"));

  private static final Map<String, Object> SILENT =
      Map.of("class", "silent", "content", Map.of("data", Map.of("k", "a value")));

  @Test
  void every_frame_of_the_live_channel_is_as_its_schema_says() throws Exception {
    try (var phone = phone("frames")) {
      final var frames = phone.socket();
      frames.next("caught-up");
      theatre.message("frames", "Hello");
      frames.next("entry");
      theatre.event("frames", alert());
      frames.next("entry");
      theatre.event("frames", SILENT);
      frames.next("entry");
      theatre.event("frames", CHANGE);
      frames.next("change");
      final var cancelled = theatre.ring("frames", "call", true);
      frames.next("call");
      theatre.call("POST", "/v1/calls/" + cancelled + "/cancel", "");
      frames.next("call-over");
      final var answered = theatre.ring("frames", "call", false);
      frames.next("call");
      frames.send("{\"frame\":\"answer\",\"call\":\"" + answered + "\",\"id\":\"1\"}");
      assertEquals("answered", frames.next("done").at("/call/how").asText());
      frames.send("{\"frame\":\"decline\",\"call\":\"" + cancelled + "\",\"id\":\"2\"}");
      assertEquals("cancelled", frames.next("error").at("/call/how").asText());
      frames.send("{\"frame\":\"resume\",\"cursor\":\"1-1\"}");
      frames.next("gap");
      frames.next("caught-up");

      final var kinds = new TreeSet<String>();
      for (final var frame : frames.history()) {
        kinds.add(frame.get("frame").asText() + "/" + frame.path("class").asText());
        assertEquals(List.of(), schemas.faults(TO_PHONE, frame), frame::toString);
      }
      assertEquals(
          Set.of(
              "welcome/",
              "caught-up/",
              "entry/message",
              "entry/alert",
              "entry/silent",
              "change/change",
              "call/",
              "call-over/",
              "done/",
              "error/",
              "gap/"),
          kinds);

      final var inbox = phone.send("GET", "/inbox?after=1-1", "");
      for (final var entry : JSON.readTree(inbox.body()).get("entries")) {
        assertEquals(List.of(), schemas.faults(TO_PHONE, entry), entry::toString);
      }
    }
  }

  private WebPhone phone(final String user) throws Exception {
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    final var code =
        theatre.call("POST", "/v1/users/" + user + "/codes", Map.of("app", Theatre.APP));
    return new WebPhone(
            theatre.address("devices"), Packaged.trusting(Files.readString(theatre.authority())))
        .register(code.get("code").asText());
  }

  @Test
  void every_push_that_arrives_at_apple_is_as_its_schema_says() throws Exception {
    for (final var user : List.of("apple", "apple-sealed")) {
      // of pushes that show nothing one leaves for a phone in 20 minutes
      final var other = "other-" + user;
      for (final var phone :
          List.of(theatre.phone(user, kind -> kind), theatre.phone(other, kind -> kind))) {
        if (user.endsWith("sealed")) {
          theatre.asPhone(phone, "PATCH", "/installation", Map.of("contentKey", CONTENT_KEY));
        }
      }
      final var classes = new TreeSet<String>();
      events(
          user,
          other,
          event -> {
            final var payload = theatre.payload(theatre.pushOf(event));
            classes.add(payload.at("/reveille/class").asText());
            assertEquals(List.of(), schemas.faults("apple-payload", payload), payload::toString);
            assertEquals(List.of(), schemas.faults(ENVELOPE, payload.get("reveille")));
          });
      assertEquals(Set.of("call", "message", "alert", "change", "silent"), classes);
    }
  }

  private interface Inspection {
    void at(String event) throws Exception;
  }

  /// Hands in an event of each class and looks at each before the next one comes. What wakes the
  /// app is last: an app that is awake has the next message before its push leaves, which is not
  /// sent then.
  ///
  /// @param other gets the silent one
  private void events(final String user, final String other, final Inspection look)
      throws Exception {
    look.at(theatre.message(user, "Hello"));
    look.at(theatre.event(user, alert()));
    look.at(theatre.event(user, CHANGE));
    look.at(theatre.event(other, SILENT));
    look.at(theatre.eventOf(theatre.ring(user, "call", true)));
  }

  @Test
  void every_message_that_arrives_at_google_is_as_its_schema_says() throws Exception {
    try (var android = new AndroidStage(theatre)) {
      android.switchPush(true);
      final var phone = android.phone("google");
      final var classes = new TreeSet<String>();
      events(
          "google",
          "google",
          event -> {
            final var data = android.messageOf(event).message().get("data");
            assertEquals(List.of(), schemas.faults("google-data", data), data::toString);
            final var envelope = JSON.readTree(data.get("reveille").asText());
            classes.add(envelope.get("class").asText());
            assertEquals(List.of(), schemas.faults(ENVELOPE, envelope), envelope::toString);
          });
      assertEquals(Set.of("call", "message", "alert", "change", "silent"), classes);
      // A phone that the first call woke hears of the end by its channel, and needs no push: its
      // system has frozen this one.
      phone.foreground();
      AcrossProcesses.get(
          "its channel", () -> theatre.presence("google").equals("available") ? true : null);
      phone.freeze();
      final var call = theatre.ring("google", "call", false);
      android.messageOf(theatre.eventOf(call));
      theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
      final var end =
          AcrossProcesses.get(
              "the call's end",
              () ->
                  android.google.messages("").stream()
                      .map(message -> message.data("reveille"))
                      .filter(text -> text.contains("call-end") && text.contains(call))
                      .findFirst()
                      .orElse(null));
      assertEquals(List.of(), schemas.faults(ENVELOPE, JSON.readTree(end)), end);
      phone.thaw();
    }
  }

  @Test
  void a_broken_push_is_told_from_a_good_one() throws Exception {
    theatre.phone("broken", kind -> kind);
    final var call = theatre.ring("broken", "call", false);
    final var good = theatre.payload(theatre.pushOf(theatre.eventOf(call)));
    assertEquals(List.of(), schemas.faults("apple-payload", good));
    broken(good, envelope -> envelope.remove("class"));
    broken(good, envelope -> envelope.remove("call"));
    broken(good, envelope -> envelope.put("call", "0b0c7bb2"));
    broken(good, envelope -> envelope.put("class", "ring"));
    broken(good, envelope -> envelope.put("class", "message"));
    broken(good, envelope -> envelope.put("expires", "soon"));
    broken(good, envelope -> envelope.put("v", 2));
    broken(good, envelope -> envelope.put("how", "answered"));
    broken(good, envelope -> envelope.put("undocumented", "field"));
  }

  private void broken(final JsonNode good, final Consumer<ObjectNode> breaking) {
    final ObjectNode payload = good.deepCopy();
    breaking.accept((ObjectNode) payload.get("reveille"));
    assertNotEquals(List.of(), schemas.faults("apple-payload", payload), payload::toString);
  }

  @Test
  void what_the_schema_refuses_of_a_phone_the_server_refuses_too() throws Exception {
    final var uuid = "0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10";
    final var frames = new HashMap<String, Boolean>();
    frames.put("{\"frame\":\"state\",\"state\":\"locked\"}", true);
    frames.put("{\"frame\":\"state\",\"state\":\"asleep\"}", false);
    frames.put("{\"frame\":\"state\"}", false);
    frames.put("{\"frame\":\"state\",\"state\":\"locked\",\"why\":\"x\"}", false);
    frames.put("{\"frame\":\"ack\",\"upTo\":\"1-1\",\"events\":[\"1-1\"]}", false);
    frames.put("{\"frame\":\"ack\"}", false);
    frames.put("{\"frame\":\"mark\",\"mark\":\"seen\",\"events\":[\"1-1\"]}", false);
    frames.put("{\"frame\":\"answer\",\"call\":\"" + uuid + "\"}", true);
    frames.put("{\"frame\":\"answer\",\"call\":\"4711\"}", false);
    frames.put("{\"frame\":\"decline\",\"call\":\"" + uuid + "\",\"everywhere\":\"yes\"}", false);
    frames.put("{\"frame\":\"decline\",\"call\":\"" + uuid + "\",\"everywhere\":false}", true);
    frames.put("{\"frame\":\"read\",\"upTo\":\"1-1\"}", false);
    frames.put("{\"frame\":\"resume\"}", true);
    frames.put("{\"frame\":\"pong\",\"id\":\"7\"}", true);
    frames.put("{\"frame\":\"dance\"}", false);
    try (var phone = phone("strict")) {
      final var channel = phone.socket();
      channel.next("caught-up");
      for (final var one : frames.entrySet()) {
        final var frame = JSON.readTree(one.getKey());
        assertEquals(one.getValue(), schemas.faults(FROM_PHONE, frame).isEmpty(), one.getKey());
        final int from = channel.history().size();
        channel.send(one.getKey());
        channel.send("{\"frame\":\"state\",\"state\":\"foreground\",\"id\":\"after\"}");
        while (!channel.next("done").path("id").asText().equals("after")) {}
        final var said = channel.history().subList(from, channel.history().size()).toString();
        final boolean refused = said.contains("RV-101") || said.contains("RV-102");
        assertEquals(one.getValue(), !refused, one.getKey() + " -> " + said);
      }
      assertTrue(
          schemas
              .faults(FROM_PHONE, JSON.readTree("{\"frame\":\"hello\",\"state\":\"foreground\"}"))
              .isEmpty());
    }
  }
}
