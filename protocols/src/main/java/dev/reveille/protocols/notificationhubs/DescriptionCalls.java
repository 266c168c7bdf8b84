package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.routing.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// The calls of Azure Notification Hubs that read, change and remove the description of a hub, for
/// policies with the right `Manage`. Push credentials are not shown: they are written once and
/// never read again.
///
/// A policy is of one hub. So its holder finds, changes and removes this hub, and makes no other.
final class DescriptionCalls {
  private static final String COLLECTION = "/$Resources/NotificationHubs";

  /// As .NET's client has it.
  private static final Duration SHORTEST_TTL = Duration.ofDays(1);

  private final Hubs hubs;
  private final InstantSource clock;

  DescriptionCalls(final Hubs hubs, final InstantSource clock) {
    this.hubs = hubs;
    this.clock = clock;
  }

  Answer show(final HubCall call) {
    return described(call, call.hub());
  }

  /// The hubs that the caller's policy manages, which is one.
  Answer list(final HubCall call) {
    final var item = new AtomItem(call.origin() + COLLECTION, "NotificationHubs", now());
    final boolean isPassedOver =
        call.number("$skip", 0) > 0 || call.number("$top", Integer.MAX_VALUE) == 0;
    final var hub = call.hub();
    return Answer.of(
        200,
        RegistrationCalls.ATOM_FEED,
        HubDescription.feed(
            item,
            isPassedOver ? List.of() : List.of(Map.entry(item(call, hub), description(hub)))));
  }

  /// Changes how long registrations live. What is changed elsewhere may be left out, or be as it
  /// is.
  Answer put(final HubCall call) {
    final var hub = call.hub();
    if (call.header("If-Match").isEmpty()) {
      throw conflict(
          "the hub " + hub.name() + " is there; to change it, say so with the header If-Match: *");
    }
    final var said = HubDescription.read(call.exchange().body());
    if (!said.credentials().isEmpty()) {
      throw HubRefused.malformed(
          "push credentials are not taken here; give them with `reveille hubs credentials`, and"
              + " leave them out");
    }
    if (said.registrationTtl().filter(ttl -> ttl.compareTo(SHORTEST_TTL) < 0).isPresent()) {
      throw HubRefused.malformed("RegistrationTtl: must be a day at least");
    }
    final var policies = new HashSet<SharedAccessPolicy>(hubs.policies(hub));
    if (!said.policies().isEmpty() && !policies.equals(new HashSet<>(said.policies()))) {
      throw HubRefused.malformed(
          "policies are changed with `reveille hubs policy`; leave AuthorizationRules out, or as"
              + " they are");
    }
    return described(
        call,
        said.saysTtl()
            ? hubs.putRegistrationTtl(hub, said.registrationTtl(), call.caller().who())
            : hub);
  }

  /// Only while nothing is registered: a mistaken call must cost no registrations.
  Answer delete(final HubCall call) {
    final var hub = call.hub();
    try {
      final long there = hubs.removeEmpty(hub, call.caller().who());
      if (there > 0) {
        throw conflict(
            "the hub "
                + hub.name()
                + " has "
                + there
                + " registrations and installations; remove them first, or all at once with"
                + " `reveille hubs remove --registrations`");
      }
    } catch (final Registry.Taken taken) {
      throw conflict("the app of the hub is still used: " + taken.getMessage());
    }
    return Answer.empty(200);
  }

  private static HubRefused conflict(final String detail) {
    return new HubRefused(new HubProblem(409, 40_900, detail));
  }

  private Answer described(final HubCall call, final Hub hub) {
    return Answer.of(200, RegistrationCalls.ATOM_ENTRY, description(hub).entry(item(call, hub)));
  }

  private AtomItem item(final HubCall call, final Hub hub) {
    return new AtomItem(call.base(), hub.name().value(), now());
  }

  private HubDescription description(final Hub hub) {
    return new HubDescription(hub.registrationTtl(), hubs.policies(hub), Map.of());
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
