package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.incomingCall;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.AppId;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.RouteDecision.Suppress;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Handles that are registered for a time, to be reached through a linked hub, which has no switch.
class EndedHandleTest {
  private static final UserState NOTHING_ON =
      new UserState(Preferences.DEFAULT, Set.of(PushService.HUB), List.of());

  private final Router router = new Router(Duration.ofSeconds(2));

  private static PushAddress.Direct handle(final PushChannel channel, final Instant end) {
    return new PushAddress.Direct(
            PushService.HUB,
            channel,
            new AppId("phone"),
            false,
            new PushToken("handle"),
            NOW.minusSeconds(60))
        .withScope(PushService.GOOGLE)
        .endingAt(end);
  }

  private static Installation with(
      final Platform platform, final int version, final List<PushAddress> addresses) {
    final var phone = android("phone", ANNA).withAddresses(addresses);
    return new Installation(
        phone.id(),
        phone.organisation(),
        phone.app(),
        platform,
        version,
        "",
        phone.users(),
        phone.addresses(),
        phone.attributes(),
        phone.registeredAt(),
        phone.lastSeen());
  }

  private RouteDecision decide(final Event event, final Installation phone) {
    final var device = new Device(phone, LiveState.NOTHING, false, true, true, Seen.NOT);
    return router.decide(event, device, NOTHING_ON, NOW);
  }

  @Test
  void a_handle_is_reached_until_its_end_and_not_from_then_on() {
    final var lives = handle(PushChannel.SINGLE, NOW.plusSeconds(1));
    assertEquals(
        RouteDecision.push(lives, Reason.SUSPENDED_CALL),
        decide(incomingCall("call"), with(Platform.ANDROID, 15, List.of(lives))));
    final var over = handle(PushChannel.SINGLE, NOW);
    assertEquals(
        new Suppress(Reason.NO_PUSH_ADDRESS),
        decide(incomingCall("call"), with(Platform.ANDROID, 15, List.of(over))));
  }

  @Test
  void another_address_is_reached_when_the_handle_has_ended() {
    final var own = android("phone", ANNA).addresses();
    final var all =
        List.of(handle(PushChannel.VOIP, NOW.minusSeconds(1)), own.getFirst(), own.getLast());
    final var decision = decide(incomingCall("call"), with(Platform.ANDROID, 15, all));
    assertEquals(
        new Suppress(Reason.PUSH_SWITCHED_OFF), decision, "Google's own service is switched off");
  }

  @Test
  void an_iPhone_is_told_the_end_of_a_call_by_no_voip_push() {
    final var handle = handle(PushChannel.VOIP, NOW.plusSeconds(60));
    final var end = callEnded("end", "call", new CallEnd.AnsweredElsewhere("desk"));
    assertEquals(
        new Suppress(Reason.NO_MESSAGE_ADDRESS),
        decide(end, with(Platform.IOS, 18, List.of(handle))));
    assertEquals(
        RouteDecision.push(handle, Reason.WITHDRAW),
        decide(end, with(Platform.IOS, 12, List.of(handle))));
  }
}
