package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.changeHint;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.life;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.PushContent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a push says.
class PushContentBuilderTest {
  private static final PushAddress VOIP = iPhone("p", 18, ANNA).addresses().getFirst();
  private static final PushAddress ALERT = iPhone("p", 18, ANNA).addresses().getLast();

  private static PushContent.Ours of(final Event event, final PushAddress to) {
    return PushContentBuilder.of(new StoredJob(1, NOW, event), "id-1", to, 4);
  }

  private static Event alert(final String collapse) {
    return new Event.Other(
        key("a"), List.of(ANNA), "voicemail", EventClass.ALERT, collapse, Content.EMPTY, life());
  }

  @Test
  void a_ring_carries_the_caller_and_the_calls_uuid_C2_41() {
    final var ring = assertInstanceOf(PushContent.Ring.class, of(incomingCall("c"), VOIP));
    assertEquals("Carla Caller", ring.callerName());
    assertEquals("sip:carla@example.org", ring.callerAddress());
  }

  @Test
  void on_Apples_message_channel_a_call_is_an_alert_that_its_end_replaces_and_elsewhere_a_ring() {
    final var shown = assertInstanceOf(PushContent.RingAlert.class, of(incomingCall("c"), ALERT));
    final var over = of(callEnded("e", "c", new CallEnd.Cancelled()), ALERT);
    assertEquals(shown.collapse(), over.collapse());
    final var android = android("x", ANNA).addresses().getLast();
    assertEquals(PushChannel.MESSAGE, android.channel());
    assertInstanceOf(PushContent.Ring.class, of(incomingCall("c"), android));
  }

  @Test
  void a_message_shows_its_text_C2_36_L1_01() {
    final var notice = assertInstanceOf(PushContent.Notice.class, of(message("m"), ALERT));
    assertEquals("Text of m", notice.text());
    assertEquals("team", notice.thread());
    assertEquals(4, notice.badge());
    assertEquals("id-1", notice.collapse(), "a repeat replaces the earlier copy");
  }

  @Test
  void a_change_wakes_and_shows_nothing() {
    final var wake = of(changeHint("h", Set.of("INBOX")), ALERT);
    assertEquals("changes", assertInstanceOf(PushContent.Wake.class, wake).collapse());
  }

  @Test
  void a_collapse_word_fits_every_platforms_header_and_still_folds() {
    assertEquals("same", of(alert("same"), ALERT).collapse());
    assertEquals("id-1", of(alert(""), ALERT).collapse());
    for (final var word : List.of("x".repeat(65), "Größe", "a\r\nb", "two words")) {
      final var collapse = of(alert(word), ALERT).collapse();
      assertTrue(collapse.matches("h-[0-9a-f]{1,16}"), collapse);
      assertEquals(collapse, of(alert(word), ALERT).collapse());
      assertNotEquals(collapse, of(alert(word + "!"), ALERT).collapse());
    }
  }
}
