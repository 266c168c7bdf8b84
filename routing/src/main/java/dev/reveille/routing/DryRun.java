package dev.reveille.routing;

import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.TrailEntry.Known;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers what would become of an event if it was handed in now: asks the [Router] as
/// [EventFanOut] does, stores nothing and tells no device. It does not apply ring limits, because
/// to ask for one counts a ring.
///
/// Thread-safe. May block on the disk when a cache misses.
public final class DryRun {

  /// What would become of the event on one device.
  ///
  /// @param user whose device it is
  public record Part(UserId user, Installation installation, Known known, RouteDecision decision) {}

  /// What would become of the event: a part per device.
  ///
  /// @param withoutDevice recipients who have no device
  public record Result(List<Part> parts, List<UserId> withoutDevice) {}

  private final RoutingInput routingInput;
  private final Calls calls;
  private final EventJournal journal;
  private final LiveRoutes live;
  private final Router router;
  private final InstantSource clock;

  DryRun(
      final RoutingInput routingInput,
      final Calls calls,
      final EventJournal journal,
      final LiveRoutes live,
      final Router router,
      final InstantSource clock) {
    this.routingInput = routingInput;
    this.calls = calls;
    this.journal = journal;
    this.live = live;
    this.router = router;
    this.clock = clock;
  }

  /// The event that began the call that this one would begin: the intake would refuse this one.
  public Optional<StoredJob> rival(final Event event) {
    return event instanceof final Event.IncomingCall call
        ? journal
            .findCall(call.key().organisation(), call.call())
            .filter(first -> !first.event().key().equals(call.key()))
        : Optional.empty();
  }

  /// A device that several recipients share is told if it concerns any of them.
  public Result of(final Event event) {
    final var now = clock.instant();
    final Map<InstallationId, Part> parts = new LinkedHashMap<>();
    final var withoutDevice = new ArrayList<UserId>();
    for (final var recipient : event.recipients()) {
      final var found = routingInput.read(recipient).orElse(null);
      if (found == null || found.person().installations().isEmpty()) {
        withoutDevice.add(recipient);
        continue;
      }
      final var state = routingInput.of(found, false, now);
      for (final var installation : found.person().installations()) {
        final var before = parts.get(installation.id());
        if (before == null || before.decision instanceof RouteDecision.Suppress) {
          parts.put(installation.id(), part(event, found, installation, state, now));
        }
      }
    }
    return new Result(List.copyOf(parts.values()), List.copyOf(withoutDevice));
  }

  private Part part(
      final Event event,
      final Recipient recipient,
      final Installation installation,
      final UserState state,
      final Instant now) {
    final var liveState = live.of(installation.id());
    final boolean over = event instanceof final Event.IncomingCall call && calls.wouldBeOver(call);
    final var device =
        new Device(
            installation,
            liveState,
            recipient.pushless().contains(installation.id()),
            !over,
            true,
            Seen.NOT);
    final var decision = router.decide(event, device, state, now);
    return new Part(
        recipient.person().user().id(),
        installation,
        RoutingInput.known(installation, liveState),
        over && decision instanceof RouteDecision.Suppress(var why) && why == Reason.CALL_OVER
            ? new RouteDecision.Suppress(Reason.ENDED_BEFORE_IT_BEGAN)
            : decision);
  }
}
