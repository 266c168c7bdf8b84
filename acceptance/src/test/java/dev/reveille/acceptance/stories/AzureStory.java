package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The Azure Communication Services text, as far as it speaks of the signalling channel and of
/// push.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AzureStory {
  @AutoClose private final Theatre theatre = Theatres.withPush();

  // A4-01: signalling is pushed over one real-time channel.
  @Test
  void signalling_arrives_over_one_channel() throws Exception {
    final var phone = theatre.phone("signal", kind -> kind);
    theatre.open("signal", phone);
    final int from = theatre.now();
    for (int i = 0; i < 5; i++) {
      final var event = theatre.message("signal", "number " + i);
      theatre.await(from, "signal", "message", report -> report.text("event").equals(event));
    }
    assertEquals(1, phone.counters().connects(), "one channel carried all of it");
    assertEquals(List.of(), phone.counters().violations());
  }

  // A4-02: the app asks for nothing: it opens a channel, says not a word on it, has no other
  // connection, and gets all the same what happens, when it happens.
  @Test
  void an_app_that_never_asks_gets_everything() throws Exception {
    final var trust = Packaged.trusting(Files.readString(theatre.authority()));
    try (var phone = new WebPhone(theatre.address("devices"), trust).register(code("quiet"));
        var channel = phone.socket()) {
      channel.next("caught-up");
      final var connections = deviceConnections();
      for (int i = 0; i < 5; i++) {
        final var event = theatre.message("quiet", "number " + i);
        assertEquals(event, channel.next("entry").get("event").asText());
      }
      assertEquals(connections, deviceConnections(), "nothing was asked beside the channel");
    }
  }

  private String code(final String user) throws Exception {
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    return theatre
        .call("POST", "/v1/users/" + user + "/codes", Map.of("app", Theatre.APP))
        .get("code")
        .asText();
  }

  private String deviceConnections() throws Exception {
    final var line =
        Pattern.compile("(?m)^reveille_connections_accepted_total\\{listener=\"devices\"} (\\S+)$")
            .matcher(theatre.metrics());
    assertTrue(line.find(), "the listener's counter");
    return line.group(1);
  }

  // A4-03: on a phone the channel is connected only while the app is in the foreground.
  @Test
  void the_channel_is_open_only_in_the_foreground() throws Exception {
    final var phone = theatre.phone("open", kind -> kind);
    theatre.open("open", phone);
    assertTrue(live(phone.installation()));
    theatre.suspend("open", phone, "background");
    AcrossProcesses.get("the channel's end", () -> live(phone.installation()) ? null : true);
  }

  private boolean live(final String installation) throws Exception {
    return theatre
        .call("GET", "/v1/installations/" + installation, "")
        .at("/live/channelOpen")
        .asBoolean();
  }

  // A4-04, A4-05: in the background an incoming call and a chat message need push, and it carries
  // the
  // information from the app's backend to the device.
  @Test
  void calls_and_messages_in_the_background_come_by_push() throws Exception {
    theatre.phone("background", kind -> kind);
    final int from = theatre.now();
    final var call = theatre.ring("background", "call", false);
    final var rang =
        theatre.await(from, "background", "rang", report -> report.text("call").equals(call));
    assertEquals("push", rang.text("via"));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    final var event = theatre.message("background", "the documents are signed");
    final var alert =
        theatre.await(from, "background", "alert", report -> report.text("event").equals(event));
    assertEquals("the documents are signed", alert.text("text"));
    assertFalse(theatre.pushesOf(event).isEmpty());
  }
}
