package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.phone.Phone;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Users who are to be spared: what is silenced makes no sound, waits in the inbox, and `explain`
/// says why it did not ring and what would change that.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProtectionStory {
  @AutoClose private final Theatre theatre = Theatres.withPush();

  /// Silent on this phone for this reason, in the words of the command line; and in the inbox.
  private void isSilent(final Phone phone, final String event, final String code) throws Exception {
    final var trail = theatre.trail(event, phone);
    assertEquals("suppress", trail.get("decision").asText());
    assertEquals(code, trail.at("/why/code").asText());
    assertEquals(List.of(), theatre.pushesOf(event));
    final var told = theatre.explain(event).replaceAll("\\s+", " ");
    final var why = theatre.call("GET", "/v1/reasons/" + code, "");
    assertTrue(told.contains(why.get("sentence").asText() + " (" + code + ")"), told);
    assertTrue(told.contains("Remedy: " + why.get("remedy").asText()), told);
    assertTrue(told.contains("reveille users protect"), told);
  }

  private boolean hasInInbox(final String user, final String event) throws Exception {
    return theatre
        .call("GET", "/v1/users/" + user + "/inbox", "")
        .get("entries")
        .valueStream()
        .anyMatch(entry -> entry.at("/event/event").asText().equals(event));
  }

  /// A call comes in, rings, and its caller gives up.
  private void rings(final String user) throws Exception {
    final var call = theatre.ring(user, "call", false);
    theatre.pushOf(theatre.eventOf(call));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
  }

  /// A call comes in, and its caller gives up when it is decided whom it rings. Answers the call's
  /// event.
  private String called(final String user) throws Exception {
    final var call = theatre.ring(user, "call", false);
    final var event = theatre.eventOf(call);
    AcrossProcesses.get(
        "a decision about " + event,
        () -> {
          final var trail = theatre.call("GET", "/v1/events/" + event + "/trail", "");
          return trail.get("devices").isEmpty() ? null : trail;
        });
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    return event;
  }

  @Test
  void do_not_disturb_set_by_the_app_itself_silences_until_it_is_taken_back() throws Exception {
    final var phone = theatre.phone("spared-dnd", kind -> kind);
    final var set = theatre.asPhone(phone, "PATCH", "/protection", Map.of("doNotDisturb", true));
    assertTrue(set.at("/now/silent").asBoolean());
    isSilent(phone, called("spared-dnd"), "RV-316");
    final var message = theatre.message("spared-dnd", "sleep well");
    isSilent(phone, message, "RV-316");
    assertTrue(hasInInbox("spared-dnd", message), "it waits for the user");
    theatre.command("users", "protect", "spared-dnd", "--do-not-disturb", "off");
    theatre.pushOf(theatre.message("spared-dnd", "good morning"));
  }

  @Test
  void quiet_hours_hold_by_the_users_own_clock() throws Exception {
    final var phone = theatre.phone("spared-night", kind -> kind);
    // where it is about 3 o'clock now, whenever this runs; the zone's sign is the other way round
    final int hour = ZonedDateTime.now(ZoneOffset.UTC).getHour();
    final int offset = Math.floorMod(3 - hour + 12, 24) - 12;
    final var night = "Etc/GMT" + (offset <= 0 ? "+" + -offset : "-" + offset);
    final var there = ZonedDateTime.now(java.time.ZoneId.of(night));
    assertEquals("03", there.format(DateTimeFormatter.ofPattern("HH")), night);
    theatre.command(
        "users", "protect", "spared-night", "--quiet-hours", "daily 22:00-07:00", "--zone", night);
    isSilent(phone, called("spared-night"), "RV-325");
    final var message = theatre.message("spared-night", "psst, asleep?");
    isSilent(phone, message, "RV-325");
    assertTrue(hasInInbox("spared-night", message));
    theatre.command(
        "users", "protect", "spared-night", "--quiet-hours", "daily 12:00-18:00", "--zone", night);
    theatre.pushOf(theatre.message("spared-night", "the same zone, other hours"));
  }

  @Test
  void a_muted_conversation_is_silent_and_calls_still_ring() throws Exception {
    final var phone = theatre.phone("spared-mute", kind -> kind);
    theatre.asPhone(phone, "PUT", "/conversations/team/mute", Map.of("for", "PT8H"));
    final var message = theatre.message("spared-mute", "again and again");
    isSilent(phone, message, "RV-317");
    assertTrue(hasInInbox("spared-mute", message));
    rings("spared-mute");
  }

  @Test
  void a_ring_limit_stops_a_caller_who_does_not_stop() throws Exception {
    final var phone = theatre.phone("spared-rings", kind -> kind);
    theatre.command("users", "protect", "spared-rings", "--ring-limit", "2/15m");
    rings("spared-rings");
    rings("spared-rings");
    isSilent(phone, called("spared-rings"), "RV-326");
    theatre.command("users", "protect", "spared-rings", "--let-through", "sip:Carol@example.org");
    rings("spared-rings");
  }
}
