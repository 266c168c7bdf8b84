package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The Azure Communication Services text, as far as it speaks of the signalling channel and of
/// push.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AzureStory {
  private Theatre theatre;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre();
    theatre.switchPush(true);
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
  }

  // A4-01, A4-02: signalling is pushed over one real-time channel; the app polls nothing.
  @Test
  void signalling_arrives_over_one_channel_without_polling() throws Exception {
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

  // A4-03: on a phone the channel is connected only while the app is in the foreground.
  @Test
  void the_channel_is_open_only_in_the_foreground() throws Exception {
    final var phone = theatre.phone("open", kind -> kind);
    theatre.open("open", phone);
    assertTrue(live(phone.installation()));
    theatre.suspend("open", phone, "background");
    Eventually.get("the channel's end", () -> live(phone.installation()) ? null : true);
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
