package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Caller;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Event;
import dev.reveille.model.Life;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.RingLimit;
import dev.reveille.model.QuietHours;
import dev.reveille.model.QuietHours.Period;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user asked to be spared stays silent, reaches the inbox, and the trail says why.
class ProtectionTest {
  private static final Caller CARLA = new Caller("Carla", "sip:carla@example.org");
  private static final Caller BOSS = new Caller("Boss", "sip:Boss@example.org");
  private static final Preferences PLAIN = Preferences.DEFAULT;
  private static final Preferences LIMITED =
      PLAIN.withRingLimit(Optional.of(new RingLimit(2, Duration.ofMinutes(15))));

  private final RoutingFixture fixture = new RoutingFixture();

  private void anna(final Preferences wishes) {
    fixture.switchEverythingOn();
    fixture.person(ANNA, wishes, iPhone("phone", 18, ANNA));
    fixture.apns().always = _ -> new HandedOver("");
  }

  private Event.IncomingCall ring(final String id, final Caller caller) {
    final var now = fixture.clock.instant();
    return new Event.IncomingCall(
        key(id),
        List.of(ANNA),
        "call",
        call(id),
        caller,
        false,
        new Life(now.plusSeconds(30), now.plusSeconds(30)));
  }

  /// A call comes in and its caller gives up. Answers what the trail says of the ring.
  private String called(final String id, final Caller caller) {
    final long event = fixture.accept(ring(id, caller));
    fixture.advance(Duration.ofSeconds(3));
    fixture.routing.calls().end(ACME, call(id), new CallEnd.Cancelled(), _ -> {});
    fixture.turn();
    return fixture.story(event, "phone").getFirst();
  }

  private String told(final Event event) {
    return fixture.story(fixture.accept(event), "phone").getFirst();
  }

  private int unread() {
    return fixture.store.inbox().unread(ANNA);
  }

  @Test
  void quiet_hours_silence_calls_and_messages_and_keep_them() {
    final var zone = ZoneId.of("Europe/Berlin");
    final var hour = NOW.atZone(zone).toLocalTime();
    anna(
        PLAIN.withQuietHours(
            Optional.of(
                new QuietHours(
                    zone,
                    List.of(
                        new Period(
                            EnumSet.allOf(java.time.DayOfWeek.class),
                            hour.minusHours(1),
                            hour.plusMinutes(10)))))));
    assertEquals("suppress QUIET_HOURS", called("one", CARLA));
    assertEquals("suppress QUIET_HOURS", told(message("m")));
    assertEquals(2, unread(), "the message and the missed call");
    fixture.advance(Duration.ofMinutes(10));
    assertEquals("push SUSPENDED_CALL", called("two", CARLA));
  }

  @Test
  void a_mute_with_an_end_ends() {
    anna(PLAIN.withMuted(Map.of(TEAM, NOW.plusSeconds(30))));
    assertEquals("suppress CONVERSATION_MUTED", told(message("one")));
    fixture.advance(Duration.ofSeconds(30));
    assertEquals("push SUSPENDED_MESSAGE", told(message("two")));
  }

  @Test
  void a_caller_who_is_let_through_rings_at_any_hour_and_as_often_as_they_like() {
    anna(LIMITED.withDoNotDisturb(Instant.MAX).withLetThrough(Set.of("sip:boss@example.org")));
    for (int i = 0; i < 4; i++) {
      assertEquals("push SUSPENDED_CALL", called("boss-" + i, BOSS));
    }
    assertEquals("suppress DO_NOT_DISTURB", called("carla", CARLA));
  }

  @Test
  void a_caller_rings_as_often_as_the_limit_allows_and_another_one_still_does() {
    anna(LIMITED);
    assertEquals("push SUSPENDED_CALL", called("one", CARLA));
    assertEquals("push SUSPENDED_CALL", called("two", CARLA));
    assertEquals("suppress TOO_MANY_RINGS", called("three", CARLA));
    assertEquals("push SUSPENDED_CALL", called("other", BOSS));
    assertEquals(4, unread(), "every missed call is in the inbox");
    fixture.advance(Duration.ofMinutes(15));
    assertEquals("push SUSPENDED_CALL", called("four", CARLA), "the window moved on");
  }

