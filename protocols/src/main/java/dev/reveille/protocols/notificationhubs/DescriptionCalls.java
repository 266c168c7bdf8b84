package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import java.time.InstantSource;
import java.util.Map;

/// The description of a hub, for those who may manage it. Push credentials are not shown: they are
/// written once and never read again.
final class DescriptionCalls {
  private final Hubs hubs;
  private final InstantSource clock;

  DescriptionCalls(final Hubs hubs, final InstantSource clock) {
    this.hubs = hubs;
    this.clock = clock;
  }

  Answer show(final HubCall call) {
    final var hub = call.hub();
    final var description = new HubDescription(hub.registrationTtl(), hubs.policies(hub), Map.of());
    final var item =
        new AtomItem(
            call.base(), hub.name().value(), java.time.Instant.ofEpochMilli(clock.millis()));
    return Answer.of(200, RegistrationCalls.ATOM_ENTRY, description.entry(item));
  }
}
