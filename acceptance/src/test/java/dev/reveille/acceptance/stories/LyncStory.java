package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Lync texts, as far as they speak of events, devices and client generations. Federation and
/// the cmdlets have stories of their own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LyncStory {
  @AutoClose private final Theatre theatre = Theatres.withPush();

  // L0-08, L1-03: instant message, missed invitation and voice mail are events of their own, and
  // each
  // makes a push.
  @ParameterizedTest
  @CsvSource({
    "im-invitation, message, New conversation",
    "missed-im-invitation, alert, Missed invitation",
    "voicemail, alert, Voicemail"
  })
  void each_kind_of_event_makes_a_push(final String type, final String as, final String title)
      throws Exception {
    final var user = "kind-" + type;
    theatre.phone(user, kind -> kind);
    final var what = new java.util.HashMap<String, Object>(Map.of("type", type, "class", as));
    what.put("content", Map.of("title", title, "text", "from Carol"));
    if (as.equals("message")) {
      what.put("conversation", "c-1");
    }
    final var push = theatre.pushOf(theatre.event(user, what));
    assertTrue(push.payload().contains(type), "the type travels as a word of its own");
    assertEquals(title, theatre.payload(push).at("/aps/alert/title").asText());
  }

  // L0-10, L1-02: suspended or running in the background, two words, one outcome.
  @ParameterizedTest
  @ValueSource(strings = {"suspended", "background"})
  void a_push_reaches_an_inactive_app(final String word) throws Exception {
    final var user = "inactive-" + word;
    final var phone = theatre.phone(user, kind -> kind);
    theatre.open(user, phone);
    theatre.suspend(user, phone, word);
    final int from = theatre.now();
    final var event = theatre.message(user, "wake up");
    theatre.await(from, user, "alert", report -> report.text("event").equals(event));
  }

  // L1-01: a push takes the form of badge and alert; the badge counts what is unread.
  @Test
  void a_push_carries_alert_and_badge() throws Exception {
    theatre.phone("badge", kind -> kind);
    final var first = theatre.payload(theatre.pushOf(theatre.message("badge", "the first")));
    final var second = theatre.payload(theatre.pushOf(theatre.message("badge", "the second")));
    assertEquals("the first", first.at("/aps/alert/body").asText());
    assertEquals(1, first.at("/aps/badge").asInt());
    assertEquals(2, second.at("/aps/badge").asInt());
  }

  // L1-05, L1-08: an Apple device with the 2010 client gets its pushes through Apple.
  @Test
  void lync_2010_on_an_apple_device_is_pushed_to() throws Exception {
    theatre.phone("lync2010", kind -> kind.withGeneration("lync-2010"));
    assertEquals(200, theatre.pushOf(theatre.message("lync2010", "hello")).status());
  }

  // L1-09: with the 2013 client no push is needed any more, and the explanation says so.
  @Test
  void lync_2013_on_an_apple_device_needs_no_push() throws Exception {
    final var phone = theatre.phone("lync2013", kind -> kind.withGeneration("lync-2013"));
    final var event = theatre.message("lync2013", "hello");
    final var trail = theatre.trail(event, phone);
    assertEquals("suppress", trail.get("decision").asText());
    assertEquals("RV-315", trail.at("/why/code").asText());
    assertEquals(List.of(), theatre.pushesOf(event));
  }

  // L1-16 (data part): the switches of a fresh organisation are off; a site's own setting counts
  // before the global one.
  @Test
  void a_site_has_its_own_switch() throws Exception {
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/site:redmond",
        Map.of("values", Map.of("apple", false)));
    final var phone = theatre.phone("redmond", kind -> kind);
    theatre.call("PATCH", "/v1/users/redmond", Map.of("site", "redmond"));
    final var event = theatre.message("redmond", "hello");
    assertEquals("RV-311", theatre.trail(event, phone).at("/why/code").asText());
    theatre.call("DELETE", "/v1/settings/push-notification/site:redmond", "");
    theatre.pushOf(theatre.message("redmond", "hello again"));
  }
}
