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

/// A device that holds a Ping, with and without a channel beside it. See [RoutingFixture].
final class PingTest {
  private static final InstallationId PHONE = new InstallationId("phone");

  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void annaHasAPhoneThatHoldsAPing() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, android("phone", ANNA));
    fixture.live.open.put(PHONE, fixture.live.of(PHONE).withPing());
  }

  private List<Route.Held> frames() {
    return fixture.live.frames.stream().map(Frame::over).toList();
  }

  @Test
  void a_change_goes_to_the_ping_and_no_push_leaves() {
    final long event = fixture.accept(changeHint("h", Set.of("INBOX")));
    assertEquals(List.of(Route.PING), frames());
    fixture.live.frames.clear();
    fixture.acknowledge(ANNA, "phone", event); // the phone comes for what changed
    assertEquals(
        List.of("ping-else-push HELD_PING", "ping acknowledged LIVE_ACKNOWLEDGED", "settled"),
        fixture.story(event, "phone"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_ping_that_is_gone_is_followed_by_a_push() {
    final long event = fixture.accept(changeHint("h", Set.of("INBOX")));
    fixture.live.lose(fixture.live.frames.removeFirst(), Reason.LIVE_CLOSED);
    fixture.turn();
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    assertEquals(
        List.of(
            "ping-else-push HELD_PING",
            "ping lost LIVE_CLOSED",
            "push handed-over HANDED_TO_PLATFORM",
            "settled"),
        fixture.story(event, "phone"));
    fixture.nothingIsLeft();
  }

  @Test
  void a_message_goes_as_if_there_were_no_ping() {
    final long event = fixture.accept(message("m"));
    assertEquals(List.of(), frames());
    fixture.fcm().handOver(fixture.fcm().take());
    fixture.turn();
    assertEquals("push SUSPENDED_MESSAGE", fixture.story(event, "phone").getFirst());
    fixture.nothingIsLeft();
  }

  @Test
  void two_ways_at_once_are_told_and_the_trail_names_both() {
    fixture.live.foreground("phone");
    fixture.live.open.put(PHONE, fixture.live.of(PHONE).withPing());
    final long event = fixture.accept(changeHint("h", Set.of("INBOX")));
    assertEquals(List.of(Route.PING, Route.LIVE), frames());
    final var ofPing = fixture.live.frames.removeFirst();
    fixture.live.lose(ofPing, Reason.LIVE_CLOSED);
    fixture.turn();
    assertEquals(1, fixture.routing.dispatcher().inFlight(), "the channel's frame is out");
    fixture.live.frames.clear();
    fixture.pass(RoutingFixture.OPTIONS.patience().plusSeconds(1));
    assertEquals(
        List.of(
            "ping-and-live HELD_PING",
            "ping lost LIVE_CLOSED",
            "live unacknowledged LIVE_NOT_ACKNOWLEDGED",
            "settled"),
        fixture.story(event, "phone"));
    fixture.nothingIsLeft();
  }
}