  @Test
  void the_missed_call_of_a_ring_too_many_is_silent_as_well() {
    anna(LIMITED);
    called("one", CARLA);
    called("two", CARLA);
    final long before = fixture.store.journal().lastSequence();
    called("three", CARLA);
    long missed = before;
    for (long event = before + 1; event <= fixture.store.journal().lastSequence(); event++) {
      if (fixture.store.journal().find(event).orElseThrow().event() instanceof Event.Other) {
        missed = event;
      }
    }
    assertEquals(List.of("suppress TOO_MANY_RINGS", "settled"), fixture.story(missed, "phone"));
  }

  @Test
  void a_restart_does_not_forget_the_count_nor_count_twice() {
    anna(LIMITED);
    called("one", CARLA);
    fixture.crashAndStartAgain();
    assertEquals("push SUSPENDED_CALL", called("two", CARLA));
    fixture.crashAndStartAgain();
    assertEquals("suppress TOO_MANY_RINGS", called("three", CARLA));
    fixture.crashAndStartAgain();
    assertEquals("suppress TOO_MANY_RINGS", called("four", CARLA));
  }

  private void handIn(final Event event) {
    fixture.routing.intake().submit(new Intake.HandIn(event, event.hashCode(), _ -> {}));
  }

  @Test
  void a_short_window_does_not_forget_what_the_trail_does_not_have_yet() {
    anna(PLAIN.withRingLimit(Optional.of(new RingLimit(1, Duration.ofMinutes(1)))));
    handIn(ring("one", CARLA));
    handIn(Samples.missedCall("missed")); // is looked for among the calls of a quarter of an hour
    handIn(ring("two", CARLA));
    fixture.turn();
    assertEquals("push SUSPENDED_CALL", fixture.story(1, "phone").getFirst());
    assertEquals("suppress TOO_MANY_RINGS", fixture.story(3, "phone").getFirst());
  }

  @Test
  void a_very_busy_user_is_read_little_by_little_and_no_call_is_forgotten_for_good() {
    anna(LIMITED);
    called("one", CARLA);
    called("two", CARLA);
    for (int i = 0; i < 120; i++) {
      told(message("m" + i));
    }
    fixture.crashAndStartAgain();
    called("boss", BOSS); // this look does not come to the calls yet
    called("boss again", BOSS);
    assertEquals("suppress TOO_MANY_RINGS", called("three", CARLA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sip:anonymous@anonymous.invalid", "sip:x@Unknown.INVALID"})
  void callers_who_withhold_their_address_share_no_limit(final String address) {
    anna(LIMITED);
    for (int i = 0; i < 4; i++) {
      assertEquals("push SUSPENDED_CALL", called("hidden-" + i, new Caller("", address)));
    }
  }

  @Test
  void a_count_that_cannot_be_read_does_not_keep_the_phone_silent() {
    anna(LIMITED);
    fixture.store.readsFail = true;
    final long event = fixture.accept(ring("one", CARLA));
    fixture.store.readsFail = false;
    assertEquals("push SUSPENDED_CALL", fixture.story(event, "phone").getFirst());
  }

  @Test
  void a_call_that_did_not_ring_does_not_count() {
    anna(LIMITED.withDoNotDisturb(NOW.plusSeconds(20)));
    assertEquals("suppress DO_NOT_DISTURB", called("one", CARLA));
    assertEquals("suppress DO_NOT_DISTURB", called("two", CARLA));
    fixture.advance(Duration.ofSeconds(30));
    fixture.crashAndStartAgain();
    assertEquals("push SUSPENDED_CALL", called("three", CARLA));
    assertEquals("push SUSPENDED_CALL", called("four", CARLA));
  }

  @Test
  void a_call_that_rings_on_two_devices_counts_once() {
    anna(LIMITED);
    fixture.registry.keepInstallation(iPhone("tablet", 18, ANNA), "test");
    assertEquals("push SUSPENDED_CALL", called("one", CARLA));
    assertEquals("push SUSPENDED_CALL", called("two", CARLA));
    assertEquals("suppress TOO_MANY_RINGS", called("three", CARLA));
  }
}
