package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.changeHint;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.routing.port.LiveRoutes.Frame;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A device that holds a Ping, with and without a channel beside it. See [Heart].
final class PingTest {
  private static final InstallationId PHONE = new InstallationId("phone");

  private final Heart heart = new Heart();

  @BeforeEach
  void annaHasAPhoneThatHoldsAPing() {
    heart.switchEverythingOn();
    heart.person(ANNA, android("phone", ANNA));
    heart.live.open.put(PHONE, heart.live.of(PHONE).withPing());
  }

  private List<Route.Held> frames() {
    return heart.live.frames.stream().map(Frame::over).toList();
  }

  @Test
  void a_change_goes_to_the_ping_and_no_push_leaves() {
    final long event = heart.accept(changeHint("h", Set.of("INBOX")));
    assertEquals(List.of(Route.PING), frames());
    heart.live.frames.clear();
    heart.acknowledge(ANNA, "phone", event); // the phone comes for what changed
    assertEquals(
        List.of("ping-else-push HELD_PING", "ping acknowledged LIVE_ACKNOWLEDGED", "settled"),
        heart.story(event, "phone"));
    heart.nothingIsLeft();
  }

  @Test
  void a_ping_that_is_gone_is_followed_by_a_push() {
    final long event = heart.accept(changeHint("h", Set.of("INBOX")));
    heart.live.lose(heart.live.frames.removeFirst(), Reason.LIVE_CLOSED);
    heart.turn();
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    assertEquals(
        List.of(
            "ping-else-push HELD_PING",
            "ping lost LIVE_CLOSED",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        heart.story(event, "phone"));
    heart.nothingIsLeft();
  }

  @Test
  void a_message_goes_as_if_there_were_no_ping() {
    final long event = heart.accept(message("m"));
    assertEquals(List.of(), frames());
    heart.fcm().handOver(heart.fcm().take());
    heart.turn();
    assertEquals("push SUSPENDED_MESSAGE", heart.story(event, "phone").getFirst());
    heart.nothingIsLeft();
  }

  @Test
  void two_ways_at_once_are_told_and_the_trail_names_both() {
    heart.live.foreground("phone");
    heart.live.open.put(PHONE, heart.live.of(PHONE).withPing());
    final long event = heart.accept(changeHint("h", Set.of("INBOX")));
    assertEquals(List.of(Route.PING, Route.LIVE), frames());
    final var ofPing = heart.live.frames.removeFirst();
    heart.live.lose(ofPing, Reason.LIVE_CLOSED);
    heart.turn();
    assertEquals(1, heart.routing.dispatcher().inFlight(), "the channel's frame is out");
    heart.live.frames.clear();
    heart.pass(Heart.OPTIONS.patience().plusSeconds(1));
    assertEquals(
        List.of(
            "ping-and-live HELD_PING",
            "ping lost LIVE_CLOSED",
            "live unacknowledged LIVE_NOT_ACKNOWLEDGED",
            "settled"),
        heart.story(event, "phone"));
    heart.nothingIsLeft();
  }
}
